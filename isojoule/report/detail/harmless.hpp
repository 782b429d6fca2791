// Text from outside, made fit to be shown.
#pragma once

#include <string>
#include <string_view>

namespace isojoule::detail {

/// `text` in valid UTF-8 that only shows characters: control characters, those that turn the
/// direction of writing, and bytes that are not UTF-8 are replaced by '?'. '\n' stays where
/// `keep_breaks` is set.
std::string harmless(std::string_view text, bool keep_breaks = false);

}  // namespace isojoule::detail
