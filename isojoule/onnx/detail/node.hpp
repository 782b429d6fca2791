// One node of a graph, as the operators' formulas see it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/cost/count.hpp"
#include "isojoule/onnx/detail/graph.hpp"

namespace isojoule::detail {

using Dims = std::vector<std::uint64_t>;
using Content = std::vector<double>;

/// What flows between nodes.
struct Value {
  int type = kUnknownType;
  std::optional<Dims> dims;        ///< empty: not known
  std::optional<Content> content;  ///< of small constants, in the order of memory
  bool constant = false;           ///< does not depend on the model's inputs
};

/// Why a node cannot be counted: goes no further than the node.
class NotCounted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The reason is what the node reads: that another node before it was not understood.
class NotKnown : public NotCounted {
 public:
  using NotCounted::NotCounted;
};

/// What a node does.
struct Arithmetic {
  Count matmul = 0;
  Count elementwise = 0;
};

Count product(const Dims& dims, std::size_t from = 0);

/// The dims of elementwise operators on both. Throws NotCounted where they do not fit.
Dims broadcast(const Dims& a, const Dims& b);

class Node {
 public:
  Node(const Operation& operation, std::vector<const Value*> inputs, std::int64_t opset)
      : operation_(operation),
        inputs_(std::move(inputs)),
        opset_(opset),
        outputs_(operation.outputs.size()) {}

  const std::string& op() const { return operation_.op; }
  std::int64_t opset() const { return opset_; }
  std::size_t input_count() const { return inputs_.size(); }
  std::size_t output_count() const { return outputs_.size(); }

  /// Whether input `i` is given.
  bool has(std::size_t i) const { return i < inputs_.size() && !operation_.inputs[i].empty(); }
  // These throw NotCounted where the input is not given or the thing is not known of it.
  const Value& in(std::size_t i) const;
  const Dims& dims(std::size_t i) const;
  const Content& content(std::size_t i) const;
  int type(std::size_t i) const { return in(i).type; }

  bool has_attribute(std::string_view name) const { return attribute(name) != nullptr; }
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  double real(std::string_view name, double otherwise) const;
  std::string text(std::string_view name, const std::string& otherwise) const;
  std::vector<std::int64_t> integers(std::string_view name,
                                     const std::vector<std::int64_t>& otherwise = {}) const;
  const Attribute* attribute(std::string_view name) const;

  /// What newer versions of an operator take as input `i` and older ones as attribute; empty if
  /// neither is given.
  std::optional<std::vector<std::int64_t>> integers(std::size_t i, std::string_view name) const;

  /// The axis that an attribute names, counted from the front. Throws NotCounted if there is none.
  std::size_t axis(std::int64_t value, std::size_t rank) const;

  void set(std::size_t output, Dims dims, int type);
  void set_content(std::size_t output, Content content);
  /// The outputs; constant if all inputs are.
  std::vector<Value> take_outputs();

 private:
  const Operation& operation_;
  std::vector<const Value*> inputs_;
  std::int64_t opset_;
  std::vector<Value> outputs_;
};

/// What of an operator's node is counted; sets the node's outputs first, so that they are known
/// even where it throws NotCounted afterwards.
using Rule = Arithmetic (*)(Node& node);
using Rules = std::map<std::string, Rule, std::less<>>;

}  // namespace isojoule::detail
