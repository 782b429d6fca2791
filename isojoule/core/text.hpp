// Text that comes from outside: command lines, datagrams, vendors' labels. It may hold any bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace isojoule {

/// Takes one UTF-8 code point off the front of `text`, which must not be empty. Empty, with one
/// byte taken off, where none begins; overlong forms and surrogates are none (RFC 3629).
std::optional<char32_t> take_code_point(std::string_view& text);

bool is_utf8(std::string_view text);

/// `text` with each byte that is not part of UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// A word as a POSIX shell takes it: as it is, or in single quotes.
std::string shell_word(std::string_view word);

/// Whether `text` is not empty and holds only ASCII letters, digits, '_', '.' and '-'.
bool is_plain_name(std::string_view text);

}  // namespace isojoule
