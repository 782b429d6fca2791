#include "isojoule/report/evaluation_report.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/evaluation_figures.hpp"
#include "isojoule/report/evaluation_tables.hpp"
#include "isojoule/stats/quantile.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;
using Facts = std::map<std::string, MachineFacts>;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string count_text(double count) {
  constexpr double kWhole = 1e15;
  return count < kWhole ? grouped(static_cast<unsigned long long>(count))
                        : fmt::format("{:.3g}", count);
}

/// Leaves out columns after `first` in which nothing is known.
void drop_unknown(Table& table, std::size_t first) {
  for (std::size_t i = table.columns.size(); i-- > first;) {
    if (!std::ranges::all_of(table.rows, [i](const auto& row) { return row[i] == "-"; })) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    table.columns.erase(table.columns.begin() + at);
    for (auto& row : table.rows) row.erase(row.begin() + at);
  }
}

/// What a dataset holds of one machine.
struct MachineEnergies {
  std::vector<double> energies_j;
  std::vector<double> spreads;  ///< of the workloads that were repeated
  std::size_t repeats = 0;      ///< the most of a workload
};

MachineEnergies energies_on(const Dataset& dataset, std::size_t machine) {
  MachineEnergies found;
  for (std::size_t w = 0; w < dataset.workloads().size(); ++w) {
    const auto& cell = dataset.cell(w, machine);
    if (!cell) continue;
    found.energies_j.push_back(cell->energy.in(joule));
    found.repeats = std::max(found.repeats, cell->repeats);
    if (cell->repeats > 1) found.spreads.push_back(cell->spread);
  }
  return found;
}

std::vector<std::string> machine_row(const Dataset& dataset, std::size_t machine,
                                     const Facts& facts) {
  const std::string& name = dataset.machines()[machine];
  const MachineEnergies found = energies_on(dataset, machine);
  const auto energy_at = [&](double p) {
    const auto value = quantile(found.energies_j, p);
    return value ? to_text(*value * joule) : std::string("-");
  };
  const auto known = facts.find(name);
  const MachineFacts own = known == facts.end() ? MachineFacts{} : known->second;
  return {
      name,
      std::to_string(found.energies_j.size()),
      energy_at(0.0),
      energy_at(0.5),
      energy_at(1.0),
      found.repeats > 0 ? std::to_string(found.repeats) : "-",
      found.spreads.empty() ? "-" : fmt::format("{:.1f}", 100.0 * *quantile(found.spreads, 0.5)),
      or_dash(own.kind),
      or_dash(own.sensors),
      or_dash(own.idle)};
}

/// One line for each machine of the table: Table 2 of the paper.
Table machines_table(const Dataset& dataset, const Facts& facts) {
  Table table;
  table.title = "Table 2. Machines.";
  table.columns = {{"machine"},
                   {"workloads", Align::right},
                   {"lowest energy", Align::right},
                   {"median energy", Align::right},
                   {"highest energy", Align::right},
                   {"repeats", Align::right},
                   {"their sd, %", Align::right},
                   {"energies are"},
                   {"sensors"},
                   {"idle power", Align::right}};
  for (std::size_t m = 0; m < dataset.machines().size(); ++m)
    table.rows.push_back(machine_row(dataset, m, facts));
  constexpr std::size_t kAlways = 5;
  drop_unknown(table, kAlways);
  table.notes = {
      "Repeats: the most of a workload, whose median energy is used; their standard deviation in "
      "percent of their mean, in the median workload. A dash: not known."};
  return table;
}

