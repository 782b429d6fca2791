// What every rule asks of a size.
#pragma once

#include <cstdint>
#include <string>

#include "isojoule/core/error.hpp"

namespace isojoule::detail {

/// Throws Error(bad_input) for a size of 0; `what` is "layers", "channels".
inline void require_positive(std::uint64_t value, const char* what) {
  if (value == 0)
    throw Error(ErrorCode::bad_input, std::string("a model needs at least 1 of its ") + what);
}

}  // namespace isojoule::detail
