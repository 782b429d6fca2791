#include "isojoule/onnx/detail/bind_inputs.hpp"

#include <algorithm>
#include <set>

#include "isojoule/core/error.hpp"

namespace isojoule::detail {
namespace {

/// "batchx3x224x224": what is open as its name, or "?".
std::string declared_text(const std::vector<Dimension>& dims) {
  std::string text;
  for (const Dimension& dimension : dims) {
    if (!text.empty()) text += "x";
    if (dimension.size)
      text += std::to_string(*dimension.size);
    else
      text += dimension.symbol.empty() ? "?" : dimension.symbol;
  }
  return text.empty() ? "scalar" : text;
}

[[noreturn]] void refuse(const OnnxInput& given, const std::string& what) {
  throw Error(ErrorCode::usage,
              "input '" + given.name + "' of " + dims_text(given.dims) + ": " + what);
}

/// Inputs that are not initializers, which older files list too.
std::vector<const Declared*> open_inputs(const Model& model) {
  std::set<std::string_view> initializers;
  for (const Tensor& tensor : model.initializers) initializers.insert(tensor.name);
  std::vector<const Declared*> inputs;
  for (const Declared& input : model.inputs)
    if (!initializers.contains(input.name)) inputs.push_back(&input);
  return inputs;
}

/// Holds a given size against the declared one, and keeps what the names of dimensions stand for.
void take_given(const OnnxInput& given, const Declared& input, BoundInputs& bound) {
  if (!input.dims) return;
  if (input.dims->size() != given.dims.size())
    refuse(given, "the model declares " + declared_text(*input.dims));
  for (std::size_t i = 0; i < given.dims.size(); ++i) {
    const Dimension& dimension = (*input.dims)[i];
    if (dimension.size && *dimension.size != given.dims[i])
      refuse(given, "the model fixes it to " + declared_text(*input.dims));
    if (dimension.size || dimension.symbol.empty()) continue;
    const auto [known, is_new] = bound.symbols.try_emplace(dimension.symbol, given.dims[i]);
    if (known->second != given.dims[i])
      refuse(given, "dimension '" + dimension.symbol + "' is " + std::to_string(known->second) +
                        " elsewhere");
  }
}

const OnnxInput* given_for(const std::vector<OnnxInput>& sizes, const std::string& name) {
  const auto found = std::ranges::find(sizes, name, &OnnxInput::name);
  return found == sizes.end() ? nullptr : &*found;
}

void require_known(const std::vector<OnnxInput>& sizes,
                   const std::vector<const Declared*>& inputs) {
  std::vector<std::string> known;
  for (const Declared* input : inputs) known.push_back(input->name);
  std::set<std::string> seen;
  for (const OnnxInput& given : sizes) {
    if (std::ranges::find(known, given.name) == known.end())
      throw unknown_name("input", given.name, known);
    if (!seen.insert(given.name).second) refuse(given, "is given twice");
  }
}

}  // namespace

std::optional<Dims> BoundInputs::resolve(const Declared& declared) const {
  if (!declared.dims) return std::nullopt;
  Dims dims;
  for (const Dimension& dimension : *declared.dims) {
    const auto symbol = symbols.find(dimension.symbol);
    if (dimension.size)
      dims.push_back(*dimension.size);
    else if (!dimension.symbol.empty() && symbol != symbols.end())
      dims.push_back(symbol->second);
    else
      return std::nullopt;
  }
  return dims;
}

BoundInputs bind_inputs(const Model& model, const std::vector<OnnxInput>& sizes) {
  BoundInputs bound;
  const std::vector<const Declared*> inputs = open_inputs(model);
  require_known(sizes, inputs);
  for (const Declared* input : inputs)
    if (const OnnxInput* given = given_for(sizes, input->name)) take_given(*given, *input, bound);
  std::string open;
  for (const Declared* input : inputs) {
    const OnnxInput* given = given_for(sizes, input->name);
    Value value{input->type, given != nullptr ? given->dims : bound.resolve(*input), {}, false};
    if (value.dims) {
      bound.sizes.push_back({input->name, *value.dims});
    } else if (input->type != kUnknownType) {
      open += (open.empty() ? "" : ", ") + input->name + "=" +
              (input->dims ? declared_text(*input->dims) : "?");
    }
    bound.values[input->name] = std::move(value);
  }
  if (!open.empty())
    throw Error(ErrorCode::usage, "its inputs leave sizes open: " + open +
                                      "; say them, as in --input NAME=1x3x224x224");
  return bound;
}

}  // namespace isojoule::detail
