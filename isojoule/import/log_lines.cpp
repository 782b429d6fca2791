#include "isojoule/import/log_lines.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Takes digits off the front: from `least` to `most` of them.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t length = 0;
  while (length < std::min(text.size(), most) && text[length] >= '0' && text[length] <= '9')
    ++length;
  if (length < least) return std::nullopt;
  int number = 0;
  std::from_chars(text.data(), text.data() + length, number);
  text.remove_prefix(length);
  return number;
}

bool take_one_of(std::string_view& text, std::string_view characters) {
  if (text.empty() || characters.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// ".789" as microseconds; 0 where there is none, empty for a point alone.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
  if (!take_one_of(text, ".,")) return 0;
  std::int64_t microseconds = 0;
  std::int64_t unit = kMicrosecondsPerSecond / 10;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits, unit /= 10) {
    microseconds += unit * (text.front() - '0');
    text.remove_prefix(1);
  }
  return digits > 0 ? std::optional(microseconds) : std::nullopt;
}

/// "Z", "+01:00", "-0700" as seconds; 0 for nothing.
std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (text.empty() || take_one_of(text, "Zz")) return 0;
  const bool is_west = text.front() == '-';
  if (!take_one_of(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2, 2);
  take_one_of(text, ":");
  const auto minutes = take_digits(text, 2, 2);
  if (!hours || !minutes) return std::nullopt;
  const std::int64_t seconds = (*hours * 60 + *minutes) * 60;
  return is_west ? -seconds : seconds;
}

std::optional<std::int64_t> date_and_time(std::string_view text) {
  const auto year = take_digits(text, 4, 4);
  if (!year || !take_one_of(text, "/-")) return std::nullopt;
  const auto month = take_digits(text, 1, 2);
  if (!month || !take_one_of(text, "/-")) return std::nullopt;
  const auto day = take_digits(text, 1, 2);
  if (!day || !take_one_of(text, " T")) return std::nullopt;
  const auto hour = take_digits(text, 1, 2);
  if (!hour || !take_one_of(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2, 2);
  if (!minute || !take_one_of(text, ":")) return std::nullopt;
  const auto second = take_digits(text, 2, 2);
  const auto fraction = take_fraction(text);
  const auto offset = take_offset(text);
  if (!second || !fraction || !offset || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + *hour) * 60 + *minute) * 60 + *second - *offset;
  return seconds * kMicrosecondsPerSecond + *fraction;
}

/// Seconds since 1970, or a thousandth, millionth, billionth of them.
std::optional<std::int64_t> epoch_time(std::string_view text) {
  constexpr double kYear5000 = 9.6e10;  // s
  const auto number = log_number(text);
  if (!number) return std::nullopt;
  double seconds = *number;
  for (int i = 0; i < 3 && std::abs(seconds) > kYear5000; ++i) seconds /= 1000.0;
  if (std::abs(seconds) > kYear5000) return std::nullopt;
  return std::llround(seconds * static_cast<double>(kMicrosecondsPerSecond));
}

}  // namespace

LogLines::LogLines(std::istream& in, std::string where) : in_(in), where_(std::move(where)) {}

bool LogLines::read_line() {
  line_.clear();
  for (int byte = in_.get(); byte != std::istream::traits_type::eof(); byte = in_.get()) {
    if (byte == '\n') return true;
    line_ += static_cast<char>(byte);
    if (line_.size() > kMostBytes)
      throw Error(ErrorCode::bad_input,
                  fmt::format("{}:{}: is longer than 1 MiB; this is no log", where_, number_ + 1));
  }
  if (in_.bad()) throw Error(ErrorCode::io, "cannot read " + where_);
  return !line_.empty();
}

std::optional<std::string_view> LogLines::next() {
  while (read_line()) {
    ++number_;
    std::string_view line = line_;
    if (number_ == 1) {
      if (line.starts_with("\xff\xfe") || line.starts_with("\xfe\xff"))
        throw Error(ErrorCode::bad_input,
                    where_ + ": is UTF-16; save it as UTF-8 (PowerShell: Out-File -Encoding utf8)");
      if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    }
    line = without_blanks(line);
    if (!line.empty()) return line;
  }
  return std::nullopt;
}

std::vector<std::string> log_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  for (std::string& field : fields) field = without_blanks(field);
  return fields;
}

std::optional<double> log_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::optional<std::int64_t> log_time(std::string_view text) {
  if (const auto moment = date_and_time(text)) return moment;
  return epoch_time(text);
}

}  // namespace isojoule
