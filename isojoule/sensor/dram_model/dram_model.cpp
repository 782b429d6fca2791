#include "isojoule/sensor/dram_model/dram_model.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/host_info.hpp"
#include "isojoule/sensor/detail/polled_file.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"

namespace isojoule {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBackend = "dram-model";
constexpr const char* kControllers = "/sys/devices/system/edac/mc";
constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;
constexpr double kGuessedModuleBytes = 16.0 * kGibibyte;

/// How many modules there are, and how that is known.
struct Modules {
  int count = 0;
  std::string basis;
};

/// Directories under `path` whose names begin with `prefix` and a digit.
std::vector<fs::path> numbered(const fs::path& path, std::string_view prefix) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(prefix) && name.size() > prefix.size() && name[prefix.size()] >= '0' &&
        name[prefix.size()] <= '9')
      found.push_back(entry->path());
  }
  return found;
}

/// Modules that the kernel's memory controllers list, without the empty slots. Drivers that know
/// ranks instead of modules list none.
int listed_modules(const World& world) {
  int count = 0;
  for (const fs::path& controller : numbered(world.path(kControllers), "mc"))
    for (const fs::path& module : numbered(controller, "dimm")) {
      const std::string megabytes = read_text(module / "size").value_or("");
      if (detail::parse_count(megabytes).value_or(0) > 0) ++count;
    }
  return count;
}

std::optional<Modules> find_modules(const World& world) {
  if (const int listed = listed_modules(world); listed > 0)
    return Modules{listed, "as the kernel's EDAC lists them"};
  const auto bytes = read_host_info(world).memory_bytes;
  if (!bytes || *bytes == 0) return std::nullopt;
  const auto size = static_cast<double>(*bytes);
  const double guessed = std::ceil(size / kGuessedModuleBytes);
  if (guessed > kMostGuessedModules)
    return Modules{kMostGuessedModules, fmt::format("a guess: at most {} for {:.0f} GiB",
                                                    kMostGuessedModules, size / kGibibyte)};
  return Modules{
      static_cast<int>(guessed),
      fmt::format("a guess: one for each started 16 GiB of {:.1f} GiB", size / kGibibyte)};
}

std::string model_text(const Modules& modules) {
  return fmt::format("{:.1f} W x {} memory module{} ({})", kPowerPerModule.in(watt), modules.count,
                     modules.count == 1 ? "" : "s", modules.basis);
}

Probe judge(const std::optional<Modules>& modules) {
  if (!modules)
    return {false, fmt::format("neither {} nor /proc/meminfo shows any memory", kControllers),
            "sudo mount -t proc proc /proc"};
  return {true, "a model, not a measurement: " + model_text(*modules), ""};
}

}  // namespace

Probe probe_dram_model(const World& world) { return judge(find_modules(world)); }

std::unique_ptr<Sensor> open_dram_model(const World& world, const Subject&, Probe& probe) {
  const std::optional<Modules> modules = find_modules(world);
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
