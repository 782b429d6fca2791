// Durations as people write them.
#pragma once

#include <optional>
#include <string_view>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// "5s", "500ms", "2min", "1h". Empty for anything else, a bare number and a negative one included.
std::optional<Duration> duration_from_text(std::string_view text);

}  // namespace isojoule
