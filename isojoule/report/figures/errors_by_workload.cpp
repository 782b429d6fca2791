// Figure 9: relative errors by workload.
#include <cmath>
#include <map>

#include "isojoule/report/detail/relative_errors.hpp"

namespace isojoule::detail {
namespace {

/// Over the machines.
double geometric_mean_j(const EvaluationView& view, std::size_t workload) {
  const std::vector<std::string>& machines = view.study().summary.machines;
  double sum = 0.0;
  for (const std::string& machine : machines) sum += std::log(view.energy_j(workload, machine));
  return std::exp(sum / static_cast<double>(machines.size()));
}

std::shared_ptr<const DataTable> workload_errors(const EvaluationView& view,
                                                 const std::vector<bool>& is_shown) {
  std::map<std::string, std::size_t> places;
  for (std::size_t w = 0; w < view.study().summary.workloads.size(); ++w) places[view.name(w)] = w;
  const auto subject_of = [&](const std::string& name) {
    const std::size_t workload = places.at(name);
    return ErrorSubject{view.family(workload), geometric_mean_j(view, workload)};
  };
  const auto name_of = [&view](std::size_t workload) { return view.name(workload); };
  return error_data(view, "workload", relative_errors(view, is_shown, name_of), subject_of);
}

}  // namespace

MadeFigures errors_by_workload(const EvaluationView& view) {
  const EvaluationStudy& study = view.study();
  ShownWorkloads shown =
      view.shown("Figure 9", study.summary.workloads.size() * 3 * study.options.normalizers.size() *
                                 study.normalizers.size());
  Figure figure{
      "9",
      "Figure 9. Relative errors by workload.",
      view.caption("Median of |prediction/truth - 1| over all pairs and the splits "
                   "in which the workload is in the test part, with quartiles, "
                   "against its geometric mean energy over the machines."),
      "Scatter plot of the median relative error of each workload against its "
      "energy.",
      workload_errors(view, shown.is_shown),
      {{Glyph::interval, "mean_j", "lower_percent", {}, "upper_percent"},
       {Glyph::point, "mean_j", "median_percent", {}, {}, view.has_families() ? "family_of" : ""}},
      {"energy, J", Scale::logarithmic},
      {"relative error, %", Scale::logarithmic}};
  figure.key_title = "family";
  figure.key = view.family_key();
  figure.pickers = {
      {"normalizer", "normalizer",
       study.options.normalizers.empty() ? "" : to_string(study.options.normalizers.back())},
      references_picker(view),
      grouping_picker()};
  return {{std::move(figure)}, std::move(shown.remarks)};
}

}  // namespace isojoule::detail
