// Figures 1 and 2: four panels for a pair, the second of the opposite direction where there is one.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/report/detail/evaluation_view.hpp"

namespace isojoule::detail {
namespace {

std::shared_ptr<const DataTable> panel_data(const EvaluationView& view,
                                            const std::vector<bool>& is_shown) {
  DataBuilder data;
  data.text("pair", "pair").text("normalizer", "normalizer").text("workload", "workload");
  data.text("family", "family").text("role", "role");
  data.number("source_j", "energy on the source, J");
  data.number("target_j", "energy on the target, J");
  data.number("normalized_j", "normalized energy, J");
  const std::vector<std::string>& machines = view.study().summary.machines;
  for (const PanelPrediction& panel : view.study().panels) {
    if (!view.holds(machines[panel.source])) continue;
    if (!is_shown[panel.workload] && !panel.is_reference) continue;
    data.row({pair_text(machines[panel.source], machines[panel.target]),
              panel_normalizers()[panel.normalizer], view.name(panel.workload),
              view.family(panel.workload), std::string(panel.is_reference ? "reference" : ""),
              point(panel.source_j), point(panel.truth_j), point(panel.normalized_j)});
  }
  return data.take();
}

Figure panels_of(const EvaluationView& view, const std::string& id,
                 std::shared_ptr<const DataTable> data,
                 const std::pair<std::string, std::string>& pair) {
  const std::string colour = view.has_families() ? "family" : "";
  Figure figure{
      id,
      fmt::format("Figure {}. Normalized against target energy.", id),
      view.caption("Each workload's energy on one machine, normalized to another: not at all, "
                   "by the workload with the lowest energy on the source, by that with the "
                   "highest, and by the line through both. Rings mark references; all others "
                   "were not used. On the diagonal the normalized energy is the true one."),
      "Four scatter plots of normalized against target energy, with the line of equality.",
      std::move(data),
      {{Glyph::point, "target_j", "normalized_j", {}, {}, colour},
       {Glyph::ring, "target_j", "normalized_j", {}, {}, {}, "role"}},
      {"energy on the target, J", Scale::logarithmic},
      {"normalized energy, J", Scale::logarithmic}};
  figure.facet = "normalizer";
  figure.key_title = "family";
  figure.key = view.family_key();
  figure.identity_line = true;
  figure.pickers = {{"pair", "pair", pair_text(pair.first, pair.second)}};
  return figure;
}

/// The pair the other way round, else any other one.
std::pair<std::string, std::string> other_pair(const EvaluationView& view) {
  const auto& pairs = view.study().options.pairs;
  const std::pair reversed(view.pair().second, view.pair().first);
  if (std::ranges::find(pairs, reversed) != pairs.end()) return reversed;
  if (pairs.size() == 1) return view.pair();
  return pairs[0] == view.pair() ? pairs[1] : pairs[0];
}

}  // namespace

MadeFigures normalized_panels(const EvaluationView& view) {
  ShownWorkloads shown = view.shown("Figures 1 and 2", view.held(view.study().panels.size()));
  const auto data = panel_data(view, shown.is_shown);
  return {{panels_of(view, "1", data, view.pair()), panels_of(view, "2", data, other_pair(view))},
          std::move(shown.remarks)};
}

}  // namespace isojoule::detail
