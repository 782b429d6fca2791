// Plain text for terminals and pipes.
#pragma once

#include <string>

#include "isojoule/page/document.hpp"

namespace isojoule {

inline constexpr int kTextWidth = 100;

/// A table whose lines are at most `width` columns wide (1 or more), counting each UTF-8 code point
/// as one. The widest columns are wrapped until the rest fits, at spaces, and within words where it
/// must be; a table with more columns than fit at all becomes a list of "column: cell". Control
/// characters, those that turn the direction of writing, and bytes that are not UTF-8 are replaced
/// by '?'. Ends in a newline; empty for a table that holds nothing.
std::string render_text(const Table& table, int width);
std::string render_text(const Table& table);  ///< kTextWidth wide

/// Title, summary, and under each heading its paragraphs and tables; of a figure its title and
/// caption, and how it is asked for alone. kTextWidth wide.
std::string render_text(const Document& document);

/// Text wrapped at spaces to `width`, each line after the first indented by `indent` spaces (fewer
/// than `width`); words too long for a line are cut. Line breaks in it are kept; other characters
/// are replaced as above. Has no newline at its end.
std::string wrap_text(const std::string& text, int width = kTextWidth, int indent = 0);

}  // namespace isojoule
