#include "isojoule/report/record_tables.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "isojoule/core/mark.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/record/net_energy.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

// On long windows a board's two sensors agree within about 1 %.
constexpr double kNotableDisagreement = 0.02;
constexpr Duration kInstantRounding = microsecond;
// Of an energy; smaller parts of its uncertainty are not listed.
constexpr double kLeastShare = 1e-4;

/// Why no channel of a component has an energy: the first reason that is about a reading.
std::string why_missing(const Measurement& measurement, const std::string& component) {
  for (const ChannelEnergy& energy : measurement.channels) {
    if (energy.channel.component == component && energy.channel.validity == Validity::any_window)
      return energy.reason;
  }
  return "no channel speaks for it";
}

/// Where the true energy lies; "-" where that is not known.
std::string interval_of(const ChannelEnergy& energy) {
  std::optional<Interval<Energy>> interval;
  if (energy.uncertainty) interval = energy.uncertainty->interval(*energy.energy);
  return to_text(interval, "-");
}

/// A counter that is passed over because it has no energy: what is shown is the next best.
void note_silent_counters(Table& table, const std::string& name, const Measurement& measurement,
                          const ChannelEnergy& best) {
  for (const ChannelEnergy& other : measurement.channels)
    if (other.channel.component == best.channel.component && other.channel.is_counter() &&
        other.channel.kind == Kind::measured && other.channel.validity == Validity::any_window &&
        !other.energy)
      table.notes.push_back(fmt::format("{}, {}: {} has no energy, {}.", name, best.channel.label,
                                        other.channel.id, other.reason));
}

void add_rows(Table& table, const std::string& name, const Measurement& measurement) {
  for (const Channel& component : first_channels(measurement.channels)) {
    std::vector<std::string> row{name, component.label};
    if (const ChannelEnergy* best = best_channel(measurement.channels, component.component)) {
      note_silent_counters(table, name, measurement, *best);
      row.push_back(to_text(*best->energy));
      row.push_back(interval_of(*best));
      row.push_back(measurement.elapsed > Duration{} ? to_text(*best->energy / measurement.elapsed)
                                                     : "-");
      row.push_back(to_text(measurement.elapsed));
      row.emplace_back(to_string(best->channel.kind));
      row.push_back(best->channel.id);
    } else {
      row.insert(row.end(), {"missing", "-", "-", to_text(measurement.elapsed),
                             std::string(to_string(component.kind)), component.id});
      table.notes.push_back(fmt::format("{}, {}: no energy, {}.", name, component.label,
                                        why_missing(measurement, component.component)));
    }
    table.rows.push_back(std::move(row));
  }
}

/// Why the numbers of a window should not be quoted, and where two sensors differ.
void add_cautions(Table& table, const std::string& name, const Measurement& measurement) {
  for (const Channel& component : first_channels(measurement.channels)) {
    const ChannelEnergy* best = best_channel(measurement.channels, component.component);
    if (best != nullptr && !best->caution.empty())
      table.notes.push_back(
          fmt::format("Caution: {}, {}: {}.", name, component.label, best->caution));
  }
  for (const CrossCheck& check : measurement.cross_checks) {
    const auto disagreement = check.disagreement();
    if (!disagreement || std::abs(*disagreement) <= kNotableDisagreement) continue;
    table.notes.push_back(fmt::format("Caution: {}: {} shows {}, but {} integrated {} ({:+.1f} %).",
                                      name, check.counter, to_text(check.by_counter), check.power,
                                      to_text(check.by_power), 100.0 * *disagreement));
  }
}

/// States of the devices over the whole command: temperatures, clocks, what throttled them.
void add_states(Table& table, const Measurement& measurement) {
  for (const ChannelState& state : measurement.states) {
    const auto& gauge = std::get<Gauge>(state.channel.unit);
    if (state.mean) {
      table.notes.push_back(fmt::format("{}: {:.6g} to {:.6g} {}, mean {:.6g}.", state.channel.id,
                                        *state.least, *state.most, gauge.unit, *state.mean));
    }
    for (std::size_t i = 0; i < std::min(gauge.flags.size(), state.flag_shares.size()); ++i)
      if (state.flag_shares[i] > 0.0 && !gauge.flags[i].empty())
        table.notes.push_back(fmt::format("{}: {} for {:.0f} % of the time.", state.channel.id,
                                          gauge.flags[i], 100.0 * state.flag_shares[i]));
  }
}

/// Gross, idle and net, each by itself.
std::string net_note(const Record& record) {
  const auto scope = default_scope(record.whole);
  if (!scope || !(record.idle_before || record.idle_after)) return {};
  const auto net = net_energy(record, record.whole, *scope);
  if (!net) return fmt::format("No net energy: {}.", net.refused);
  std::string text = fmt::format(
      "{} energy: gross {}, idle {} ({} idle, {}), net {}", to_string(*scope),
      to_text(net->gross.energy), to_text(net->idle), to_text(net->idle_power),
      net->before_and_after ? "before and after" : "on one side only", to_text(net->net));
  if (net->estimate.interval) text += " (" + to_text(net->estimate.interval.value, "") + ")";
  return text + ".";
}

