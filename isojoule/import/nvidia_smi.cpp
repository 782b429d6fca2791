// CSV logs of nvidia-smi: --query-gpu=timestamp,uuid,name,power.draw.instant --format=csv.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "isojoule/import/detail/board_power.hpp"
#include "isojoule/import/detail/csv_log.hpp"
#include "isojoule/import/detail/format_list.hpp"

namespace isojoule {
namespace {

using detail::CsvLayout;

struct KnownColumn {
  std::string_view title;
  std::string_view name;  ///< as the live sensor's channels are called
  LoggedPower power;
  Scope scope;
};
// In the order in which they speak for a board.
constexpr std::array kPowers{
    KnownColumn{"power.draw.instant [W]", "power-instant", LoggedPower::instant, Scope::gpu},
    KnownColumn{"power.draw [W]", "power", LoggedPower::usage, Scope::gpu},
    KnownColumn{"power.draw.average [W]", "power-average", LoggedPower::average, Scope::gpu},
    KnownColumn{"module.power.draw.instant [W]", "module-power-instant", LoggedPower::instant,
                Scope::module},
    KnownColumn{"module.power.draw.average [W]", "module-power-average", LoggedPower::average,
                Scope::module}};

struct KnownState {
  std::string_view title;
  std::string_view name;
  std::string_view unit;  ///< in the log
  std::string_view gauge;
  double per_unit;
  double per_count;
};
constexpr std::array kStates{
    KnownState{"utilization.gpu [%]", "utilization", "%", "ratio", 0.01, 0.01},
    KnownState{"temperature.gpu", "temperature", "C", "celsius", 1.0, 1.0},
    KnownState{"clocks.current.sm [MHz]", "sm-clock", "MHz", "hertz", 1e6, 1e6},
    KnownState{"clocks.sm [MHz]", "sm-clock", "MHz", "hertz", 1e6, 1e6}};

constexpr std::array<std::string_view, 1> kTime{"timestamp"};
constexpr std::array<std::string_view, 9> kKeys{"uuid",       "gpu_uuid",       "pci.bus_id",
                                                "gpu_bus_id", "gpu_pci.bus_id", "index",
                                                "serial",     "gpu_serial",     "pci.bus"};
constexpr std::array<std::string_view, 2> kNames{"name", "gpu_name"};
constexpr std::array<std::string_view, 1> kDrivers{"driver_version"};

std::optional<CsvLayout> nvidia_layout(std::span<const std::string> header) {
  const auto time = detail::place_of(header, kTime);
  if (time.empty()) return std::nullopt;
  CsvLayout layout;
  layout.time = time.front();
  layout.key = detail::place_of(header, kKeys);
  layout.name = detail::place_of(header, kNames);
  layout.driver = detail::place_of(header, kDrivers);
  const auto add = [&](std::string_view title, LogColumn column) {
    const auto place = detail::place_of(header, std::array{title});
    if (place.empty()) return;
    layout.values.push_back(place.front());
    column.title = title;
    layout.columns.push_back(std::move(column));
  };
  for (const KnownColumn& known : kPowers)
    add(known.title, {"", std::string(known.name), known.power, "W", 1.0, known.scope});
  if (layout.columns.empty()) return std::nullopt;
  for (const KnownState& known : kStates)
    add(known.title,
        {"", std::string(known.name), Gauge{std::string(known.gauge), known.per_count, {}},
         std::string(known.unit), known.per_unit, Scope::gpu});
  return layout;
}

Channel nvidia_channel(const LogDevice& device, const LogColumn& column) {
  const std::string key = device.key.empty() ? "0" : device.key;
  const bool is_module = column.scope == Scope::module;
  Channel channel;
  channel.id = fmt::format("nvidia-smi:{}:{}", key, column.name);
  channel.component = (is_module ? "module-" : "gpu-") + key;
  channel.label = device.name.empty() ? "NVIDIA board " + key : device.name;
  if (is_module) channel.label += " (module)";
  channel.scope = column.scope;
  if (const auto* const power = std::get_if<LoggedPower>(&column.what))
    detail::describe_board_power(channel, device.name, *power);
  return channel;
}

}  // namespace

constinit const LogFormat detail::nvidia_smi_format{
    "nvidia-smi", "by --query-gpu=timestamp,uuid,name,power.draw.instant --format=csv",
    [](std::span<const std::string> lines) { return detail::has_header(lines, nvidia_layout); },
    [](LogLines& lines, LogSink& sink) { detail::read_csv_log(lines, sink, nvidia_layout); },
    nvidia_channel};

}  // namespace isojoule
