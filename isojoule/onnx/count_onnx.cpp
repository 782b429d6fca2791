#include "isojoule/onnx/count_onnx.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/count.hpp"
#include "isojoule/onnx/detail/bind_inputs.hpp"
#include "isojoule/onnx/detail/operators.hpp"
#include "isojoule/onnx/detail/parameters.hpp"
#include "isojoule/onnx/detail/read_model.hpp"

namespace isojoule {
namespace {

using namespace detail;

/// Walks the nodes in their order, carrying sizes along.
class Walker {
 public:
  Walker(const Model& model, const BoundInputs& bound) : model_(model), bound_(bound) {
    for (const Tensor& tensor : model.initializers)
      values_[tensor.name] = {tensor.type, tensor.dims, tensor.content, true};
    for (const auto& [name, value] : bound.values) values_[name] = value;
    for (const Declared& declared : model.values) declared_[declared.name] = &declared;
  }

  OnnxNode count(const Operation& operation) {
    OnnxNode node{operation.name, operation.op, {}, false, {}, 0, 0};
    try {
      const Arithmetic flops = apply(operation, node);
      node.forward = {flops.matmul.value(), flops.elementwise.value()};
      node.macs = flops.matmul.value() / 2;
      node.activation_bytes = keep(operation);
    } catch (const Error& error) {
      throw Error(error.code(), "node '" + node.name + "' (" + node.op + "): " + error.what());
    }
    return node;
  }

  std::uint64_t untyped() const { return untyped_; }

 private:
  Arithmetic apply(const Operation& operation, OnnxNode& node) {
    outputs_.assign(operation.outputs.size(), {});
    const auto& rules = operator_rules();
    const auto rule = rules.find(operation.op);
    if (rule == rules.end()) {
      node.why_not = why_unknown(operation);
      return {};
    }
    std::vector<const Value*> inputs;
    for (const std::string& name : operation.inputs) {
      const auto found = values_.find(name);
      inputs.push_back(found == values_.end() ? nullptr : &found->second);
    }
    Node view(operation, std::move(inputs), model_.opset);
    Arithmetic flops;
    try {
      flops = rule->second(view);
    } catch (const NotCounted& reason) {
      node.why_not = reason.what();
      node.follows = dynamic_cast<const NotKnown*>(&reason) != nullptr;
    }
    outputs_ = view.take_outputs();
    return flops;
  }

  std::string why_unknown(const Operation& operation) const {
    if (operation.has_subgraph) return "what it does lies in a subgraph";
    if (std::ranges::find(model_.functions, operation.op) != model_.functions.end())
      return "it is a function that the model defines itself";
    return "the operator is not known";
  }

  /// Keeps the outputs for later nodes; where their size is not found, what the file declares.
  std::uint64_t keep(const Operation& operation) {
    Count bytes = 0;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const std::string& name = operation.outputs[i];
      if (name.empty()) continue;
      Value& value = outputs_[i];
      const auto declared = declared_.find(name);
      if (declared != declared_.end()) {
        if (!value.dims) value.dims = bound_.resolve(*declared->second);
        if (value.type == kUnknownType) value.type = declared->second->type;
      }
      const bool view = i == 0 && is_view(operation.op);
      if (value.dims && !value.constant && !view) bytes += bytes_of_value(value);
      values_[name] = std::move(value);
    }
    return bytes.value();
  }

  std::uint64_t bytes_of_value(const Value& value) {
    const auto bytes = bytes_of(value.type, product(*value.dims).value());
    if (!bytes) ++untyped_;
    return bytes.value_or(0);
  }

