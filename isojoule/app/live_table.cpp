#include "isojoule/app/live_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/meter/live_choice.hpp"
#include "isojoule/page/quantity_text.hpp"

namespace isojoule {
namespace {

constexpr std::array<std::string_view, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

std::string text_of(const std::optional<Power>& power) { return power ? to_text(*power) : "-"; }

/// Names of the bits that are set.
std::string flags_text(const Gauge& gauge, double state) {
  const auto bits = static_cast<std::uint64_t>(std::llround(state / gauge.per_count));
  std::vector<std::string> set;
  for (std::size_t bit = 0; bit < gauge.flags.size(); ++bit) {
    if ((bits >> bit & 1U) != 0 && !gauge.flags[bit].empty()) set.push_back(gauge.flags[bit]);
  }
  return set.empty() ? "none" : fmt::format("{}", fmt::join(set, ", "));
}

std::string state_text(const LiveChannel& live) {
  const Gauge& gauge = std::get<Gauge>(live.channel.unit);
  if (!live.state) return "-";
  if (!gauge.flags.empty()) return flags_text(gauge, *live.state);
  return fmt::format("{:.4g} {}", *live.state, gauge.unit);
}

std::vector<std::string> gauge_notes(std::span<const LiveChannel> channels) {
  std::vector<std::string> notes;
  for (const LiveChannel& live : channels) {
    if (live.channel.is_gauge()) notes.push_back(live.channel.id + ": " + state_text(live));
  }
  return notes;
}

}  // namespace

std::string sparkline(std::span<const std::optional<Power>> powers) {
  Power most{};
  for (const auto& power : powers) most = std::max(most, power.value_or(Power{}));
  std::string line;
  for (const auto& power : powers) {
    if (!power) {
      line += "·";  // no space: those may be wrapped at
      continue;
    }
    const double part = most > Power{} ? std::max(0.0, *power / most) : 0.0;
    line += kBlocks[static_cast<std::size_t>(std::lround(part * (kBlocks.size() - 1)))];
  }
  return line;
}

Table live_table(std::span<const LiveChannel> channels, std::span<const LiveTrend> trends,
                 Duration elapsed) {
  Table table;
  table.title = "isojoule watch, for " + to_text(elapsed);
  table.columns = {{"device"},
                   {"now", Column::Align::right},
                   {"least", Column::Align::right},
                   {"mean", Column::Align::right},
                   {"most", Column::Align::right},
                   {"energy", Column::Align::right},
                   {"kind"},
                   {"last minute"}};
  for (const std::size_t i : best_of_each_component(channels)) {
    const LiveChannel& live = channels[i];
    const LiveTrend& trend = trends[i];
    table.rows.push_back({live.channel.label, text_of(live.power), text_of(trend.least),
                          text_of(trend.mean), text_of(trend.most),
                          trend.mean ? to_text(live.energy) : "-",
                          std::string(to_string(live.channel.kind)), sparkline(trend.last_minute)});
  }
  table.notes = gauge_notes(channels);
  return table;
}

}  // namespace isojoule
