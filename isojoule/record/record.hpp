// A record: one measured command, whole, as it is kept and published.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/basis.hpp"
#include "isojoule/core/cost.hpp"
#include "isojoule/core/fault.hpp"
#include "isojoule/core/host_info.hpp"
#include "isojoule/core/measurement.hpp"
#include "isojoule/core/unmeasured.hpp"
#include "isojoule/core/workload_id.hpp"
#include "isojoule/record/context.hpp"
#include "isojoule/record/job.hpp"

namespace isojoule {

/// How the command ended.
struct CommandOutcome {
  enum class State {
    complete,    ///< exit code 0
    incomplete,  ///< it failed or was killed; energies are what was used until then
    cut_off,     ///< the measuring ended before the command: how that ended is not known, and
                 ///< exit_code says nothing
  };
  State state = State::complete;
  int exit_code = 0;          ///< as a shell gives it: 128 + signal when killed
  std::optional<int> signal;  ///< that killed it
  bool interrupted = false;   ///< somebody asked for the end (Ctrl-C), however it then ended
};

/// A stretch of a window between two pauses.
struct WindowPiece {
  Duration begin{};  ///< since the command's start
  Duration elapsed{};
};

/// One named window of the run, as marks set it.
struct Window {
  std::string name;
  Duration begin{};         ///< since the command's start
  Measurement measurement;  ///< of all its pieces: `elapsed` leaves its pauses out
  std::map<std::string, std::string> attributes;  ///< of its end mark: steps=10, batch=8, ...
  std::string doubt = {};  ///< why its edges may belong to two windows; empty: they do not
  std::vector<WindowPiece> pieces = {};  ///< in time order; empty: one, from `begin` on
};

/// The place of a record among repeats of one command.
struct Repeat {
  std::string group;  ///< id of the group's first record
  int index = 1;      ///< from 1
  int count = 1;      ///< that were asked for
};

struct Record {
  std::string id;       ///< 26 characters that sort by time (ULID)
  std::string created;  ///< wall clock at the start, UTC: "2026-01-31T12:34:56Z"; a label only
  std::string version;  ///< of isojoule
  WorkloadId workload{"unnamed"};
  std::vector<std::string> command;
  CommandOutcome outcome;
  HostInfo host;
  std::optional<Cost> cost;
  std::optional<std::uint64_t> samples;    ///< that the whole command trains on; empty: not known
  Measurement whole;                       ///< from the command's start to its end
  std::optional<Measurement> idle_before;  ///< the machine at rest; empty: not measured
  std::optional<Measurement> idle_after;
  std::vector<SteadyState> steady;      ///< where the command's power became steady
  std::optional<JobPlace> job;          ///< empty: a command by itself
  std::optional<NodeOwner> node_owner;  ///< empty: it is not stated; see owner_of_node
  std::optional<Repeat> repeat;         ///< empty: measured once
  std::vector<Window> windows;          ///< in the order of their begin
  std::vector<Window> sums = {};        ///< of each name that several windows have, but `block`: all
                                        ///< of them as one, with their pieces and no attributes
  std::vector<Fault> faults;            ///< trouble while sampling
  std::vector<Unmeasured> unmeasured;   ///< what was here and could not be measured
  std::map<std::string, std::string>
      context;        ///< what else is known: torch version, device, threads
  std::string trace;  ///< path of the raw trace; empty: not kept
};

/// Joules per step of the `steps` window, with their spread over its `block` windows.
struct StepEnergy {
  Basis basis;               ///< scope, kind, gross, protocol "steps", batch, precision
  long steps = 0;            ///< steps that were measured
  Energy per_step{};         ///< energy of the steps window / steps
  std::optional<Energy> sd;  ///< standard deviation of the blocks' energy per step; empty with
                             ///< fewer than 2 blocks of known energy
  Duration duration_per_step{};
};

/// Its pieces, also where it is one.
std::vector<WindowPiece> pieces_of(const Window& window);

/// The record's window `steps`. Refused unless there is exactly one. The pointer is never null and
/// lives as long as the record's windows.
Outcome<const Window*> steps_window(const Record& record);

/// Refused if the readings were replayed, or the record has not exactly one `steps` window with
/// undoubted edges and a positive number of steps (only a window that was ended has one), or the
/// scope's energy there is unknown, zero or negative. `scope` empty: what the training ran on
/// (attribute or context `device`: "cpu" means package, "cuda..." gpu), else default_scope. The
/// spread is over the undoubted `block` windows inside it that say their steps; a block that goes
/// on while `steps` is paused is not inside it. A batch that is no positive number is not known.
Outcome<StepEnergy> energy_per_step(const Record& record, std::optional<Scope> scope);

/// A new identifier: 48 bits of `unix_milliseconds`, 80 random bits, Crockford base 32. Ids of
/// different milliseconds sort by time; within one their order is random. Throws Error(bad_input)
/// of a time before 1970 or after 48 bits of milliseconds, which a clock that is not set may say.
std::string make_record_id(std::int64_t unix_milliseconds);
/// One of that moment.
std::string make_record_id(std::chrono::system_clock::time_point wall);

}  // namespace isojoule
