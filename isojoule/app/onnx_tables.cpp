#include "isojoule/app/onnx_tables.hpp"

#include "isojoule/page/quantity_text.hpp"

namespace isojoule {
namespace {

/// The columns that operators, nodes and their sum share.
template <class Counted>
std::vector<std::string> cells_of(const Counted& counted) {
  return {grouped(counted.forward.matmul), grouped(counted.forward.elementwise),
          grouped(counted.macs), grouped(counted.activation_bytes)};
}

void add_row(Table& table, std::vector<std::string> names, const std::vector<std::string>& cells) {
  names.insert(names.end(), cells.begin(), cells.end());
  table.rows.push_back(std::move(names));
}

void add_count_columns(Table& table) {
  for (const char* title : {"FLOP of products", "FLOP elementwise", "MAC", "activations, bytes"})
    table.columns.push_back({title, Column::Align::right});
}

std::vector<std::string> not_counted_cells() { return {"not counted", "-", "-", "-"}; }

std::string inputs_text(const OnnxCost& cost) {
  std::string text;
  for (const OnnxInput& input : cost.inputs)
    text += (text.empty() ? "" : ", ") + input.name + " of " + dims_text(input.dims);
  return text.empty() ? "It has no inputs." : "Inputs: " + text + ".";
}

template <class Counted>
void add_counts(Json& json, const Counted& counted) {
  json["flops_forward"] = counted.forward.total();
  json["flops_forward_matmul"] = counted.forward.matmul;
  json["flops_forward_elementwise"] = counted.forward.elementwise;
  json["macs_forward"] = counted.macs;
  json["activations_bytes"] = counted.activation_bytes;
}

Json operator_to_json(const OnnxOperator& each) {
  Json json{{"operator", each.op}, {"nodes", each.nodes}, {"not_counted_nodes", each.not_counted}};
  add_counts(json, each);
  return json;
}

/// What is not counted is null there, with its reason.
Json node_to_json(const OnnxNode& node) {
  Json json{{"node", node.name}, {"operator", node.op}};
  add_counts(json, node);
  if (node.why_not.empty()) return json;
  for (auto& [key, value] : json.items())
    if (key.starts_with("flops") || key.starts_with("macs")) value = nullptr;
  json["not_counted"] = node.why_not;
  return json;
}

}  // namespace

Table onnx_operators_table(const std::string& file, const OnnxCost& cost) {
  Table table;
  table.title = file + ", one forward pass, counted by the convention " + kOnnxRule;
  table.columns = {{"operator"}, {"nodes", Column::Align::right}};
  add_count_columns(table);
  for (const OnnxOperator& each : by_operator(cost)) {
    // Where only some nodes are not counted, the remarks say so.
    const bool none = each.not_counted == each.nodes;
    add_row(table, {each.op, grouped(each.nodes)}, none ? not_counted_cells() : cells_of(each));
  }
  add_row(table, {"all", grouped(cost.nodes.size())}, cells_of(cost));
  if (const std::uint64_t missing = cost.not_counted(); missing > 0)
    table.notes.push_back("Incomplete: " + grouped(missing) + " of " + grouped(cost.nodes.size()) +
                          " nodes are not counted.");
  table.notes.push_back("Total: " + grouped(cost.forward.total()) + " FLOP, " + grouped(cost.macs) +
                        " MAC forward. Parameters: " + grouped(cost.parameters) + ", of " +
                        grouped(cost.parameter_bytes) + " bytes.");
  table.notes.push_back(inputs_text(cost));
  table.notes.insert(table.notes.end(), cost.remarks.begin(), cost.remarks.end());
  return table;
}

Table onnx_nodes_table(const OnnxCost& cost) {
  Table table;
  table.columns = {{"node"}, {"operator"}};
  add_count_columns(table);
  for (const OnnxNode& node : cost.nodes)
    add_row(table, {node.name, node.op},
            node.why_not.empty() ? cells_of(node) : not_counted_cells());
  return table;
}

Json onnx_cost_to_json(const std::string& file, const OnnxCost& cost) {
  Json json{{"schema", schema_text("isojoule.model_cost", 1)},
            {"file", file},
            {"rule", kOnnxRule},
            {"producer", cost.producer.empty() ? Json(nullptr) : Json(cost.producer)},
            {"opset", cost.opset},
            {"complete", cost.not_counted() == 0},
            {"not_counted_nodes", cost.not_counted()}};
  add_counts(json, cost);
  json["parameters"] = cost.parameters;
  json["parameters_bytes"] = cost.parameter_bytes;
  json["inputs"] = json_array(cost.inputs, [](const OnnxInput& input) {
    return Json{{"name", input.name}, {"size", input.dims}};
  });
  json["remarks"] = cost.remarks;
  json["operators"] = json_array(by_operator(cost), operator_to_json);
  json["nodes"] = json_array(cost.nodes, node_to_json);
  return json;
}

}  // namespace isojoule
