// What to say of one training's energy on another machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/normalize/question.hpp"
#include "isojoule/page/table.hpp"
#include "isojoule/record/machine_profile.hpp"

namespace isojoule {

/// A reference workload's energy on both machines, for the declared work.
struct ReferencePair {
  std::string workload;
  Energy source;
  Energy target;
};

/// A question about a record and its answers.
struct Normalization {
  WorkloadId workload{"unnamed"};
  std::string record;  ///< id of the record it was measured in
  MachineProfile from;
  MachineProfile to;
  StepEnergy measured;  ///< on `from`
  long steps = 0;       ///< the declared work
  Energy source{};      ///< measured, scaled to the declared work
  std::vector<ReferencePair> references;
  std::vector<std::string> remarks;  ///< what else is to be said beside the answers
  std::vector<Answer> answers;       ///< one for each normalizer
};

/// Each answer with what is measured, modelled and extrapolated beside it.
Table normalization_table(const Normalization& normalization);

/// {"schema", "workload", "record", "from", "to", "steps", "source_energy_j", "basis",
///  "references", "remarks", "answers": [as answer_to_json, and "kind"]}.
Json normalization_to_json(const Normalization& normalization);

}  // namespace isojoule
