#include "isojoule/sensor/detail/memory_modules.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/host_info.hpp"
#include "isojoule/sensor/detail/polled_file.hpp"

namespace isojoule::detail {
namespace {

namespace fs = std::filesystem;

constexpr const char* kControllers = "/sys/devices/system/edac/mc";
constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;
constexpr double kModule = 16.0;  // GiB, as are the next ones
constexpr double kLargeModule = 32.0;
constexpr double kLargeModulesAbove = 128.0;

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
      if (parse_count(megabytes).value_or(0) > 0) ++count;
    }
  return count;
}

}  // namespace

std::optional<MemoryModules> find_memory_modules(const World& world) {
  if (const int listed = listed_modules(world); listed > 0)
    return MemoryModules{listed, "as the kernel's EDAC lists them"};
  const auto bytes = read_host_info(world).memory_bytes;
  if (!bytes || *bytes == 0) return std::nullopt;
  const double gibibytes = static_cast<double>(*bytes) / kGibibyte;
  const bool large = gibibytes > kLargeModulesAbove;
  const double module = large ? kLargeModule : kModule;
  const double least = large ? kLargeModulesAbove / kModule : 1.0;
  const double guessed =
      std::clamp(std::ceil(gibibytes / module), least, double{kMostGuessedModules});
  return MemoryModules{static_cast<int>(guessed),
                       fmt::format("a guess from {:.1f} GiB", gibibytes)};
}

}  // namespace isojoule::detail
