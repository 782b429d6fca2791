// What is said of the cost of an ONNX file.
#pragma once

#include <string>

#include "isojoule/core/json.hpp"
#include "isojoule/onnx/count_onnx.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// A line for each operator, then totals, inputs and remarks.
Table onnx_operators_table(const std::string& file, const OnnxCost& cost);

/// A line for each node.
Table onnx_nodes_table(const OnnxCost& cost);

/// {"schema", "file", "rule", "producer", "opset", "complete", "not_counted_nodes", counts,
/// "parameters", "parameters_bytes", "inputs", "remarks", "operators", "nodes"}. What is not
/// counted is null.
Json onnx_cost_to_json(const std::string& file, const OnnxCost& cost);

}  // namespace isojoule
