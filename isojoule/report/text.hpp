// Plain text for terminals and pipes.
#pragma once

#include <string>

#include "isojoule/report/table.hpp"

namespace isojoule {

inline constexpr int kTextWidth = 100;

/// A table whose lines are at most `width` columns wide, counting each UTF-8 code point as one. A
/// column that is too wide for the rest is wrapped at spaces, and within words where it must be.
/// Control characters in cells are replaced by '?'. Ends in a newline.
std::string render_text(const Table& table, int width = kTextWidth);

/// Text wrapped at spaces to `width`, each line after the first indented by `indent` spaces.
std::string wrap_text(const std::string& text, int width = kTextWidth, int indent = 0);

}  // namespace isojoule