  const Model& model_;
  const BoundInputs& bound_;
  std::unordered_map<std::string, Value> values_;
  std::unordered_map<std::string, const Declared*> declared_;
  std::vector<Value> outputs_;
  std::uint64_t untyped_ = 0;  ///< outputs of a type without a known size
};

void add_up(OnnxCost& cost) {
  Count matmul = 0;
  Count elementwise = 0;
  Count bytes = 0;
  for (const OnnxNode& node : cost.nodes) {
    matmul += node.forward.matmul;
    elementwise += node.forward.elementwise;
    bytes += node.activation_bytes;
  }
  cost.forward = {matmul.value(), elementwise.value()};
  cost.macs = cost.forward.matmul / 2;
  cost.activation_bytes = bytes.value();
}

/// So many nodes, and the first of them.
struct Missed {
  std::uint64_t count = 0;
  const OnnxNode* first = nullptr;

  void add(const OnnxNode& node) {
    if (count++ == 0) first = &node;
  }
  /// "2 TopK ('/top' first): why."
  std::string text(const std::string& what) const {
    return "Not counted: " + std::to_string(count) + " " + what + " ('" + first->name +
           (count == 1 ? "'): " : "' first): ") + first->why_not + ".";
  }
};

/// One sentence for each operator and reason, and one for all that only follow from those.
void remark_not_counted(OnnxCost& cost) {
  std::map<std::pair<std::string, std::string>, Missed> causes;
  Missed following;
  for (const OnnxNode& node : cost.nodes) {
    if (node.why_not.empty()) continue;
    (node.follows ? following : causes[{node.op, node.why_not}]).add(node);
  }
  for (const auto& [key, missed] : causes) cost.remarks.push_back(missed.text(key.first));
  if (following.count > 0)
    cost.remarks.push_back(following.text(following.count == 1
                                              ? "node that reads what is not known"
                                              : "nodes that read what is not known"));
}

}  // namespace

std::uint64_t OnnxCost::not_counted() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(nodes, [](const OnnxNode& node) { return !node.why_not.empty(); }));
}

OnnxCost count_onnx(const std::filesystem::path& file, const std::vector<OnnxInput>& sizes) {
  const Model model = read_model(file);
  try {
    if (model.operations.empty())
      throw Error(ErrorCode::bad_input, "its graph has no nodes: there is nothing to count");
    const BoundInputs bound = bind_inputs(model, sizes);
    OnnxCost cost;
    cost.producer = model.producer;
    cost.opset = model.opset;
    cost.inputs = bound.sizes;
    Walker walker(model, bound);
    for (const Operation& operation : model.operations)
      cost.nodes.push_back(walker.count(operation));
    add_up(cost);
    remark_not_counted(cost);
    const Parameters parameters = parameters_of(model);
    cost.parameters = parameters.count;
    cost.parameter_bytes = parameters.bytes;
    cost.remarks.insert(cost.remarks.end(), parameters.remarks.begin(), parameters.remarks.end());
    if (walker.untyped() > 0)
      cost.remarks.push_back("The bytes of " + std::to_string(walker.untyped()) +
                             " activations are not counted: the type of their elements is not "
                             "known.");
    return cost;
  } catch (const Error& error) {
    throw Error(error.code(), file.string() + ": " + error.what());
  }
}

std::vector<OnnxOperator> by_operator(const OnnxCost& cost) {
  std::map<std::string, OnnxOperator> operators;
  for (const OnnxNode& node : cost.nodes) {
    OnnxOperator& all = operators[node.op];
    all.op = node.op;
    ++all.nodes;
    if (!node.why_not.empty()) ++all.not_counted;
    // No more than in the sum of all nodes, which was held to fit.
    all.forward.matmul += node.forward.matmul;
    all.forward.elementwise += node.forward.elementwise;
    all.macs += node.macs;
    all.activation_bytes += node.activation_bytes;
  }
  std::vector<OnnxOperator> result;
  for (auto& [name, all] : operators) result.push_back(std::move(all));
  std::ranges::stable_sort(result, [](const OnnxOperator& a, const OnnxOperator& b) {
    return a.forward.total() > b.forward.total();
  });
  return result;
}

}  // namespace isojoule
