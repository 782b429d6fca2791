#include "isojoule/report/repeat_tables.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/stats/spread.hpp"
#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

constexpr Scope kScopes[] = {Scope::gpu,     Scope::gpu_memory, Scope::module,
                             Scope::package, Scope::dram,       Scope::node};

/// The totals of a scope; empty unless every one is known, of one kind.
std::vector<Total> totals(const std::vector<const Measurement*>& measurements, Scope scope) {
  std::vector<Total> totals;
  for (const Measurement* measurement : measurements) {
    const auto total = measurement->total(scope);
    if (!total || (!totals.empty() && total->kind != totals.front().kind)) return {};
    totals.push_back(*total);
  }
  return totals;
}

/// Expanded uncertainty of the mean by what all runs share, such as a sensor's gain: more runs do
/// not lessen it. 0 J where a run has no budget.
Energy shared_by_all(const std::vector<Total>& totals) {
  std::vector<WeightedBudget> terms;
  for (const Total& total : totals) {
    if (!total.uncertainty) return Energy{};
    terms.push_back({&*total.uncertainty, 1.0 / static_cast<double>(totals.size())});
  }
  UncertaintyBudget mean = combined(terms);
  std::erase_if(mean.components,
                [](const UncertaintyComponent& component) { return component.shared.empty(); });
  return mean.expanded();
}

void add_rows(Table& table, const std::string& name,
              const std::vector<const Measurement*>& measurements) {
  for (const Scope scope : kScopes) {
    const std::vector<Total> runs = totals(measurements, scope);
    std::vector<double> joules;
    for (const Total& run : runs) joules.push_back(run.energy.in(joule));
    const auto sd = standard_deviation(joules);
    if (!sd) continue;
    const double count = static_cast<double>(joules.size());
    const double half_width =
        std::hypot(student_t_quantile(0.95, count - 1.0) * *sd / std::sqrt(count),
                   shared_by_all(runs).in(joule));
    const auto [least, most] = std::ranges::minmax(joules);
    table.rows.push_back({name, std::string(to_string(scope)), std::to_string(joules.size()),
                          to_text(*mean(joules) * joule), "+- " + to_text(half_width * joule),
                          to_text(*sd * joule), to_text(least * joule), to_text(most * joule),
                          std::string(to_string(runs.front().kind))});
  }
}

}  // namespace

Table repeats_table(const std::vector<Record>& records) {
  Table table;
  table.title = "Repeats";
  table.columns = {{"window"},
                   {"scope"},
                   {"runs", Align::right},
                   {"mean energy", Align::right},
                   {"90 % of the mean", Align::right},
                   {"sd", Align::right},
                   {"least", Align::right},
                   {"most", Align::right},
                   {"kind"}};
  std::vector<const Measurement*> wholes;
  std::vector<const Measurement*> steps;
  for (const Record& record : records) {
    if (record.outcome.state != CommandOutcome::State::complete || record.outcome.interrupted)
      continue;
    wholes.push_back(&record.whole);
    if (const auto window = steps_window(record)) steps.push_back(&(*window)->measurement);
  }
  add_rows(table, "whole command", wholes);
  if (steps.size() == wholes.size()) add_rows(table, "steps", steps);
  if (wholes.size() < records.size())
    table.notes.push_back(fmt::format("{} of {} runs did not end well and are left out.",
                                      records.size() - wholes.size(), records.size()));
  if (table.rows.empty())
    table.notes.emplace_back("Fewer than two runs have a known energy: there is no spread.");
  return table;
}

}  // namespace isojoule
