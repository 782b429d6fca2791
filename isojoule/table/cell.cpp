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

std::optional<double> cell_number(std::string_view cell, std::string& why_not) {
  cell = trimmed(cell);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (end != cell.data() + cell.size() || error == std::errc::invalid_argument) {
    why_not = fmt::format("is not a number: {}", shown(cell));
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range) {
    why_not = fmt::format("is beyond what a double holds: {}", shown(cell));
    return std::nullopt;
  }
  if (!std::isfinite(value)) {
    why_not = fmt::format("is {}, which is no value; {}", shown(cell), kLeaveEmpty);
    return std::nullopt;
  }
  return value;
}

bool is_positive_number(double value, std::string& why_not) {
  if (!std::isfinite(value)) {
    why_not = "is beyond what a double holds";
  } else if (value < 0) {
    why_not = fmt::format("is negative: {}", value);
  } else if (value == 0) {
    why_not = fmt::format("is zero; {}", kLeaveEmpty);
  } else {
    return true;
  }
  return false;
}

std::optional<double> positive_cell_number(std::string_view cell, std::string& why_not) {
  const std::optional<double> value = cell_number(cell, why_not);
  if (!value || !is_positive_number(*value, why_not)) return std::nullopt;
  return value;
}

bool is_cell_name(std::string_view name, std::string& why_not) {
  if (name.empty()) {
    why_not = "is empty";
  } else if (name.size() > kMaxNameBytes) {
    why_not = fmt::format("is longer than {} bytes: {}", kMaxNameBytes, shown(name));
  } else if (std::ranges::any_of(name, is_control)) {
    why_not = fmt::format("holds a control character: {}", shown(name));
  } else if (!is_utf8(name)) {
    why_not = fmt::format("is not UTF-8: {}", shown(name));
  } else {
    return true;
  }
  return false;
}

}  // namespace isojoule
