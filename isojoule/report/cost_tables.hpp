// What to say of the cost of a model.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/cost/breakdown.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// Two tables: FLOPs of each pass of a training step by their kind, then multiply-adds, parameters
/// and activations. `name` is what was counted: "cnn-2x512".
std::vector<Table> cost_tables(const std::string& name, const CostBreakdown& cost);

/// The same of a rule that knows one forward pass only: what it does not count is "-". The counts
/// are for `batch` samples. Throws Error(bad_input) where they reach 2^64, and for a `cost` of 2^53
/// FLOP or more, which its double has rounded.
std::vector<Table> cost_tables(const std::string& name, const Cost& cost, std::uint64_t batch);

/// Keys: rule, batch, flops_PASS, flops_PASS_matmul, flops_PASS_elementwise (PASS: forward,
/// backward, optimizer, step), macs_forward, parameters, parameters_bytes, activations_bytes.
Json breakdown_to_json(const CostBreakdown& cost);

/// The same keys; what the rule does not count is null.
Json breakdown_to_json(const Cost& cost, std::uint64_t batch);

}  // namespace isojoule
