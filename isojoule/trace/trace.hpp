// What a trace file holds: every reading of a run, as it was read. Format: docs/formats/trace.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/fault.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/core/mark.hpp"

namespace isojoule {

inline constexpr const char* kTraceSchema = "isojoule.trace";
inline constexpr int kTraceVersion = 3;
/// Of the version: a newer one adds events that an older reader may pass over, and changes none.
inline constexpr int kTraceMinor = 0;

/// The channels that one backend reads together.
struct TraceSource {
  std::string backend;
  std::vector<Channel> channels;
};

/// What a trace was made of that no meter of ours wrote.
struct TraceImport {
  std::string from;  ///< the format: "nvidia-smi"
  std::string file;  ///< the log's name
};

struct TraceHeader {
  std::string version;  ///< of the isojoule that wrote it
  std::string created;  ///< wall clock, UTC; a label
  Instant epoch;        ///< the file's times count from here, which keeps them short
  Duration period{};    ///< that was asked for
  std::vector<TraceSource> sources;
  std::string about = {};  ///< a JSON object about the run that the trace is of (its record without
                           ///< what is not known yet); empty: none
  std::optional<TraceImport> imported = {};  ///< empty: a meter wrote it
};

/// All channels of a source, read at one instant. An empty sample is one that failed.
struct TracePoll {
  std::size_t source = 0;  ///< index into the header's sources
  Instant time;
  std::vector<Sample> samples;
};

/// CLOCK_BOOTTIME beside CLOCK_MONOTONIC: a change in their difference is a suspend.
struct TraceClocks {
  Instant monotonic;
  Instant boot;
};

/// The command's start or end.
struct TraceCommand {
  enum class Edge { begin, end };
  Edge edge = Edge::begin;
  Instant time;
  std::optional<int> exit_code = {};  ///< at its end, as a shell gives it; empty: not known
  std::optional<int> signal = {};     ///< that killed it
};

/// A stretch in which the machine was left at rest, before the command or after it.
struct TraceRest {
  enum class Edge { begin, end };
  Edge edge = Edge::begin;
  Instant time;
};

using TraceEvent = std::variant<TracePoll, Mark, Fault, TraceClocks, TraceCommand, TraceRest>;

}  // namespace isojoule
