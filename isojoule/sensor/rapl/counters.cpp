#include "isojoule/sensor/rapl/counters.hpp"

#include <string_view>
#include <utility>

namespace isojoule::rapl {
namespace {

constexpr std::string_view kMemoryPrefix = "dram-";

// Intel SDM volume 3B, 15.10: the counters are updated about every millisecond.
constexpr Duration kRefresh = 1.0 * millisecond;

}  // namespace

Way not_usable(Way::State state, std::string reason, std::string remedy) {
  Way way;
  way.state = state;
  way.reason = std::move(reason);
  way.remedy = std::move(remedy);
  return way;
}

Channel make_channel(const std::string& package, Scope scope) {
  const bool is_memory = scope == Scope::dram;
  Channel channel;
  channel.component = is_memory ? std::string(kMemoryPrefix) + package : package;
  channel.id = "rapl:" + channel.component;
  channel.label = (is_memory ? "memory of " : "CPU ") + package;
  channel.scope = scope;
  channel.refresh = kRefresh;
  return channel;
}

std::string accuracy_family(const World& world, Scope scope) {
  if (scope == Scope::dram) return "rapl/memory";
  const std::string cpu = read_text(world.path("/proc/cpuinfo")).value_or("");
  if (cpu.find("GenuineIntel") != std::string::npos) return "rapl/intel";
  return cpu.find("AuthenticAMD") != std::string::npos ? "rapl/amd" : "rapl/unknown";
}

std::string package_of(const Channel& channel) {
  return channel.scope == Scope::dram ? channel.component.substr(kMemoryPrefix.size())
                                      : channel.component;
}

}  // namespace isojoule::rapl
