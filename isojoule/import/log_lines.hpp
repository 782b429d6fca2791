// The lines of a log, and what stands in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isojoule {

/// Reads a log line by line, however long it is, in constant memory. A byte order mark and the
/// carriage returns of CRLF are no part of a line. For one thread at a time.
///
///     LogLines lines(in, "power.csv");
///     while (const auto line = lines.next()) read_row(log_fields(*line), lines.number());
class LogLines {
 public:
  /// `where` names the log in errors. The stream must outlive the object.
  LogLines(std::istream& in, std::string where);

  /// The next line that is not blank, valid until the next call; empty after the last. Throws
  /// Error(bad_input) for UTF-16 and for a line of more than kMostBytes, Error(io) if reading
  /// fails.
  std::optional<std::string_view> next();

  /// Of the line that next() gave, from 1.
  std::size_t number() const { return number_; }
  const std::string& where() const { return where_; }

  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;

 private:
  bool read_line();

  std::istream& in_;
  std::string where_;
  std::string line_;
  std::size_t number_ = 0;
};

/// What stands between the commas of a line, without the blanks around it. A field in double quotes
/// may hold commas. A log that was cut or that others wrote into has lines of any kind, so none is
/// refused here: a quote that is not closed ends with the line.
std::vector<std::string> log_fields(std::string_view line);

/// A number as C writes it, whatever the locale; empty for anything else, NaN and infinities.
std::optional<double> log_number(std::string_view text);

/// A moment as microseconds since 1970. Reads
///
///     2024/01/31 12:34:56.789     2024-01-31T12:34:56.789+01:00     1706704496.789
///
/// that is dates with an hour, with any number of decimals and with or without an offset (Z), and
/// numbers: seconds, or, where they would be after the year 5000, milliseconds, microseconds or
/// nanoseconds. Without an offset the moment is of a clock whose zone is not known: only
/// differences mean something. Empty for anything else.
std::optional<std::int64_t> log_time(std::string_view text);

}  // namespace isojoule
