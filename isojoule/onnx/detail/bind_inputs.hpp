// The sizes of a model's inputs: what its file says, and what it leaves open.
#pragma once

#include <map>

#include "isojoule/onnx/detail/node.hpp"
#include "isojoule/onnx/onnx_input.hpp"

namespace isojoule::detail {

struct BoundInputs {
  std::vector<OnnxInput> sizes;                  ///< of all inputs that are tensors
  std::map<std::string, Value> values;           ///< all inputs
  std::map<std::string, std::uint64_t> symbols;  ///< sizes of named dimensions

  /// The size of what the file declares; empty if it leaves a part open.
  std::optional<Dims> resolve(const Declared& declared) const;
};

/// Throws Error(unknown_name) for a size of what is no input, Error(usage) for one that does not
/// fit the file, or if a dimension is left without a size: the message names all of them and the
/// option that gives them.
BoundInputs bind_inputs(const Model& model, const std::vector<OnnxInput>& sizes);

}  // namespace isojoule::detail
