// Figure 8: predictions of each normalizer with intervals.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/report/detail/evaluation_view.hpp"

namespace isojoule::detail {
namespace {

/// Of splits as many as fit, one at least.
std::size_t splits_shown(std::size_t rows, std::size_t splits) {
  return std::clamp(kMostSplitRows * splits / std::max<std::size_t>(rows, 1), std::size_t{1},
                    splits);
}

std::string splits_remark(std::size_t shown, std::size_t splits) {
  return shown == 1 ? fmt::format("Figure 8 shows the first of {} splits.", splits)
                    : fmt::format("Figure 8 shows the first {} of {} splits.", shown, splits);
}

DataBuilder prediction_columns() {
  DataBuilder data;
  data.text("pair", "pair").text("normalizer", "normalizer").text("references", "references");
  data.text("left_out", "left out").text("split", "split").text("workload", "workload");
  data.text("family", "family").text("role", "role");
  data.number("target_j", "energy on the target, J").number("predicted_j", "predicted energy, J");
  data.number("lower_j", "lower end of the 90 % interval, J");
  data.number("upper_j", "upper end of the 90 % interval, J");
  return data;
}

std::shared_ptr<const DataTable> prediction_data(const EvaluationView& view, std::size_t splits,
                                                 const std::vector<bool>& is_shown) {
  DataBuilder data = prediction_columns();
  for (const StudyExperiment& experiment : view.study().normalizers) {
    for (const StudyPrediction& prediction : experiment.predictions) {
      const EvaluationRow& row = experiment.rows[prediction.row];
      if (static_cast<std::size_t>(row.split) >= splits || !view.holds(row.source)) continue;
      // Where all of the training part are references, they are the many, and fitted to.
      if (prediction.is_reference ? row.count == "all" : !is_shown[prediction.workload]) continue;
      data.row({pair_text(row.source, row.target), row.normalizer, references_text(row),
                std::string(grouping_text(experiment.grouping)), std::to_string(row.split + 1),
                view.name(prediction.workload), view.family(prediction.workload),
                std::string(prediction.is_reference ? "reference" : ""), point(prediction.truth_j),
                point(prediction.predicted_j), point(prediction.lower_j),
                point(prediction.upper_j)});
    }
  }
  return data.take();
}

std::string first_text(const DataTable& data, const char* column) {
  const TextValues& texts = data.column(column).texts();
  return texts.empty() ? std::string() : texts.front();
}

Figure prediction_figure(const EvaluationView& view, std::shared_ptr<const DataTable> data) {
  const std::string colour = view.has_families() ? "family" : "";
  Figure figure{
      "8",
      "Figure 8. Predictions of a normalizer.",
      view.caption("Predicted against true energies of one split, with intervals of "
                   "90 % where the normalizer has honest ones; rings mark references, where "
                   "they are few."),
      "Scatter plot of predicted against true energies with the line of equality.",
      std::move(data),
      {{Glyph::interval, "target_j", "lower_j", {}, "upper_j"},
       {Glyph::point, "target_j", "predicted_j", {}, {}, colour},
       {Glyph::ring, "target_j", "predicted_j", {}, {}, {}, "role"}},
      {"energy on the target, J", Scale::logarithmic},
      {"predicted energy, J", Scale::logarithmic}};
  figure.key_title = "family";
  figure.key = view.family_key();
  figure.identity_line = true;
  figure.pickers = {view.pair_picker(),
                    {"normalizer", "normalizer", first_text(*figure.data, "normalizer")},
                    {"references", "references", first_text(*figure.data, "references")},
                    grouping_picker(),
                    {"split", "split", "1"}};
  return figure;
}

}  // namespace

MadeFigures predictions(const EvaluationView& view) {
  const std::size_t rows = view.held(predictions_in(view.study().normalizers));
  const auto splits = static_cast<std::size_t>(view.study().options.splits);
  const std::size_t most = splits_shown(rows, splits);
  const ShownWorkloads shown = view.shown("Figure 8", most * rows / splits);
  MadeFigures made;
  if (most < splits) made.remarks.push_back(splits_remark(most, splits));
  made.remarks.insert(made.remarks.end(), shown.remarks.begin(), shown.remarks.end());
  made.figures.push_back(prediction_figure(view, prediction_data(view, most, shown.is_shown)));
  return made;
}

}  // namespace isojoule::detail
