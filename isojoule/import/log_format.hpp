// What an importer of one tool's logs is, and the table of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/import/log_lines.hpp"

namespace isojoule {

/// What a log tells of the device that a row is of.
struct LogDevice {
  std::string key;     ///< tells it from the log's others: a UUID; empty: there is one
  std::string name;    ///< of the product; empty: the log does not say
  std::string driver;  ///< its version; empty: the log does not say
};

/// Which power a column shows, as far as its tool says.
enum class LoggedPower {
  usage,    ///< what the device gives when asked for its power
  instant,  ///< of one moment
  average,  ///< over some time
};

/// A column of values of a log.
struct LogColumn {
  std::string title;  ///< in the log, to be named in faults
  std::string name;   ///< of its channels: "power-instant"
  std::variant<LoggedPower, Gauge> what;
  std::string unit;          ///< that a value may have behind it: "W"
  double per_unit = 1.0;     ///< watts, or units of the gauge, in one
  Scope scope = Scope::gpu;  ///< of the energy
};

/// One row: values of one device at one moment.
struct LogRow {
  std::size_t line = 0;
  std::int64_t time_us = 0;  ///< on the log's own clock
  LogDevice device;
  std::vector<std::optional<double>> values;  ///< of each column, in watts or units of the gauge;
                                              ///< empty: the log says that there is none
};

/// Takes what a log holds.
class LogSink {
 public:
  virtual ~LogSink() = default;
  /// Once, before the rows.
  virtual void columns(std::vector<LogColumn> columns) = 0;
  virtual void row(const LogRow& row) = 0;
  /// What cannot be used, and why: "has 3 fields where the header has 5". Equal faults are shown
  /// together, with their lines.
  virtual void fault(std::size_t line, const std::string& what) = 0;
};

/// How the logs of one tool are read.
struct LogFormat {
  std::string_view name;     ///< "nvidia-smi"
  std::string_view summary;  ///< for people
  /// Whether a log whose first lines these are is of this format.
  bool (*recognise)(std::span<const std::string> lines);
  /// Reads the whole log. What is wrong with a line is a fault; throws only as LogLines does.
  void (*read)(LogLines& lines, LogSink& sink);
  /// The channel of a column of a device: without its readings. The gain is not touched: imports
  /// are raw.
  Channel (*channel)(const LogDevice& device, const LogColumn& column);
};

/// All formats, in the order in which they are tried.
std::span<const LogFormat> log_formats();

/// The format of a log that begins with these lines. Throws Error(bad_input), which names all
/// formats, where none is recognised.
const LogFormat& recognise_log(std::span<const std::string> lines, const std::string& where);

}  // namespace isojoule
