// Text from outside, made fit to be shown.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace isojoule::detail {

/// `text` in valid UTF-8 that only shows characters: control characters, those that turn the
/// direction of writing, and bytes that are not UTF-8 are replaced by '?'. '\n' stays where
/// `keep_breaks` is set.
std::string harmless(std::string_view text, bool keep_breaks = false);

/// What stands for a character in some language of documents.
struct Escape {
  char of;
  std::string_view by;
};

/// `text` with each such character replaced, and a backslash before each of `backslashed`.
std::string escaped(std::string_view text, std::span<const Escape> escapes,
                    std::string_view backslashed = {});

}  // namespace isojoule::detail
