#include "isojoule/table/cell.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

#include "isojoule/core/text.hpp"

namespace isojoule {
namespace {

constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxShownBytes = 60;
constexpr const char* kLeaveEmpty = "leave out what is not known";

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

}  // namespace

std::string_view trimmed(std::string_view cell) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!cell.empty() && is_space(cell.front())) cell.remove_prefix(1);
  while (!cell.empty() && is_space(cell.back())) cell.remove_suffix(1);
  return cell;
}

std::string shown(std::string_view cell) {
  std::string text = valid_utf8(cell.substr(0, kMaxShownBytes));
  std::ranges::replace_if(text, is_control, '?');
  return "'" + text + (cell.size() > kMaxShownBytes ? "'..." : "'");
}

Outcome<double> cell_number(std::string_view cell) {
  const auto refuse = Outcome<double>::refuse;
  cell = trimmed(cell);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (end != cell.data() + cell.size() || error == std::errc::invalid_argument)
    return refuse(fmt::format("is not a number: {}", shown(cell)));
  if (error == std::errc::result_out_of_range)
    return refuse(fmt::format("is beyond what a double holds: {}", shown(cell)));
  if (!std::isfinite(value))
    return refuse(fmt::format("is {}, which is no value; {}", shown(cell), kLeaveEmpty));
  return value;
}

Outcome<double> unsigned_cell_number(std::string_view cell) {
  Outcome<double> value = cell_number(cell);
  if (value && *value < 0) return Outcome<double>::refuse(fmt::format("is negative: {}", *value));
  return value;
}

Outcome<double> positive_number(double value) {
  const auto refuse = Outcome<double>::refuse;
  if (!std::isfinite(value)) return refuse("is beyond what a double holds");
  if (value < 0) return refuse(fmt::format("is negative: {}", value));
  if (value == 0) return refuse(fmt::format("is zero; {}", kLeaveEmpty));
  return value;
}

Outcome<double> positive_cell_number(std::string_view cell) {
  Outcome<double> value = cell_number(cell);
  return value ? positive_number(*value) : value;
}

Outcome<std::string_view> cell_name(std::string_view name) {
  const auto refuse = Outcome<std::string_view>::refuse;
  if (name.empty()) return refuse("is empty");
  if (name.size() > kMaxNameBytes)
    return refuse(fmt::format("is longer than {} bytes: {}", kMaxNameBytes, shown(name)));
  if (std::ranges::any_of(name, is_control))
    return refuse(fmt::format("holds a control character: {}", shown(name)));
  if (!is_utf8(name)) return refuse(fmt::format("is not UTF-8: {}", shown(name)));
  return name;
}

}  // namespace isojoule
