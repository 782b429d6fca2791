// What to say of one training's energy on another machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/normalize/normalize.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// A question and its answers.
struct Normalization {
  WorkloadId workload{"unnamed"};
  std::string record;  ///< id of the record it was measured in
  const MachineProfile* from = nullptr;
  const MachineProfile* to = nullptr;
  StepEnergy measured;  ///< on `from`
  long steps = 0;       ///< the declared work
  Energy source{};      ///< measured, scaled to the declared work
  std::vector<ReferencePair> references;
  std::vector<std::string> remarks;  ///< what else is to be told beside the answers
  std::vector<Normalized> answers;
};

/// Each answer with what is measured, modelled and extrapolated beside it.
Table normalization_table(const Normalization& normalization);

/// {"workload", "record", "from", "to", "steps", "source_energy_j", "source_kind", "references",
///  "answers": [{"normalizer", "references", "energy_j", "lower_j", "upper_j", "no_interval",
///  "kind", "extrapolated", "unlike", "pooled_machines", "refused"}]}.
Json normalization_to_json(const Normalization& normalization);

}  // namespace isojoule
