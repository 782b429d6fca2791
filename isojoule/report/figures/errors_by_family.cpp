// Figure 10: relative errors by family.
#include "isojoule/report/detail/relative_errors.hpp"

namespace isojoule::detail {
namespace {

std::shared_ptr<const DataTable> family_errors(const EvaluationView& view) {
  const std::vector<bool> all(view.study().summary.workloads.size(), true);
  const auto family_of = [&view](std::size_t workload) { return view.family(workload); };
  const auto subject_of = [](const std::string& family) {
    return ErrorSubject{family, std::nullopt};
  };
  return error_data(view, "family", relative_errors(view, all, family_of), subject_of);
}

}  // namespace

MadeFigures errors_by_family(const EvaluationView& view) {
  Figure figure{"10",
                "Figure 10. Relative errors by family.",
                view.caption("Median of |prediction/truth - 1| over the workloads of a family, "
                             "all pairs and all splits, with quartiles."),
                "Bars of the median relative error of each family and normalizer.",
                family_errors(view),
                {{Glyph::bar, "family", "median_percent", {}, {}, "normalizer"},
                 {Glyph::interval, "family", "lower_percent", {}, "upper_percent"}},
                {"family", Scale::category},
                {"relative error, %", Scale::linear}};
  figure.key_title = "normalizer";
  figure.key = view.normalizer_key();
  figure.side_by_side = true;
  figure.pickers = {references_picker(view), grouping_picker()};
  return {{std::move(figure)}, {}};
}

}  // namespace isojoule::detail
