// What to say of references for a new machine.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/evaluate/reference_search.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// By a selection, as known on the machine `from`.
Table suggested_table(const std::string& selection, const std::string& from,
                      const std::vector<SuggestedReference>& suggested);

/// [{"schema", "workload", "source_j", "mean_sd"}]; "mean_sd" is null where it is not known.
Json suggested_to_json(const std::vector<SuggestedReference>& suggested);

/// The best sets of `count` references by a fit, "ratio" or "linear".
Table exhaustive_table(const std::string& fit, std::size_t count,
                       const ExhaustiveReferences& found);

/// {"schema", "fit", "sets", "degenerate", "mdape_median", "best": [{"workloads",
///  "mdape_chosen_by", "mdape_on_rest"}]}.
Json exhaustive_to_json(const std::string& fit, const ExhaustiveReferences& found);

}  // namespace isojoule