/// How much of the windows' time was paused.
void add_pauses(Table& table, const Record& record) {
  for (const auto& [name, window] : windows_to_show(record).windows) {
    const bool is_sum =
        std::ranges::any_of(record.sums, [window](const Window& sum) { return &sum == window; });
    if (is_sum || window->pieces.empty()) continue;
    const WindowPiece& last = window->pieces.back();
    const Duration paused = last.begin + last.elapsed - window->begin - window->measurement.elapsed;
    table.notes.push_back(fmt::format("{} leaves out {} of pauses ({}).", name, to_text(paused),
                                      window->pieces.size() - 1));
  }
}

void add_steady(Table& table, const Record& record) {
  const Outcome<const Window*> steps = steps_window(record);
  for (const SteadyState& steady : record.steady) {
    if (!steady.from) continue;  // a run too short to tell needs no remark
    if (*steady.from > Duration{})
      table.notes.push_back(
          fmt::format("{} is steady from {} on.", steady.component, to_text(*steady.from)));
    if (steps && (*steps)->begin + kInstantRounding < *steady.from)
      table.notes.push_back(fmt::format(
          "Caution: the window steps starts at {}, before that: it holds some warming up.",
          to_text((*steps)->begin)));
  }
}

/// Who measured what of a job's node, and why nothing was measured.
void add_place(Table& table, const Record& record) {
  if (const std::string place = place_text(record.job, record.node_owner); !place.empty())
    table.notes.push_back(
        fmt::format("{}: {}.", record.job ? "Place in the job" : "Not measured here", place));
  if (!record.whole.channels.empty()) return;
  const bool is_owner = owner_of_node(record.job, record.node_owner).who != NodeOwner::Who::another;
  table.notes.emplace_back(
      is_owner ? "No sensor could be used: nothing was measured. See isojoule doctor."
               : "Nothing is left to measure here: no board of its own was found.");
}

/// What the intervals are made of, with the parts of the first.
std::string uncertainty_note(const Measurement& measurement) {
  for (const Channel& component : first_channels(measurement.channels)) {
    const ChannelEnergy* best = best_channel(measurement.channels, component.component);
    if (best == nullptr || !best->uncertainty || !(*best->energy > Energy{})) continue;
    std::vector<std::pair<std::string, double>> shares;  // by source, squared
    for (const UncertaintyComponent& part : best->uncertainty->components) {
      auto found = std::ranges::find(shares, part.source, &std::pair<std::string, double>::first);
      if (found == shares.end()) found = shares.insert(shares.end(), {part.source, 0.0});
      found->second += std::pow(part.standard / *best->energy, 2);
    }
    std::string parts;
    for (const auto& [source, square] : shares)
      if (std::sqrt(square) >= kLeastShare)
        parts += fmt::format("{}{} {:.2g} %", parts.empty() ? "" : ", ", source,
                             100.0 * std::sqrt(square));
    const std::string& accuracy = best->uncertainty->accuracy;
    return fmt::format("Intervals are of the true energy. Standard uncertainties of {}: {}{}{}.",
                       component.label, parts.empty() ? "all below 0.01 %" : parts,
                       accuracy.empty() ? "" : "; accuracy of the sensor: ", accuracy);
  }
  return {};
}

std::vector<Channel> channels_of(const Measurement& measurement) {
  std::vector<Channel> channels;
  for (const ChannelEnergy& energy : measurement.channels)
    if (energy.energy) channels.push_back(energy.channel);
  return channels;
}

std::string not_measured_note(const Unmeasured& unmeasured) {
  return fmt::format("Not measured: {}: {}{}{}.", unmeasured.what, unmeasured.reason,
                     unmeasured.remedy.empty() ? "" : "; to fix it: ", unmeasured.remedy);
}

std::string outcome_text(const CommandOutcome& outcome) {
  if (outcome.state == CommandOutcome::State::complete) return "complete";
  if (outcome.state == CommandOutcome::State::cut_off) return "cut off";
  if (outcome.signal) return fmt::format("incomplete (signal {})", *outcome.signal);
  return fmt::format("incomplete (exit code {})", outcome.exit_code);
}

/// Empty for a command that sent no marks of steps.
std::string per_step_note(const Record& record) {
  const auto energy = energy_per_step(record, std::nullopt);
  if (!energy)
    return steps_window(record) ? fmt::format("No energy per step: {}.", energy.refused) : "";
  return fmt::format("Per step ({} steps, {} energy, {}): {} in {}.", energy->steps,
                     to_string(energy->basis.scope), to_string(energy->basis.kind),
                     energy_per_step_text(*energy), to_text(energy->duration_per_step));
}

