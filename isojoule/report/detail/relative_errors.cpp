#include "isojoule/report/detail/relative_errors.hpp"

#include <cmath>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/stats/quantile.hpp"

namespace isojoule::detail {

RelativeErrors relative_errors(const EvaluationView& view, const std::vector<bool>& is_shown,
                               const std::function<std::string(std::size_t)>& name_of) {
  const std::vector<StudyExperiment>& experiments = view.study().normalizers;
  RelativeErrors errors;
  for (std::size_t e = 0; e < experiments.size(); ++e) {
    for (const StudyPrediction& prediction : experiments[e].predictions) {
      if (prediction.is_reference || !is_shown[prediction.workload]) continue;
      const EvaluationRow& row = experiments[e].rows[prediction.row];
      errors[{e, references_text(row), row.normalizer, name_of(prediction.workload)}].push_back(
          100.0 * std::abs(prediction.predicted_j / prediction.truth_j - 1.0));
    }
  }
  return errors;
}

std::shared_ptr<const DataTable> error_data(
    const EvaluationView& view, const std::string& column, const RelativeErrors& errors,
    const std::function<ErrorSubject(const std::string&)>& subject_of) {
  DataBuilder data;
  data.text("left_out", "left out")
      .text("references", "references")
      .text("normalizer", "normalizer");
  data.text(column, column).text("family_of", "family").number("predictions", "predictions");
  data.number("median_percent", "median error, %").number("lower_percent", "lower quartile, %");
  data.number("upper_percent", "upper quartile, %").number("mean_j", "geometric mean energy, J");
  for (const auto& [key, values] : errors) {
    const auto& [experiment, references, normalizer, name] = key;
    const ErrorSubject subject = subject_of(name);
    data.row({std::string(grouping_text(view.study().normalizers[experiment].grouping)), references,
              normalizer, name, subject.family, std::optional(static_cast<double>(values.size())),
              point(quantile(values, 0.5)), point(quantile(values, 0.25)),
              point(quantile(values, 0.75)), point(subject.mean_j)});
  }
  return data.take();
}

Picker references_picker(const EvaluationView& view) {
  const std::vector<StudyExperiment>& experiments = view.study().normalizers;
  const bool is_empty = experiments.empty() || experiments.front().rows.empty();
  return {"references", "references",
          is_empty ? "" : references_text(experiments.front().rows.front())};
}

}  // namespace isojoule::detail
