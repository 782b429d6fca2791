// Marks: how a workload says which part of it is to be measured.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/instant.hpp"

namespace isojoule {

/// One edge of a named window. Text form, one datagram each (docs/formats/marks.md):
///
///   begin NAME t=NANOSECONDS
///   pause NAME t=NANOSECONDS
///   resume NAME t=NANOSECONDS
///   end NAME t=NANOSECONDS key=value ...
///
/// NAME and keys are 1 to 64 characters of [A-Za-z0-9_.-]; a value has no white space; t is
/// CLOCK_MONOTONIC of the sender. All may have unsent=NAME,NAME: see `unsent`.
///
/// Pauses nest: a window that was paused twice resumes with the second resume. A pause is of the
/// window that it names alone, not of those inside it.
struct Mark {
  enum class Edge { begin, pause, resume, end };
  Edge edge = Edge::begin;
  std::string name;
  Instant time;
  std::map<std::string, std::string> attributes;
  /// Windows of which the sender has lost marks since the last one that it could send, each once;
  /// kEveryWindow where they are too many to name.
  std::vector<std::string> unsent = {};

  friend bool operator==(const Mark&, const Mark&) = default;
};

/// The names that `run` gives a meaning; others are windows of the user's own.
inline constexpr std::string_view kStepsWindow =
    "steps";  ///< the measured steps; attribute steps=N
inline constexpr std::string_view kBlockWindow = "block";  ///< a part of them, for the spread

/// Among `unsent`: it may be any.
inline constexpr std::string_view kEveryWindow = "*";

/// The environment variable that holds the path of the socket.
inline constexpr const char* kMarksVariable = "ISOJOULE_MARKS";

/// The longest datagram that is sent or read, in bytes.
inline constexpr std::size_t kMaxMarkBytes = 4096;

/// "begin", "pause", "resume", "end".
std::string_view to_string(Mark::Edge edge);

/// Text form of a mark. Throws Error(bad_input) for a name, key or value that cannot be sent.
std::string format_mark(const Mark& mark);

/// Reads a datagram. A missing `t=` takes `received`. Empty for anything that is not a mark: a
/// workload must not be able to disturb the meter.
std::optional<Mark> parse_mark(std::string_view datagram, Instant received);

}  // namespace isojoule
