// From a log of another tool to a trace.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "isojoule/core/files.hpp"
#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// A stretch of a log that is to be measured by itself.
struct LogWindow {
  std::string name;  ///< as a mark's
  Duration from{};   ///< since the log's first row
  Duration to{};
};

struct ImportOptions {
  std::vector<LogWindow> windows = {};
  std::string board = {};    ///< the product that the log is of, where it does not say
  std::string version = {};  ///< of isojoule
  std::string created = {};  ///< wall clock now, UTC
  std::string about = {};    ///< as TraceHeader::about
};

/// Reads a log, whose format is recognised by its content (log_formats), and writes what it holds
/// as a trace. Reads the log twice, in memory that does not grow with its length.
///
/// The trace's clock starts with the log's first row. What the log calls its command begins and
/// ends where all of its devices have readings; it ended well, as nothing else is known. Each
/// device is a source with the channels of which the log has a value. Values are kept in
/// microwatts, and equal ones too. Imports are raw: no gain is applied.
///
/// What the log has and cannot be used is a fault at the trace's end, each kind once with its
/// lines: rows that cannot be understood; rows that are not later than the one before of their
/// device, which are left out; columns without any value; values that cannot be understood, which
/// are missing readings.
///
///     import_log(*world.files, "power.csv", "power.csv.trace", {.board = "NVIDIA
///     A100-PCIE-40GB"});
///
/// Returns the format's name. Throws Error(io) where the log cannot be read or the trace not be
/// written, also if it is there; Error(bad_input) for a log of no known format, and, with its
/// faults, for one without a single reading of power, and for a window's name that is none of a
/// mark.
std::string import_log(Files& files, const std::filesystem::path& log,
                       const std::filesystem::path& trace, const ImportOptions& options);

/// What import_log reads, for people.
struct KnownLog {
  std::string name;  ///< "nvidia-smi"
  std::string what;  ///< how such a log is made
};
std::vector<KnownLog> known_logs();

/// The format's name that import_log would find. Throws as it does.
std::string log_format_of(Files& files, const std::filesystem::path& log);

}  // namespace isojoule