/// All windows of this one's name as one; nullptr if there is no such sum.
const Window* sum_with(const Record& record, const Window& window) {
  const auto sum = std::ranges::find(record.sums, window.name, &Window::name);
  return sum == record.sums.end() ? nullptr : &*sum;
}

}  // namespace

ShownWindows windows_to_show(const Record& record) {
  const bool has_steps = std::ranges::any_of(
      record.windows, [](const Window& window) { return window.name == kStepsWindow; });
  ShownWindows shown;
  std::set<std::string> summed;
  for (const Window& window : record.windows) {
    if (has_steps && window.name == kBlockWindow) continue;
    const Window* const sum = sum_with(record, window);
    if (sum != nullptr && !summed.insert(window.name).second) continue;
    if (shown.windows.size() == ShownWindows::kMostShown) {
      ++shown.left_out;
    } else if (sum == nullptr) {
      shown.windows.push_back({window.name, &window});
    } else {
      const auto count = std::ranges::count(record.windows, window.name, &Window::name);
      shown.windows.push_back({fmt::format("{} ({} windows)", window.name, count), sum});
    }
  }
  return shown;
}

std::string energy_per_step_text(const StepEnergy& energy) {
  std::string text = to_text(energy.per_step);
  if (energy.sd) text += fmt::format(" (sd {})", to_text(*energy.sd));
  return text;
}

std::vector<std::string> models_used(const std::vector<Channel>& channels) {
  std::vector<std::string> models;
  for (const Channel& channel : channels) {
    if (channel.kind != Kind::modelled) continue;
    const std::string text = fmt::format("{} ({}) is modelled, not measured: {}.", channel.label,
                                         channel.id, channel.model);
    if (std::ranges::find(models, text) == models.end()) models.push_back(text);
  }
  return models;
}

Table record_table(const Record& record) {
  Table table;
  table.title = fmt::format("{}  record {}  {}", record.workload.name(), record.id,
                            outcome_text(record.outcome));
  table.columns = {{"window"},
                   {"device"},
                   {"energy", Align::right},
                   {"90 % interval", Align::right},
                   {"mean power", Align::right},
                   {"time", Align::right},
                   {"kind"},
                   {"channel"}};
  add_rows(table, "whole command", record.whole);
  const ShownWindows shown = windows_to_show(record);
  for (const auto& [name, window] : shown.windows) add_rows(table, name, window->measurement);
  if (shown.left_out > 0)
    table.notes.push_back(
        fmt::format("{} more windows are not shown; isojoule records show --json "
                    "has them.",
                    shown.left_out));
  add_pauses(table, record);
  add_place(table, record);
  for (const Unmeasured& unmeasured : record.unmeasured)
    table.notes.push_back(not_measured_note(unmeasured));
  if (const auto replayed = context_value(record.context, kReplayContext))
    table.notes.push_back(fmt::format(
        "These energies are not the command's: the readings were played from the trace {}.",
        *replayed));
  if (const auto imported = context_value(record.context, kImportContext))
    table.notes.push_back(
        fmt::format("The readings are those of the {}, as they are there (raw).", *imported));
  if (const std::string note = uncertainty_note(record.whole); !note.empty())
    table.notes.push_back(note);
  if (const std::string note = per_step_note(record); !note.empty()) table.notes.push_back(note);
  if (const std::string note = net_note(record); !note.empty()) table.notes.push_back(note);
  add_steady(table, record);
  add_cautions(table, "whole command", record.whole);
  if (const auto steps = steps_window(record))
    add_cautions(table, (*steps)->name, (*steps)->measurement);
  add_states(table, record.whole);
  for (std::string& model : models_used(channels_of(record.whole)))
    table.notes.push_back(std::move(model));
  for (const Fault& fault : record.faults)
    table.notes.push_back(fmt::format("Fault: {}: {}.", fault.source, fault.message));
  return table;
}

Table records_table(std::span<const RecordSummary> records) {
  Table table;
  table.columns = {{"record"},  {"started (UTC)"},      {"workload"},
                   {"outcome"}, {"time", Align::right}, {"energy", Align::right},
                   {"kind"}};
  for (const RecordSummary& record : records) {
    const std::optional<Total>& total = record.total;
    table.rows.push_back({record.id, record.created, record.workload.name(),
                          outcome_text(record.outcome), to_text(record.elapsed),
                          total ? to_text(total->energy) : "missing",
                          total ? std::string(to_string(total->kind)) : "-"});
  }
  if (records.empty()) table.notes.push_back("No records yet. Make one with isojoule measure.");
  return table;
}

}  // namespace isojoule
