// The CPU time of a process and all that it starts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule::cpu_model {

/// What /proc/PID/stat says of a process; times in whole microseconds.
struct ProcessStat {
  pid_t process = 0;
  pid_t parent = 0;
  std::uint64_t start = 0;   ///< ticks since boot: tells it from others that have its number later
  std::uint64_t own = 0;     ///< user and system, all of its threads
  std::uint64_t waited = 0;  ///< of children that ended and that it waited for, with what these had
                             ///< waited for
};

/// Empty for anything else, also for a line that is cut off.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

/// Adds up the CPU time of a process and its descendants, those that live and those that have
/// ended, by /proc/PID/stat. The sum never falls:
///
///  - a process counts, once it was seen in the tree, until it ends, whoever its parent is by then;
///  - when it has ended, what was counted of it is taken off what its nearest surviving ancestor
///    gains in waited time, then or one look later, so that it counts once; where no ancestor
///    waited for it, what was counted of it stays;
///  - where we are the root's parent, it and the orphans that came to us are waited for by
///    ourselves, which Processes::children_cpu_microseconds shows: we must have no other children.
///
/// A process that starts and ends between two looks is counted when it is waited for. A process is
/// found by looking through /proc, which is only done when some process was started since (as
/// /proc/loadavg shows, and once a second whatever it shows) and takes no more than kMostSearching
/// of one thread's time; the time of those that are found later is counted then.
///
/// Not for sharing between threads.
class ProcessTree {
 public:
  /// The root must not be waited for before the first look. `world` must outlive what it points to.
  ProcessTree(const World& world, pid_t root);

  /// Whether the root was there.
  bool is_usable() const { return !members_.empty(); }

  /// Microseconds since the object was made.
  std::uint64_t look();

  static constexpr double kMostSearching = 0.02;

 private:
  struct Member {
    ProcessStat stat;
    std::uint64_t waited_gain = 0;  ///< in this look
    std::uint64_t owed = 0;         ///< counted of descendants that ended in this look
    std::uint64_t owed_before = 0;  ///< in the look before, and not gained yet
  };

  std::optional<ProcessStat> read_stat(const std::string& process) const;
  std::uint64_t waited_by_us() const;
  void read_members();
  void owe(const std::map<pid_t, pid_t>& parents, const ProcessStat& gone);
  Member* find(pid_t process);
  static std::uint64_t settle(Member& member);
  bool is_search_due();
  void search();

  World world_;
  Member us_;                    ///< this process: only what it waited for
  bool is_ours_ = false;         ///< we are the root's parent
  std::vector<Member> members_;  ///< that live; each behind its parent
  std::uint64_t total_ = 0;
  std::string last_started_;  ///< as /proc/loadavg had it at the last search
  Instant searched_;          ///< end of the last search
  Duration search_length_{};
};

}  // namespace isojoule::cpu_model
