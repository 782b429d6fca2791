// Which of a model's tensors are its parameters.
#pragma once

#include "isojoule/onnx/detail/graph.hpp"

namespace isojoule::detail {

/// Bytes of so many elements of a type; empty for a type that has no such size.
std::optional<std::uint64_t> bytes_of(int type, std::uint64_t elements);

struct Parameters {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> remarks;
};

/// By the rule of count_onnx.hpp.
Parameters parameters_of(const Model& model);

}  // namespace isojoule::detail
