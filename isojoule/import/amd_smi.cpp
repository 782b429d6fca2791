// CSV logs of amd-smi: metric --power --watch 1 --csv, monitor --power-usage --watch 1 --csv.
#include <array>

#include <fmt/format.h>

#include "isojoule/import/detail/csv_log.hpp"
#include "isojoule/import/detail/format_list.hpp"

namespace isojoule {
namespace {

using detail::CsvLayout;

constexpr std::array<std::string_view, 2> kAmdTime{"timestamp", "Timestamp"};
constexpr std::array<std::string_view, 1> kAmdKey{"gpu"};
// Of the first that is there: what the tool shows is current or average power, by the board.
constexpr std::array<std::string_view, 4> kAmdPower{"socket_power", "power_usage",
                                                    "current_socket_power", "average_socket_power"};
constexpr std::array<std::string_view, 2> kAmdUse{"gfx_activity", "gfx"};
constexpr std::array<std::string_view, 2> kAmdHotspot{"hotspot", "hotspot_temperature"};

std::optional<CsvLayout> amd_layout(std::span<const std::string> header) {
  const auto time = detail::place_of(header, kAmdTime);
  const auto key = detail::place_of(header, kAmdKey);
  const auto power = detail::place_of(header, kAmdPower);
  if (time.empty() || key.empty() || power.empty()) return std::nullopt;
  CsvLayout layout;
  layout.time = time.front();
  layout.key = key;
  const auto add = [&](const std::vector<std::size_t>& place, LogColumn column) {
    if (place.empty()) return;
    layout.values.push_back(place.front());
    column.title = header[place.front()];
    layout.columns.push_back(std::move(column));
  };
  add(power, {"", "power", LoggedPower::usage, "W"});
  add(detail::place_of(header, kAmdUse), {"", "utilization", Gauge{"ratio", 0.01, {}}, "%", 0.01});
  add(detail::place_of(header, kAmdHotspot),
      {"", "hotspot-temperature", Gauge{"celsius", 1.0, {}}, "C"});
  return layout;
}

Channel amd_channel(const LogDevice& device, const LogColumn& column) {
  Channel channel;
  channel.id = fmt::format("amd-smi:{}:{}", device.key, column.name);
  channel.component = "gpu-" + device.key;
  channel.label = device.name.empty() ? "AMD board " + device.key : device.name;
  channel.scope = column.scope;
  channel.family = "amd/board";
  channel.caveat = "what amd-smi shows of a changing power is not known";
  return channel;
}

}  // namespace

constinit const LogFormat detail::amd_smi_format{
    "amd-smi", "by metric --power --watch 1 --csv or monitor --power-usage --watch 1 --csv",
    [](std::span<const std::string> lines) { return detail::has_header(lines, amd_layout); },
    [](LogLines& lines, LogSink& sink) { detail::read_csv_log(lines, sink, amd_layout); },
    amd_channel};

}  // namespace isojoule
