// Figure 4: the regressions on one split of a pair.
#include <memory>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/report/detail/evaluation_view.hpp"

namespace isojoule::detail {
namespace {

std::shared_ptr<const DataTable> regression_data(const EvaluationView& view,
                                                 const std::vector<bool>& is_shown) {
  DataBuilder data;
  data.text("pair", "pair").text("left_out", "left out").text("regression", "regression");
  data.text("workload", "workload").text("family", "family").text("role", "role");
  data.text("curve", "of the curve");
  data.number("source_j", "energy on the source, J").number("target_j", "energy on the target, J");
  data.number("predicted_j", "predicted energy, J");
  for (const StudyExperiment& experiment : view.study().regressions) {
    for (const StudyPrediction& prediction : experiment.predictions) {
      const EvaluationRow& row = experiment.rows[prediction.row];
      if (!is_shown[prediction.workload] || !view.holds(row.source)) continue;
      data.row({pair_text(row.source, row.target), std::string(grouping_text(experiment.grouping)),
                row.normalizer, view.name(prediction.workload), view.family(prediction.workload),
                std::string(prediction.is_reference ? "" : "test"), std::string("yes"),
                point(view.energy_j(prediction.workload, row.source)), point(prediction.truth_j),
                point(prediction.predicted_j)});
    }
  }
  return data.take();
}

}  // namespace

MadeFigures regression_lines(const EvaluationView& view) {
  ShownWorkloads shown =
      view.shown("Figure 4", view.held(predictions_in(view.study().regressions)));
  const std::string colour = view.has_families() ? "family" : "";
  Figure figure{"4",
                "Figure 4. Three regressions on one split of a pair.",
                view.caption("Points are the true energies, rings mark the workloads of the test "
                             "part, which the regression has not seen; the line goes through its "
                             "predictions. The first random split."),
                "Scatter plots of target against source energy with the fitted line, polynomial "
                "and support vector regression.",
                regression_data(view, shown.is_shown),
                {{Glyph::line, "source_j", "predicted_j"},
                 {Glyph::point, "source_j", "target_j", {}, {}, colour},
                 {Glyph::ring, "source_j", "target_j", {}, {}, {}, "role"}},
                {"energy on the source, J", Scale::logarithmic},
                {"energy on the target, J", Scale::logarithmic}};
  figure.facet = "regression";
  figure.key_title = "family";
  figure.key = view.family_key();
  figure.pickers = {view.pair_picker(), grouping_picker()};
  return {{std::move(figure)}, std::move(shown.remarks)};
}

}  // namespace isojoule::detail
