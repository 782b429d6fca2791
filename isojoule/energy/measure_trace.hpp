// From a trace to measurements: the only way in which this program turns readings into joules, be
// it at the end of a run, from a file that a killed run left, or from a recording.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/fault.hpp"
#include "isojoule/core/files.hpp"
#include "isojoule/core/measurement.hpp"
#include "isojoule/energy/span_sweep.hpp"
#include "isojoule/trace/trace.hpp"

namespace isojoule {

struct NamedMeasurement {
  std::string name;
  Instant begin;
  Measurement measurement;   ///< of all pieces together: `elapsed` is the time that was not paused
  std::vector<Span> pieces;  ///< between its pauses, in time order; one at least
  std::map<std::string, std::string> attributes;  ///< of the end mark
  std::string doubt = {};  ///< why its edges may belong to two windows; empty: they do not
};

struct TraceMeasurement {
  Instant begin;       ///< of the command
  Measurement whole;   ///< of the command
  bool ended = false;  ///< the command's end is in the trace; otherwise `whole` ends with the last
                       ///< reading
  std::optional<int> exit_code = {};            ///< of the command; empty: the trace does not say
  std::optional<int> signal = {};               ///< that killed it
  std::optional<Measurement> idle_before = {};  ///< the machine at rest, if that was measured
  std::optional<Measurement> idle_after = {};
  std::vector<SteadyState> steady = {};  ///< by warm_up_length, of each component with
                                         ///< a channel for any window
  std::vector<NamedMeasurement>
      windows;  ///< that were begun and ended, in the order of their begin
  std::vector<NamedMeasurement>
      sums;  ///< of each name that several windows have, all of them as one; blocks of steps are
             ///< not summed, which are there for their spread
  std::vector<Fault> faults;  ///< trouble while sampling, windows without an end, suspends; of each
                              ///< source and message the first, with the number of the others
};

/// Reads the file twice (marks, then readings), in memory that does not grow with its length.
/// A window's edges are interpolated between readings; see ChannelIntegrator. A window that was
/// paused is the sum of its pieces, and so are several windows of one name. Where a component has
/// a counter and a meter of power, their disagreement is recorded. A window in which the machine
/// was suspended carries a caution.
///
/// `seen_end` is the command's end as whoever ran it saw it: a trace that broke off (a full disk)
/// does not hold it, and what was read until then is not the command's energy. Without one, such a
/// trace is measured up to its last reading.
///
/// Throws as TraceReader does, and Error(bad_input) for a trace in which no command started.
TraceMeasurement measure_trace(const std::filesystem::path& file, Files& files = real_files(),
                               const std::optional<TraceCommand>& seen_end = {});

}  // namespace isojoule
