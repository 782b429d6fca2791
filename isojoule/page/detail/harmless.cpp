#include "isojoule/page/detail/harmless.hpp"

#include <algorithm>

#include "isojoule/core/text.hpp"

namespace isojoule::detail {
namespace {

/// Whether a terminal would do something else with it than show it.
bool is_hostile(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
  const bool separator = c == 0x2028 || c == 0x2029;
  const bool direction =
      c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return control || separator || direction;
}

}  // namespace

std::string harmless(std::string_view text, bool keep_breaks) {
  std::string result;
  while (!text.empty()) {
    const std::string_view before = text;
    const auto code_point = take_code_point(text);
    const bool kept =
        code_point && (!is_hostile(*code_point) || (keep_breaks && *code_point == '\n'));
    result += kept ? before.substr(0, before.size() - text.size()) : "?";
  }
  return result;
}

std::string escaped(std::string_view text, std::span<const Escape> escapes,
                    std::string_view backslashed) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const auto escape = std::ranges::find(escapes, c, &Escape::of);
    if (escape != escapes.end()) {
      result += escape->by;
      continue;
    }
    if (backslashed.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

}  // namespace isojoule::detail
