// Relative errors of predictions, gathered: what Figures 9 and 10 draw.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "isojoule/page/figure.hpp"
#include "isojoule/report/detail/evaluation_view.hpp"

namespace isojoule::detail {

/// Place of the experiment, references, normalizer, and the name of what the workload is counted
/// among: itself, or its family.
using ErrorKey = std::tuple<std::size_t, std::string, std::string, std::string>;

/// 100 |prediction/truth - 1| of each.
using RelativeErrors = std::map<ErrorKey, std::vector<double>>;

/// Of all splits and pairs, of the workloads that are shown, references left out.
RelativeErrors relative_errors(const EvaluationView& view, const std::vector<bool>& is_shown,
                               const std::function<std::string(std::size_t)>& name_of);

/// What else a figure shows of a name.
struct ErrorSubject {
  std::string family;
  std::optional<double> mean_j;
};

/// Medians and quartiles; `column` holds the names.
std::shared_ptr<const DataTable> error_data(
    const EvaluationView& view, const std::string& column, const RelativeErrors& errors,
    const std::function<ErrorSubject(const std::string&)>& subject_of);

/// Picks the references of the first fit.
Picker references_picker(const EvaluationView& view);

}  // namespace isojoule::detail
