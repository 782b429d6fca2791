// What goes into a model, where its file leaves that open.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isojoule {

/// An input of an ONNX model and its size.
struct OnnxInput {
  std::string name;
  std::vector<std::uint64_t> dims;  ///< each at least 1; empty for a scalar
  friend bool operator==(const OnnxInput&, const OnnxInput&) = default;
};

/// "x=1x3x224x224"; the name is all before the last '='. A scalar is "x=". Throws Error(usage).
OnnxInput parse_onnx_input(std::string_view text);

/// "1x3x224x224"; "scalar" for no dimensions.
std::string dims_text(const std::vector<std::uint64_t>& dims);

}  // namespace isojoule
