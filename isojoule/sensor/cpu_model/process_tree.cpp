#include "isojoule/sensor/cpu_model/process_tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <set>
#include <system_error>

#include "isojoule/sensor/detail/polled_file.hpp"

namespace isojoule::cpu_model {
namespace {

// Whatever /proc/loadavg shows: some containers make it up.
constexpr Duration kLongestWithoutSearch = 1.0 * second;

/// The whole text as a number of type T; empty if it is none.
template <class T>
std::optional<T> number_of(std::string_view text) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::uint64_t in_microseconds(std::uint64_t ticks) {
  static const auto kTicksPerSecond = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  return ticks * 1'000'000 / kTicksPerSecond;
}

bool is_number(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t difference(std::uint64_t now, std::uint64_t before) {
  return now > before ? now - before : 0;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  // "17 (a name) S 1 ...": the name may hold anything, so the rest begins behind its last bracket.
  const std::size_t open = text.find(" (");
  const std::size_t close = text.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  const auto process = number_of<pid_t>(text.substr(0, open));
  constexpr std::size_t kFields = 20;  // state to starttime, the fields 3 to 22 of proc(5)
  std::array<std::string_view, kFields> fields;
  std::string_view rest = text.substr(close + 2);
  for (std::string_view& field : fields) {
    const std::size_t length = rest.find(' ');
    if (length == std::string_view::npos) return std::nullopt;
    field = rest.substr(0, length);
    rest.remove_prefix(length + 1);
  }
  const auto parent = number_of<pid_t>(fields[1]);
  const auto start = number_of<std::uint64_t>(fields[19]);
  std::array<std::uint64_t, 4> ticks{};  // utime stime cutime cstime
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const auto number = number_of<std::uint64_t>(fields[11 + i]);
    if (!number) return std::nullopt;
    ticks[i] = *number;
  }
  if (!process || !parent || !start) return std::nullopt;
  return ProcessStat{*process, *parent, *start, in_microseconds(ticks[0] + ticks[1]),
                     in_microseconds(ticks[2] + ticks[3])};
}

ProcessTree::ProcessTree(const World& world, pid_t root) : world_(world) {
  const auto stat = read_stat(std::to_string(root));
  if (!stat) return;
  is_ours_ = stat->parent == getpid();
  us_.stat.waited = waited_by_us();
  members_.push_back({*stat});
  search();
  total_ = 0;  // what was used before does not count
}

std::optional<ProcessStat> ProcessTree::read_stat(const std::string& process) const {
  const detail::PolledFile file(world_.path("/proc/" + process + "/stat"));
  if (file.error() != 0) return std::nullopt;
  std::array<char, 1024> buffer;
  std::string why_not;
  const auto text = file.read(buffer, why_not);
  return text ? parse_process_stat(*text) : std::nullopt;
}

std::uint64_t ProcessTree::waited_by_us() const {
  return is_ours_ ? world_.processes->children_cpu_microseconds() : 0;
}

ProcessTree::Member* ProcessTree::find(pid_t process) {
  const auto found = std::ranges::find_if(
      members_, [process](const Member& member) { return member.stat.process == process; });
  return found == members_.end() ? nullptr : &*found;
}

/// What was counted of a process that has ended is owed by whoever waited for it. `parents` are
/// those of the processes that have ended.
void ProcessTree::owe(const std::map<pid_t, pid_t>& parents, const ProcessStat& gone) {
  pid_t ancestor = gone.parent;
  // A number that came again must not lead in a circle.
  for (std::size_t i = 0; i < parents.size() && parents.contains(ancestor); ++i)
    ancestor = parents.at(ancestor);
  Member* const alive = find(ancestor);
  (alive != nullptr ? *alive : us_).owed += gone.own + gone.waited;
}

/// Reads each member again, parents before children: so a child that is still seen was not waited
/// for when its parent was read, and one that is not may have been, or is in the next look.
void ProcessTree::read_members() {
  const std::uint64_t waited = waited_by_us();
  us_.waited_gain = difference(waited, us_.stat.waited);
  us_.stat.waited = waited;
  std::vector<ProcessStat> gone;
  std::erase_if(members_, [this, &gone](Member& member) {
    const auto now = read_stat(std::to_string(member.stat.process));
    if (!now || now->start != member.stat.start) {
      gone.push_back(member.stat);
      return true;
    }
    total_ += difference(now->own, member.stat.own);
    member.waited_gain = difference(now->waited, member.stat.waited);
    member.stat = *now;
    return false;
  });
  std::map<pid_t, pid_t> parents;
  for (const ProcessStat& process : gone) parents[process.process] = process.parent;
  for (const ProcessStat& process : gone) owe(parents, process);
}

/// What a member waited for beyond what was counted of that while it lived.
std::uint64_t ProcessTree::settle(Member& member) {
  const std::uint64_t beyond_before = difference(member.waited_gain, member.owed_before);
  const std::uint64_t beyond = difference(beyond_before, member.owed);
  member.owed_before = difference(member.owed, beyond_before);
  member.owed = member.waited_gain = 0;
  return beyond;
}

bool ProcessTree::is_search_due() {
  const Duration since = world_.clock->now() - searched_;
  if (since < search_length_ / kMostSearching) return false;
  if (since >= kLongestWithoutSearch) return true;
  const std::string load = read_text(world_.path("/proc/loadavg")).value_or("");
  return load.empty() || load.substr(load.rfind(' ') + 1) != last_started_;
}

/// Finds descendants that are not known yet.
void ProcessTree::search() {
  const Instant begin = world_.clock->now();
  const std::string load = read_text(world_.path("/proc/loadavg")).value_or("");
  last_started_ = load.substr(load.rfind(' ') + 1);
  std::set<pid_t> known;
  for (const Member& member : members_) known.insert(member.stat.process);
  std::multimap<pid_t, ProcessStat> by_parent;  // that are not known
  std::error_code error;
  std::filesystem::directory_iterator entry(world_.path("/proc"), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!is_number(name) || known.contains(number_of<pid_t>(name).value_or(0))) continue;
    if (const auto stat = read_stat(name)) by_parent.emplace(stat->parent, *stat);
  }
  const auto take_children_of = [this, &by_parent](pid_t parent) {
    const auto [first, last] = by_parent.equal_range(parent);
    for (auto child = first; child != last; ++child) {
      members_.push_back({child->second});
      total_ += child->second.own + child->second.waited;
    }
    by_parent.erase(first, last);
  };
  if (is_ours_) take_children_of(getpid());  // orphans that came to us
  for (std::size_t i = 0; i < members_.size(); ++i) take_children_of(members_[i].stat.process);
  searched_ = world_.clock->now();
  search_length_ = searched_ - begin;
}

std::uint64_t ProcessTree::look() {
  read_members();
  if ((is_ours_ || !members_.empty()) && is_search_due()) search();
  total_ += settle(us_);
  for (Member& member : members_) total_ += settle(member);
  return total_;
}

}  // namespace isojoule::cpu_model
