// The arithmetic of one training step of a workload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/cost/breakdown.hpp"
#include "isojoule/cost/exact.hpp"
#include "isojoule/page/table.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule {

/// A workload and what a step of it over `batch` samples costs.
struct WorkloadCount {
  Workload workload;  ///< its cost is that of one sample, by the convention deepspeed
  std::uint64_t batch = 1;
  std::optional<CostBreakdown> step;  ///< by the convention exact; empty: by deepspeed, which knows
                                      ///< the forward pass alone
};

/// The id of a workload by its parts, each as parse_workload has it: "cnn-2x512" of "cnn", "2" and
/// "512".
std::string workload_id(std::string_view architecture, std::string_view layers,
                        std::string_view hidden);

/// `rule`: kExactRule or kDeepspeedRule. Throws as parse_workload, exact_cost and cost_tables do,
/// Error(unknown_name) for another rule, Error(usage) for a batch of 0.
///
///     const WorkloadCount count = count_workload("crnn-2.1x512.256", kExactRule, 8);
WorkloadCount count_workload(const std::string& id, const std::string& rule, std::uint64_t batch);

/// As cost_tables.
std::vector<Table> count_tables(const WorkloadCount& count);

/// {"workload", "architecture", and as breakdown_to_json}.
Json count_to_json(const WorkloadCount& count);

}  // namespace isojoule
