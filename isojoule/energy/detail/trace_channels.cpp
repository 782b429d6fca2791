#include "isojoule/energy/detail/trace_channels.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "isojoule/energy/uncertainty.hpp"
#include "isojoule/stats/steady_state.hpp"
#include "isojoule/trace/trace_reader.hpp"

namespace isojoule::detail {
namespace {

/// The counter and the meter of power of each component that has both, measured and known.
std::vector<CrossCheck> cross_checks(const std::vector<ChannelEnergy>& channels) {
  std::vector<CrossCheck> checks;
  for (const ChannelEnergy& counter : channels) {
    if (!counter.channel.is_counter() || !counter.energy || counter.channel.kind != Kind::measured)
      continue;
    for (const ChannelEnergy& power : channels) {
      if (!power.channel.is_power() || !power.energy || power.channel.kind != Kind::measured ||
          power.channel.component != counter.channel.component)
        continue;
      checks.push_back({counter.channel.component, counter.channel.id, power.channel.id,
                        *counter.energy, *power.energy});
      break;  // the first meter of power is the one that is preferred
    }
  }
  return checks;
}

/// What is of a channel alone: of one component, two sensors share the rest.
Energy own_uncertainty(const UncertaintyBudget& budget) {
  double squares = 0.0;
  for (const UncertaintyComponent& component : budget.components)
    if (component.shared.empty()) squares += std::pow(component.standard.in(joule), 2);
  return budget.coverage_factor * std::sqrt(squares) * joule;
}

/// Adds to `energy` what it and `other` differ by beyond what the other's own uncertainty explains:
/// the truth lies anywhere in between. One without an uncertainty says nothing against another.
void add_disagreement(ChannelEnergy& energy, const ChannelEnergy& other, const CrossCheck& check) {
  if (!energy.uncertainty || !other.uncertainty) return;
  const Energy apart = check.by_power - check.by_counter;
  const Energy unexplained =
      (apart < Energy{} ? -apart : apart) - own_uncertainty(*other.uncertainty);
  if (!(unexplained > Energy{})) return;
  add_component(*energy.uncertainty,
                {"disagreement", Evaluation::type_b, unexplained / std::sqrt(3.0), std::nullopt,
                 fmt::format("{} shows {:.6g} J, {} {:.6g} J; rectangular", check.counter,
                             check.by_counter.in(joule), check.power, check.by_power.in(joule))});
}

void add_disagreements(Measurement& measurement) {
  const std::vector<ChannelEnergy> before = measurement.channels;
  const auto place = [&before](const std::string& id) {
    return static_cast<std::size_t>(
        std::ranges::find(before, id, [](const ChannelEnergy& e) { return e.channel.id; }) -
        before.begin());
  };
  for (const CrossCheck& check : measurement.cross_checks) {
    const std::size_t counter = place(check.counter);
    const std::size_t power = place(check.power);
    add_disagreement(measurement.channels[counter], before[power], check);
    add_disagreement(measurement.channels[power], before[counter], check);
  }
}

}  // namespace

TraceChannels::TraceChannels(Files& files, const std::filesystem::path& file,
                             const std::vector<Span>& spans)
    : spans_(spans) {
  TraceReader reader(file, files);
  for (const TraceSource& source : reader.header().sources) {
    auto& entries = sources_.emplace_back();
    for (const Channel& channel : source.channels) {
      if (channel.is_gauge()) {
        entries.push_back({channel, StateSummary(channel, spans_)});
      } else {
        entries.push_back(
            {channel, Metered{ChannelIntegrator(channel, spans_), EnergySteps(channel),
                              PowerHistory(spans_.front().begin, reader.header().period)}});
      }
    }
  }
  while (const auto event = reader.next())
    if (const auto* poll = std::get_if<TracePoll>(&*event)) take(*poll);
}

void TraceChannels::take(const TracePoll& poll) {
  for (std::size_t i = 0; i < poll.samples.size(); ++i) {
    Entry& entry = sources_[poll.source][i];
    if (auto* summary = std::get_if<StateSummary>(&entry.reading)) {
      summary->add(poll.time, poll.samples[i]);
      continue;
    }
    auto& metered = std::get<Metered>(entry.reading);
    metered.integrator.add(poll.time, poll.samples[i]);
    if (const auto step = metered.steps.add(poll.time, poll.samples[i]);
        step && step->to <= spans_.front().end)
      metered.history.add(*step);
  }
}

/// Of each window, whether the device of a meter of power reported that it was not used.
std::vector<bool> TraceChannels::unused(const std::vector<Entry>& source, const Channel& meter,
                                        const std::vector<Pieces>& windows) const {
  constexpr std::string_view kUse = ":utilisation";
  if (!meter.is_power()) return {};
  for (const Entry& entry : source) {
    if (!entry.channel.is_gauge() || entry.channel.component != meter.component ||
        !entry.channel.id.ends_with(kUse))
      continue;
    std::vector<bool> result;
    for (const ChannelState& state : std::get<StateSummary>(entry.reading).finish(windows))
      result.push_back(state.most && *state.most == 0.0);
    return result;
  }
  return {};
}

std::vector<Measurement> TraceChannels::measurements(const std::vector<Pieces>& windows) const {
  std::vector<Measurement> measured(windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i)
    for (const std::size_t place : windows[i])
      measured[i].elapsed += spans_[place].end - spans_[place].begin;
  for (const auto& source : sources_) {
    for (const Entry& entry : source) {
      if (const auto* summary = std::get_if<StateSummary>(&entry.reading)) {
        std::vector<ChannelState> states = summary->finish(windows);
        for (std::size_t i = 0; i < windows.size(); ++i)
          measured[i].states.push_back(std::move(states[i]));
      } else {
        std::vector<ChannelEnergy> energies =
            std::get<Metered>(entry.reading)
                .integrator.finish(windows, unused(source, entry.channel, windows));
        for (std::size_t i = 0; i < windows.size(); ++i)
          measured[i].channels.push_back(std::move(energies[i]));
      }
    }
  }
  for (Measurement& measurement : measured) {
    measurement.cross_checks = cross_checks(measurement.channels);
    add_disagreements(measurement);
  }
  return measured;
}

std::vector<SteadyState> TraceChannels::steady_states(const Measurement& whole) const {
  std::vector<SteadyState> states;
  for (const Channel& component : first_channels(whole.channels)) {
    const ChannelEnergy* best = best_channel(whole.channels, component.component);
    if (best == nullptr || best->channel.validity != Validity::any_window) continue;
    for (const auto& source : sources_) {
      for (const Entry& entry : source) {
        if (entry.channel.id != best->channel.id) continue;
        const PowerHistory& history = std::get<Metered>(entry.reading).history;
        std::vector<double> watts;
        for (const Power power : history.powers()) watts.push_back(power.in(watt));
        const auto warm_up = warm_up_length(watts);
        states.push_back({component.component, best->channel.id,
                          warm_up ? std::optional(static_cast<double>(*warm_up) * history.width())
                                  : std::nullopt});
      }
    }
  }
  return states;
}

}  // namespace isojoule::detail
