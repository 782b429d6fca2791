#include "isojoule/report/measurement_report.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/text.hpp"
#include "isojoule/page/data_builder.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/record/net_energy.hpp"
#include "isojoule/report/host_tables.hpp"
#include "isojoule/report/power_figure.hpp"
#include "isojoule/report/record_tables.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;
using Number = std::optional<double>;

/// A window, and what was measured there.
struct NamedMeasurement {
  std::string name;
  const Measurement* measurement;
};

/// The whole command and its windows, as the table of the record has them.
std::vector<NamedMeasurement> windows_of(const Record& record) {
  std::vector<NamedMeasurement> windows{{"whole command", &record.whole}};
  const ShownWindows shown = windows_to_show(record);
  for (const auto& [name, window] : shown.windows) windows.push_back({name, &window->measurement});
  return windows;
}

Figure energy_figure(const Record& record) {
  DataBuilder data;
  data.text("window", "window").text("device", "device").text("kind", "kind");
  data.text("channel", "channel").number("energy_j", "energy, J");
  data.number("lower_j", "lower end, J").number("upper_j", "upper end, J");
  TextValues devices;
  std::set<std::string> kinds;
  for (const NamedMeasurement& window : windows_of(record)) {
    for (const Channel& component : first_channels(window.measurement->channels)) {
      const ChannelEnergy* best = best_channel(window.measurement->channels, component.component);
      if (best == nullptr) continue;
      const double energy = best->energy->in(joule);
      Number lower;
      Number upper;
      if (best->uncertainty) {
        const Interval<Energy> interval = best->uncertainty->interval(*best->energy);
        lower = interval.lower.in(joule);
        upper = interval.upper.in(joule);
      }
      devices.push_back(component.label);
      kinds.emplace(to_string(best->channel.kind));
      data.row({window.name, component.label, std::string(to_string(best->channel.kind)),
                best->channel.id, Number(energy), lower, upper});
    }
  }
  Figure figure{"energy",
                "Energy by component.",
                fmt::format("By the best channel of each component, all {}; bars of error where "
                            "the uncertainty is known.",
                            fmt::join(kinds, " or ")),
                "Bars of energy for each window and component.",
                data.take(),
                {{Glyph::bar, "window", "energy_j", {}, {}, "device"},
                 {Glyph::interval, "window", "lower_j", {}, "upper_j"}},
                {"window", Scale::category},
                {"energy, J"}};
  figure.key_title = "component";
  figure.key = Keyring().entries("device", distinct(devices));
  figure.side_by_side = true;
  return figure;
}

Table budget_table(const Record& record) {
  Table table;
  table.title = "Uncertainty budget";
  table.columns = {{"window"},
                   {"component"},
                   {"source"},
                   {"type"},
                   {"standard uncertainty", Align::right},
                   {"of the energy, %", Align::right},
                   {"how"}};
  for (const NamedMeasurement& window : windows_of(record)) {
    for (const Channel& component : first_channels(window.measurement->channels)) {
      const ChannelEnergy* best = best_channel(window.measurement->channels, component.component);
      if (best == nullptr || !best->uncertainty) continue;
      const auto add = [&](const std::string& source, const std::string& type, Energy standard,
                           const std::string& how) {
        const bool has_share = *best->energy > Energy{};
        table.rows.push_back(
            {window.name, component.label, source, type, to_text(standard),
             has_share ? fmt::format("{:.2g}", 100.0 * (standard / *best->energy)) : "-", how});
      };
      for (const UncertaintyComponent& part : best->uncertainty->components)
        add(part.source, part.evaluation == Evaluation::type_a ? "A" : "B", part.standard,
            part.how);
      add("all", "", best->uncertainty->standard(),
          fmt::format("root of the sum of squares; x {:.3f} for {:.0f} %",
                      best->uncertainty->coverage_factor, 100.0 * best->uncertainty->confidence));
    }
  }
  if (table.rows.empty())
    table.notes.emplace_back(
        "No uncertainty: modelled energies have none, and sensors whose behaviour is not "
        "known none that is known.");
  return table;
}

Table net_table(const Record& record) {
  Table table;
  table.title = "Gross, idle and net";
  table.columns = {{"scope"},
                   {"gross", Align::right},
                   {"idle power", Align::right},
                   {"idle", Align::right},
                   {"net", Align::right},
                   {"90 % interval of net"},
                   {"measured"}};
  const auto scope = default_scope(record.whole);
  const auto net = scope ? net_energy(record, record.whole, *scope)
                         : Outcome<NetEnergy>::refuse("no scope has an energy");
  if (!net) {
    table.notes.push_back("There is no net energy: " + net.refused + ".");
    return table;
  }
  table.rows.push_back({std::string(to_string(*scope)), to_text(net->gross.energy),
                        to_text(net->idle_power), to_text(net->idle), to_text(net->net),
                        to_text(net->estimate.interval.value, "-"),
                        net->before_and_after ? "before and after" : "on one side"});
  return table;
}

/// What a reader must know: faults, cautions, and whatever the table of the record says below it.
Table warnings_table(const Record& record, const Table& energies) {
  Table table;
  table.title = "Warnings and notes";
  table.columns = {{"about"}, {"what"}};
  for (const Fault& fault : record.faults) table.rows.push_back({fault.source, fault.message});
  for (const std::string& note : energies.notes) table.rows.push_back({"energies", note});
  if (table.rows.empty()) table.notes.emplace_back("There are none.");
  return table;
}

}  // namespace

Document make_measurement_document(const Record& record, const std::optional<PowerOverTime>& power,
                                   const ReportOrigin& origin) {
  Table energies = record_table(record);
  Table warnings = warnings_table(record, energies);
  energies.notes.clear();
  Document document;
  document.title = "Measurement: " + record.workload.name();
  document.summary =
      fmt::format("Record {} of {}, measured by isojoule {}. The command took {}.", record.id,
                  record.created, record.version, to_text(record.whole.elapsed));
  document.made_by = origin.program;
  Section over_time{"power", "Power", {}};
  if (power) {
    over_time.blocks.emplace_back(power_figure(*power));
  } else {
    over_time.blocks.emplace_back(
        "The readings were not kept, so that power over time is not known.");
  }
  Section methods{"methods", "Methods", {}};
  methods.blocks.emplace_back(fmt::format(
      "Energies were read with isojoule {} and computed from the raw readings; intervals follow "
      "the Guide to the Expression of Uncertainty in Measurement (JCGM 100:2008). The command:",
      record.version));
  std::vector<std::string> words;
  for (const std::string& word : record.command) words.push_back(shell_word(word));
  methods.blocks.emplace_back(Verbatim{fmt::format("{}", fmt::join(words, " "))});
  methods.blocks.emplace_back("This report was made by:");
  methods.blocks.emplace_back(Verbatim{origin.command});
  document.sections = {
      std::move(over_time),
      {"energy", "Energy", {energy_figure(record), NamedTable{"energies", std::move(energies)}}},
      {"uncertainty", "Uncertainty", {table_or_notes("uncertainty", budget_table(record))}},
      {"idle", "Idle and net", {table_or_notes("net", net_table(record))}},
      {"machine", "Machine", {NamedTable{"machine", host_table("Machine", record.host)}}},
      {"warnings", "Warnings", {table_or_notes("warnings", std::move(warnings))}},
      std::move(methods)};
  return document;
}

}  // namespace isojoule
