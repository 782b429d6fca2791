#include "isojoule/core/text.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace isojoule {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// What the first byte of a code point says: its length in bytes, the bits it carries itself, and
/// the least code point of that length (a smaller one is an overlong form).
struct Lead {
  std::size_t length;
  char32_t bits;
  char32_t least;
};

std::optional<Lead> lead_of(unsigned char byte) {
  const char32_t value = byte;
  if (byte < 0x80) return Lead{1, value, 0};
  if ((byte & 0xE0) == 0xC0) return Lead{2, value & 0x1F, 0x80};
  if ((byte & 0xF0) == 0xE0) return Lead{3, value & 0x0F, 0x800};
  if ((byte & 0xF8) == 0xF0) return Lead{4, value & 0x07, 0x10000};
  return std::nullopt;
}

}  // namespace

std::optional<char32_t> take_code_point(std::string_view& text) {
  assert(!text.empty());
  const std::string_view all = text;
  text.remove_prefix(1);
  const std::optional<Lead> lead = lead_of(static_cast<unsigned char>(all[0]));
  if (!lead || all.size() < lead->length) return std::nullopt;
  char32_t code_point = lead->bits;
  for (std::size_t i = 1; i < lead->length; ++i) {
    const auto byte = static_cast<unsigned char>(all[i]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    code_point = (code_point << 6) | (byte & 0x3Fu);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < lead->least || code_point > 0x10FFFF || surrogate) return std::nullopt;
  text = all.substr(lead->length);
  return code_point;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!take_code_point(text)) return false;
  }
  return true;
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::string_view before = text;
    const bool valid = take_code_point(text).has_value();
    result += valid ? before.substr(0, before.size() - text.size()) : kReplacement;
  }
  return result;
}

bool is_plain_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

std::string shell_word(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,+@%-";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos)
    return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace isojoule
