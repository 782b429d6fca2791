#include "isojoule/sensor/dram_model/dram_model.hpp"

#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "isojoule/sensor/detail/memory_modules.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"

namespace isojoule {
namespace {

using detail::find_memory_modules;
using detail::MemoryModules;

constexpr const char* kBackend = "dram-model";
std::string model_text(const MemoryModules& modules) {
  return fmt::format("{:.1f} W x {} memory module{} ({})", kPowerPerModule.in(watt), modules.count,
                     modules.count == 1 ? "" : "s", modules.basis);
}

Probe judge(const std::optional<MemoryModules>& modules) {
  if (!modules)
    return {false, "neither /sys/devices/system/edac/mc nor /proc/meminfo shows any memory",
            "sudo mount -t proc proc /proc"};
  return {true, "a model, not a measurement: " + model_text(*modules), ""};
}

}  // namespace

Probe probe_dram_model(const World& world) { return judge(find_memory_modules(world)); }

std::unique_ptr<Sensor> open_dram_model(const World& world, const Subject&, Probe& probe) {
  const std::optional<MemoryModules> modules = find_memory_modules(world);
  probe = judge(modules);
  if (!modules) return nullptr;

  const Power power = modules->count * kPowerPerModule;
  Channel channel;
  channel.id = fmt::format("{}:modules", kBackend);
  channel.component = "dram";
  channel.label = "memory";
  channel.scope = Scope::dram;
  channel.kind = Kind::modelled;
  channel.unit = milliwatt;
  channel.model = model_text(*modules);
  const auto milliwatts = static_cast<std::uint64_t>(std::llround(power.in(milliwatt)));
  return detail::make_sensor(
      kBackend, {{std::move(channel), [milliwatts](std::string&) { return Sample(milliwatts); }}});
}

}  // namespace isojoule
