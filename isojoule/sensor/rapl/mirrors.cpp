#include "isojoule/sensor/rapl/mirrors.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace isojoule::rapl {
namespace {

/// What is known of two counters.
struct Likeness {
  int same = 0;   ///< steps on end in which they rose alike
  int other = 0;  ///< steps in which they did not

  bool is_decided() const { return same >= kSameSteps || other >= kOtherSteps; }

  void add(Sample step_a, Sample step_b) {
    if (is_decided()) return;
    if (step_a != step_b || !step_a) {
      same = 0;
      ++other;
    } else if (*step_a != 0) {
      ++same;
    }
  }
};

std::vector<Sample> read_all(const Way& way, const std::vector<std::size_t>& group) {
  std::vector<Sample> counts;
  std::string why_not;
  for (const std::size_t place : group) counts.push_back(way.counters[place].read(why_not));
  return counts;
}

/// By how much each counter rose. Wrong at a wrap, but then equally so for mirrors.
std::vector<Sample> differences(const std::vector<Sample>& before,
                                const std::vector<Sample>& after) {
  std::vector<Sample> steps(before.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i] && after[i]) steps[i] = *after[i] - *before[i];
  return steps;
}

/// For each place that repeats an earlier one of the group, that earlier one.
std::map<std::size_t, std::size_t> find_mirrors(const Way& way,
                                                const std::vector<std::size_t>& group,
                                                Clock& clock) {
  std::map<std::pair<std::size_t, std::size_t>, Likeness> pairs;  // places in the group
  for (std::size_t b = 1; b < group.size(); ++b)
    for (std::size_t a = 0; a < b; ++a) pairs[{a, b}] = {};

  const auto is_decided = [](const auto& pair) { return pair.second.is_decided(); };
  const Instant deadline = clock.now() + kMirrorPatience;
  Waker nobody;
  std::vector<Sample> before = read_all(way, group);
  while (clock.now() < deadline && !std::ranges::all_of(pairs, is_decided)) {
    clock.sleep_until(clock.now() + kMirrorStep, nobody);
    std::vector<Sample> after = read_all(way, group);
    const std::vector<Sample> steps = differences(before, after);
    for (auto& [pair, likeness] : pairs) likeness.add(steps[pair.first], steps[pair.second]);
    before = std::move(after);
  }

  std::map<std::size_t, std::size_t> mirrors;
  for (const auto& [pair, likeness] : pairs)
    if (likeness.same >= kSameSteps) mirrors.emplace(group[pair.second], group[pair.first]);
  return mirrors;
}

/// "package-0" of "package-0-die-1".
std::string_view without_die(std::string_view package) {
  return package.substr(0, package.find("-die-"));
}

/// Whether `counter` alone is left of its package.
bool is_alone(const Way& way, const Counter& counter) {
  const auto is_of_the_same = [&](const Counter& other) {
    return other.channel.scope == counter.channel.scope &&
           without_die(package_of(other.channel)) == without_die(package_of(counter.channel));
  };
  return std::ranges::count_if(way.counters, is_of_the_same) == 1;
}

void name_by_package(Channel& channel) {
  const Channel named = make_channel(std::string(without_die(package_of(channel))), channel.scope);
  channel.id = named.id;
  channel.component = named.component;
  channel.label = named.label;
}

}  // namespace

std::string drop_mirrors(Way& way, Clock& clock) {
  std::map<std::size_t, std::size_t> mirrors;
  for (const std::vector<std::size_t>& group : way.suspects)
    mirrors.merge(find_mirrors(way, group, clock));
  if (mirrors.empty()) return {};

  std::map<std::size_t, std::size_t> mirrored;  // a counter, and how many repeat it
  for (const auto& [mirror, original] : mirrors) ++mirrored[original];

  std::vector<Counter> kept;
  std::vector<std::pair<std::size_t, std::size_t>> originals;  // place in kept, mirrors
  for (std::size_t place = 0; place < way.counters.size(); ++place) {
    if (mirrors.contains(place)) continue;
    if (mirrored.contains(place)) originals.emplace_back(kept.size(), mirrored[place]);
    kept.push_back(std::move(way.counters[place]));
  }
  way.counters = std::move(kept);
  way.suspects.clear();

  std::string note;
  for (const auto& [place, count] : originals) {
    Counter& counter = way.counters[place];
    if (is_alone(way, counter)) name_by_package(counter.channel);
    const bool is_one = count == 1;
    note += fmt::format("{}{} {} {}, and {} left out", note.empty() ? "" : "; ", count,
                        is_one ? "other repeats" : "others repeat", counter.channel.component,
                        is_one ? "is" : "are");
  }
  return note;
}

}  // namespace isojoule::rapl