/// One line for each workload: Table 1 of the paper, with its energies.
Table workloads_table(const Dataset& dataset) {
  Table table;
  table.title = "Table 1. Workloads.";
  table.columns = {
      {"workload"}, {"family"}, {"forward FLOP", Align::right}, {"parameters", Align::right}};
  for (const std::string& machine : dataset.machines())
    table.columns.push_back({"on " + machine, Align::right});
  for (std::size_t w = 0; w < dataset.workloads().size(); ++w) {
    const DatasetWorkload& workload = dataset.workloads()[w];
    std::vector<std::string> row{workload.name, or_dash(workload.family),
                                 workload.flops ? to_text(*workload.flops) : "-",
                                 workload.parameters ? count_text(*workload.parameters) : "-"};
    for (std::size_t m = 0; m < dataset.machines().size(); ++m) {
      const auto& cell = dataset.cell(w, m);
      row.push_back(cell ? to_text(cell->energy) : "-");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

const char* left_out_text(Grouping grouping) {
  return grouping == Grouping::family ? "whole families left out" : "workloads left out";
}

const char* id_part(Grouping grouping) {
  return grouping == Grouping::family ? "families" : "workloads";
}

/// A line for each pair; of very many pairs for the one that is shown first.
Table scores_table(const std::string& title, std::vector<EvaluationGroup> groups,
                   const std::pair<std::string, std::string>& pair) {
  constexpr std::size_t kMostLines = 1500;
  const std::size_t count = groups.size();
  if (count > kMostLines)
    std::erase_if(groups, [&pair](const EvaluationGroup& group) {
      return group.first.source != pair.first || group.first.target != pair.second;
    });
  Table table = evaluation_table(title, groups);
  if (groups.size() < count)
    table.notes.push_back(fmt::format(
        "This pair alone, of {} lines; --from and --to choose another, isojoule evaluate shows "
        "all.",
        count));
  return table;
}

/// Figures, then the same numbers as tables: a summary and a line for each pair.
Section section_of(const std::string& id, const std::string& heading,
                   const std::string& introduction, EvaluationFigures& figures,
                   const std::vector<StudyExperiment>& experiments,
                   const std::pair<std::string, std::string>& pair) {
  Section section{id, heading, {introduction}};
  for (Figure& figure : figures.by_section[id]) section.blocks.emplace_back(std::move(figure));
  for (const StudyExperiment& experiment : experiments) {
    const std::vector<EvaluationGroup> groups = group_by_fit(experiment.rows);
    const std::string title = heading + ", " + left_out_text(experiment.grouping);
    const std::string part = id_part(experiment.grouping);
    section.blocks.emplace_back(
        NamedTable{id + "-summary-" + part, evaluation_summary("Summary. " + title, groups)});
    section.blocks.emplace_back(
        NamedTable{id + "-scores-" + part, scores_table("Scores. " + title, groups, pair)});
  }
  return section;
}

/// Whether energies were measured or modelled, for captions.
std::string provenance_of(const EvaluationStudy& study, const Facts& facts) {
  std::set<std::string> kinds;
  for (const std::string& machine : study.summary.machines) {
    const auto known = facts.find(machine);
    kinds.insert(known == facts.end() ? "" : known->second.kind);
  }
  if (kinds == std::set<std::string>{""}) return "Measured or modelled: not said in the data.";
  if (kinds.size() == 1) return "All energies are " + *kinds.begin() + ".";
  std::vector<std::string> each;
  for (const std::string& machine : study.summary.machines) {
    const auto known = facts.find(machine);
    const std::string kind = known == facts.end() ? "" : known->second.kind;
    each.push_back(machine + (kind.empty() ? ": not said" : ": " + kind));
  }
  return fmt::format("Energies of {}.", fmt::join(each, "; of "));
}

std::vector<std::string> names_of(const std::vector<Normalizer>& normalizers) {
  std::vector<std::string> names;
  for (const Normalizer& normalizer : normalizers) names.push_back(to_string(normalizer));
  return names;
}

std::vector<std::string> pair_texts(const EvaluationStudy& study) {
  std::vector<std::string> texts;
  for (const auto& [source, target] : study.options.pairs)
    texts.push_back(pair_text(source, target));
  return texts;
}

std::string left_out_others(std::size_t count) {
  if (count == 0) return "";
  return fmt::format(" ({} other{} left out)", count, count == 1 ? " is" : "s are");
}

Section methods_section(const EvaluationStudy& study, const ReportOrigin& origin,
                        const std::vector<std::string>& remarks) {
  const StudyOptions& options = study.options;
  Section section{"methods", "Methods", {}};
  section.blocks.emplace_back(fmt::format(
      "Energies of {} workloads on {} machines ({}) from {}, those known on all of the machines"
      "{}, were normalized between machines with {} after Douwes and "
      "Serizel, Normalizing energy consumption for hardware-independent evaluation (ICASSP 2025). "
      "Workloads were split {} times at random (seed {}) into a test part of {} % and a training "
      "part, the same for all pairs; where families are known, splits that leave out whole "
      "families stand beside them. References were chosen from the training part by the energy on "
      "the source machine alone; normalizers were fitted on the references and scored on the test "
      "part "
      "by R2, mean squared error in kWh2, and the median of |prediction/truth - 1| (MdAPE).",
      study.summary.workloads.size(), study.summary.machines.size(),
      fmt::join(study.summary.machines, ", "), origin.data, left_out_others(study.summary.left_out),
      origin.program, options.splits, options.seed, options.test_percent));
  section.blocks.emplace_back(fmt::format(
      "What can be picked in the figures was computed when this report was made, nothing is "
      "fitted in the page. Pairs: {}. Figures 1 and 2: the normalizers {}, each with the lowest "
      "and the "
      "highest workload of all as references. Figures 3 to 7: sections 3.1, 3.2 and 3.3 of the "
      "paper, that is linear regression on 10, 15, 20, 50 and 100 % of the training part, random "
      "or min-max; linear, polynomial and support vector regression; energy with FLOPs and "
      "parameters. Figures 8 to 10: the normalizers {} on 4 references, min-max or random, and on "
      "all.",
      fmt::join(pair_texts(study), ", "), fmt::join(panel_normalizers(), ", "),
      fmt::join(names_of(options.normalizers), ", ")));
  for (const std::vector<std::string>& sentences : {study.left_out, remarks}) {
    for (const std::string& sentence : sentences) section.blocks.emplace_back(sentence);
  }
  section.blocks.emplace_back("Made by:");
  section.blocks.emplace_back(Verbatim{origin.command});
  return section;
}

/// The experiments of the paper, and relative errors.
std::vector<Section> experiment_sections(const EvaluationStudy& study, EvaluationFigures& figures,
                                         const std::pair<std::string, std::string>& pair) {
  return {
      section_of("normalization", "Normalized by one reference or two",
                 "How far from the true energies normalizing with one or two reference workloads "
                 "stays, compared to none.",
                 figures, {}, pair),
      section_of("references", "Which references",
                 "How many references a linear regression needs, and which.", figures,
                 study.references, pair),
      section_of("regressions", "Which regression",
                 "Linear, polynomial and support vector regression.", figures, study.regressions,
                 pair),
      section_of("metrics", "Which metrics", "What FLOPs and parameters add to the energy.",
                 figures, study.metrics, pair),
      section_of(
          "errors", "Relative errors",
          "R2 and MSE are ruled by the largest workloads. What each workload is off by, "
          "relative to its own energy, is shown here, of simple normalizers beside the linear one.",
          figures, study.normalizers, pair)};
}

}  // namespace

Document make_evaluation_document(const Dataset& dataset, const EvaluationStudy& study,
                                  const std::pair<std::string, std::string>& pair,
                                  const Facts& facts, const ReportOrigin& origin) {
  const std::string provenance = provenance_of(study, facts);
  EvaluationFigures figures = make_evaluation_figures(dataset, study, pair, provenance);
  Document document;
  document.title = "Energies between machines: " + origin.data;
  document.summary = fmt::format(
      "{} workloads on {} machines, each pair of machines evaluated on {} random splits. {}",
      study.summary.workloads.size(), study.summary.machines.size(), study.options.splits,
      provenance);
  document.made_by = origin.program;
  document.sections = {
      {"machines", "Machines", {NamedTable{"machines", machines_table(dataset, facts)}}},
      {"workloads", "Workloads", {NamedTable{"workloads", workloads_table(dataset)}}}};
  for (Section& section : experiment_sections(study, figures, pair))
    document.sections.push_back(std::move(section));
  document.sections.push_back(methods_section(study, origin, figures.remarks));
  return document;
}

}  // namespace isojoule
