#include "isojoule/onnx/detail/node.hpp"

#include <algorithm>
#include <utility>

#include "isojoule/onnx/detail/content.hpp"
#include "isojoule/onnx/onnx_input.hpp"

namespace isojoule::detail {

Count product(const Dims& dims, std::size_t from) {
  Count count = 1;
  for (std::size_t i = from; i < dims.size(); ++i) count = count * dims[i];
  return count;
}

Dims broadcast(const Dims& a, const Dims& b) {
  const Dims& longer = a.size() >= b.size() ? a : b;
  const Dims& shorter = a.size() >= b.size() ? b : a;
  Dims result = longer;
  const std::size_t offset = longer.size() - shorter.size();
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    std::uint64_t& size = result[offset + i];
    if (size == 1) {
      size = shorter[i];
    } else if (shorter[i] != 1 && shorter[i] != size) {
      throw NotCounted("its inputs of " + dims_text(a) + " and " + dims_text(b) +
                       " do not fit each other");
    }
  }
  return result;
}

const Value& Node::in(std::size_t i) const {
  if (!has(i)) throw NotCounted("it has no input " + std::to_string(i + 1));
  if (inputs_[i] == nullptr)
    throw NotCounted("its input '" + operation_.inputs[i] + "' is made by no node before it");
  return *inputs_[i];
}

const Dims& Node::dims(std::size_t i) const {
  const Value& value = in(i);
  if (!value.dims)
    throw NotKnown("the size of its input '" + operation_.inputs[i] + "' is not known");
  return *value.dims;
}

const Content& Node::content(std::size_t i) const {
  const Value& value = in(i);
  if (!value.content)
    throw NotKnown("the values of its input '" + operation_.inputs[i] + "' are not known");
  return *value.content;
}

const Attribute* Node::attribute(std::string_view name) const {
  const auto found = std::ranges::find(operation_.attributes, name, &Attribute::name);
  return found == operation_.attributes.end() ? nullptr : &*found;
}

std::int64_t Node::integer(std::string_view name, std::int64_t otherwise) const {
  const Attribute* found = attribute(name);
  return found == nullptr ? otherwise : found->i.value_or(otherwise);
}

double Node::real(std::string_view name, double otherwise) const {
  const Attribute* found = attribute(name);
  return found == nullptr ? otherwise : found->f.value_or(otherwise);
}

std::string Node::text(std::string_view name, const std::string& otherwise) const {
  const Attribute* found = attribute(name);
  return found == nullptr ? otherwise : found->s.value_or(otherwise);
}

std::vector<std::int64_t> Node::integers(std::string_view name,
                                         const std::vector<std::int64_t>& otherwise) const {
  const Attribute* found = attribute(name);
  return found == nullptr ? otherwise : found->ints;
}

std::optional<std::vector<std::int64_t>> Node::integers(std::size_t i,
                                                        std::string_view name) const {
  if (has(i)) {
    std::vector<std::int64_t> values;
    for (const double value : content(i)) values.push_back(to_integer(value));
    return values;
  }
  const Attribute* found = attribute(name);
  if (found == nullptr) return std::nullopt;
  return found->i ? std::vector<std::int64_t>{*found->i} : found->ints;
}

std::size_t Node::axis(std::int64_t value, std::size_t rank) const {
  const auto size = static_cast<std::int64_t>(rank);
  if (value < -size || value >= size)
    throw NotCounted("its input has " + std::to_string(rank) + " dimensions and no axis " +
                     std::to_string(value));
  return static_cast<std::size_t>(value < 0 ? value + size : value);
}

void Node::set(std::size_t output, Dims dims, int type) {
  if (output >= outputs_.size()) return;
  outputs_[output].dims = std::move(dims);
  outputs_[output].type = type;
}

void Node::set_content(std::size_t output, Content content) {
  if (output < outputs_.size()) outputs_[output].content = std::move(content);
}

std::vector<Value> Node::take_outputs() {
  const bool constant = std::ranges::all_of(
      inputs_, [](const Value* value) { return value == nullptr || value->constant; });
  for (Value& output : outputs_) output.constant = output.content.has_value() || constant;
  return std::move(outputs_);
}

}  // namespace isojoule::detail
