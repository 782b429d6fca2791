// Plain CSV: time_s and one or more columns of power whose names end in _w.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "isojoule/import/detail/board_power.hpp"
#include "isojoule/import/detail/csv_log.hpp"
#include "isojoule/import/detail/format_list.hpp"

namespace isojoule {
namespace {

using detail::CsvLayout;

constexpr std::array<std::string_view, 1> kPlainTime{"time_s"};
constexpr std::string_view kPowerEnding = "_w";

struct ScopeWord {
  std::string_view word;  ///< in the column's name
  Scope scope;
};
constexpr std::array kScopeWords{ScopeWord{"gpu", Scope::gpu}, ScopeWord{"cpu", Scope::package},
                                 ScopeWord{"package", Scope::package},
                                 ScopeWord{"dram", Scope::dram},
                                 ScopeWord{"module", Scope::module}};

LoggedPower power_of(std::string_view name) {
  if (name.find("instant") != std::string_view::npos) return LoggedPower::instant;
  if (name.find("average") != std::string_view::npos) return LoggedPower::average;
  return LoggedPower::usage;
}

/// Without what says how it shows power: columns that differ in that alone are of one component.
std::string component_of(std::string name) {
  for (const std::string_view how : {"_instant", "_average"})
    if (const std::size_t at = name.find(how); at != std::string::npos) name.erase(at, how.size());
  return name;
}

Scope scope_of(std::string_view name) {
  for (const auto& [word, scope] : kScopeWords)
    if (name.find(word) != std::string_view::npos) return scope;
  return Scope::node;
}

std::optional<CsvLayout> plain_layout(std::span<const std::string> header) {
  const auto time = detail::place_of(header, kPlainTime);
  if (time.empty()) return std::nullopt;
  CsvLayout layout;
  layout.time = time.front();
  std::vector<std::pair<std::size_t, LogColumn>> found;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string& title = header[i];
    if (!title.ends_with(kPowerEnding) || title.size() == kPowerEnding.size()) continue;
    const std::string name = title.substr(0, title.size() - kPowerEnding.size());
    found.push_back({i, {title, name, power_of(name), "W", 1.0, scope_of(name)}});
  }
  if (found.empty()) return std::nullopt;
  // Of one component, what is instantaneous speaks first, and an average last.
  std::ranges::stable_sort(found, {}, [](const auto& column) {
    constexpr std::array kOrder{LoggedPower::instant, LoggedPower::usage, LoggedPower::average};
    return std::ranges::find(kOrder, std::get<LoggedPower>(column.second.what)) - kOrder.begin();
  });
  for (auto& [place, column] : found) {
    layout.values.push_back(place);
    layout.columns.push_back(std::move(column));
  }
  return layout;
}

Channel plain_channel(const LogDevice& device, const LogColumn& column) {
  Channel channel;
  channel.id = "log:" + column.name;
  channel.component = component_of(column.name);
  channel.label = device.name.empty() ? channel.component : device.name;
  channel.scope = device.name.empty() ? column.scope : Scope::gpu;
  if (device.name.empty()) {
    channel.caveat = "what the logged power is a mean over is not known";
  } else {
    detail::describe_board_power(channel, device.name, std::get<LoggedPower>(column.what));
  }
  return channel;
}

}  // namespace

constinit const LogFormat detail::plain_format{
    "plain", "CSV with a column time_s and one or more columns of watts, NAME_w",
    [](std::span<const std::string> lines) { return detail::has_header(lines, plain_layout); },
    [](LogLines& lines, LogSink& sink) { detail::read_csv_log(lines, sink, plain_layout); },
    plain_channel};

}  // namespace isojoule
