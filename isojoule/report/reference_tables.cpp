#include "isojoule/report/reference_tables.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"

namespace isojoule {

Table suggested_table(const std::string& selection, const std::string& from,
                      const std::vector<SuggestedReference>& suggested) {
  Table table;
  table.title = fmt::format("References for a new machine, {}, as known on {}", selection, from);
  table.columns = {
      {"workload"}, {"on " + from, Column::Align::right}, {"left uncertain", Column::Align::right}};
  for (const SuggestedReference& one : suggested)
    table.rows.push_back({one.workload, to_text(one.source),
                          one.mean_sd ? fmt::format("{:.1f} %", 100.0 * *one.mean_sd) : "-"});
  if (std::ranges::any_of(suggested, [](const auto& one) { return one.mean_sd.has_value(); }))
    table.notes.emplace_back(
        "Left uncertain: the standard deviation of the other workloads' energies on the new "
        "machine, mean over all, with this reference and those above it measured.");
  return table;
}

Json suggested_to_json(const std::vector<SuggestedReference>& suggested) {
  Json rows = Json::array();
  for (const SuggestedReference& one : suggested)
    rows.push_back({{"schema", schema_text("isojoule.reference", 1)},
                    {"workload", one.workload},
                    {"source_j", one.source.in(joule)},
                    {"mean_sd", or_null(one.mean_sd)}});
  return rows;
}

Table exhaustive_table(const std::string& fit, std::size_t count,
                       const ExhaustiveReferences& found) {
  Table table;
  table.title =
      fmt::format("The best of {} sets of {} references, {}", grouped(found.sets), count, fit);
  table.columns = {
      {"references"}, {"MdAPE, %", Column::Align::right}, {"on the rest, %", Column::Align::right}};
  for (const JudgedReferences& one : found.best)
    table.rows.push_back({fmt::format("{}", fmt::join(one.workloads, ", ")),
                          fmt::format("{:.1f}", 100.0 * one.chosen_by),
                          one.on_rest ? fmt::format("{:.1f}", 100.0 * *one.on_rest) : "-"});
  table.notes.push_back(fmt::format(
      "MdAPE on the half of the workloads that the sets were chosen by, mean over all pairs; half "
      "of all sets have at most {:.1f} %. On the rest: on the other half, which shows what was "
      "luck.",
      100.0 * found.median_error));
  return table;
}

Json exhaustive_to_json(const std::string& fit, const ExhaustiveReferences& found) {
  Json sets = Json::array();
  for (const JudgedReferences& one : found.best)
    sets.push_back({{"workloads", one.workloads},
                    {"mdape_chosen_by", one.chosen_by},
                    {"mdape_on_rest", or_null(one.on_rest)}});
  return Json{{"schema", schema_text("isojoule.reference_sets", 1)},
              {"fit", fit},
              {"sets", found.sets},
              {"degenerate", found.degenerate},
              {"mdape_median", found.median_error},
              {"best", std::move(sets)}};
}

}  // namespace isojoule
