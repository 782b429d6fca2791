#include "isojoule/sensor/rapl/rapl.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "isojoule/sensor/rapl/mirrors.hpp"
#include "isojoule/sensor/rapl/perf.hpp"
#include "isojoule/sensor/rapl/powercap.hpp"

namespace isojoule {
namespace {

using rapl::Counter;
using rapl::Way;

struct Survey {
  std::vector<Counter> counters;
  Probe probe;
};

Survey take(const World& world, Way way, const char* by) {
  const std::string note = rapl::drop_mirrors(way, *world.clock);
  for (Counter& counter : way.counters)
    counter.channel.family = rapl::accuracy_family(world, counter.channel.scope);
  std::string names;
  for (const Counter& counter : way.counters)
    names += (names.empty() ? "" : ", ") + counter.channel.component;
  std::string reason = fmt::format("energy counters of {}, by {}", names, by);
  if (!note.empty()) reason += "; " + note;
  return {std::move(way.counters), {true, std::move(reason), ""}};
}

/// Of two ways that are no use, both reasons, and the easier remedy: one setting opens the events
/// for good or for one program, the files need a rule for each.
Probe neither(const Way& perf, const Way& powercap) {
  const bool is_perf_easier = perf.state == Way::State::denied;
  Probe probe{false, powercap.reason + "; " + perf.reason,
              is_perf_easier ? perf.remedy : powercap.remedy};
  if (is_perf_easier || powercap.state == Way::State::denied)
    probe.unmeasured.push_back({"CPU packages (rapl)", probe.reason, probe.remedy});
  return probe;
}

/// Events come first: while they are open they cannot lose a wrap. Never both, which would count
/// every package twice.
Survey survey(const World& world) {
  Way perf = rapl::open_perf(world);
  if (perf.state == Way::State::usable) return take(world, std::move(perf), "perf events");
  Way powercap = rapl::open_powercap(world);
  if (powercap.state == Way::State::usable)
    return take(world, std::move(powercap), "powercap files");
  return {{}, neither(perf, powercap)};
}

}  // namespace

Probe probe_rapl(const World& world) { return survey(world).probe; }

std::unique_ptr<Sensor> open_rapl(const World& world, const Subject&, Probe& probe) {
  Survey found = survey(world);
  probe = found.probe;
  if (!probe.usable) return nullptr;
  return detail::make_sensor("rapl", std::move(found.counters));
}

}  // namespace isojoule
