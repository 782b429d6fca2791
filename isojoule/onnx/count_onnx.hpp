// What a forward pass through an ONNX model costs in arithmetic.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/cost/breakdown.hpp"
#include "isojoule/onnx/onnx_input.hpp"

namespace isojoule {

inline constexpr const char* kOnnxRule = "onnx";

/// One node of the graph.
struct OnnxNode {
  std::string name;      ///< as in the file; else of its first output
  std::string op;        ///< "Conv"; outside ONNX's own operators "domain.Name"
  std::string why_not;   ///< why its operations are not counted; empty: they are
  bool follows = false;  ///< it is not counted only since something that it reads is not known
  FlopCount forward;     ///< 0 where not counted
  std::uint64_t macs = 0;
  std::uint64_t activation_bytes = 0;  ///< of its outputs, as far as their sizes are known
};

/// All nodes of one operator.
struct OnnxOperator {
  std::string op;
  std::uint64_t nodes = 0;
  std::uint64_t not_counted = 0;  ///< of these nodes
  FlopCount forward;
  std::uint64_t macs = 0;
  std::uint64_t activation_bytes = 0;
};

/// Cost of one forward pass over inputs of the sizes given; of what could be counted.
struct OnnxCost {
  std::string producer;           ///< "pytorch 1.13.1"; empty where the file does not say
  std::int64_t opset = 0;         ///< of ONNX's own operators
  std::vector<OnnxInput> inputs;  ///< with the sizes counted for
  std::vector<OnnxNode> nodes;    ///< in the order of the file
  FlopCount forward;
  std::uint64_t macs = 0;
  std::uint64_t parameters = 0;
  std::uint64_t parameter_bytes = 0;
  std::uint64_t activation_bytes = 0;
  std::vector<std::string> remarks;  ///< sentences that a reader of the numbers must know

  /// How many nodes are not counted; 0 means that the counts are complete.
  std::uint64_t not_counted() const;
};

/// Counts by the rule "onnx": each node is what the definition of its operator in ONNX says,
/// operation by operation, with a FLOP as in exact.hpp. docs/cost.md lists the operators and their
/// formulas. In short:
///
///   MatMul, Gemm, Conv, ConvTranspose, Einsum of two, RNN, GRU, LSTM   2 per multiply-add, and
///       biases, gates and activations by their formulas
///   elementwise operators, reductions, poolings, normalizations, Softmax   by their formulas
///   integer arithmetic but for products (shapes, indices), and moving data   0
///
/// A node is not counted, but kept in `nodes` with its reason and named in a remark, if its
/// operator is not known, if the size of something it reads cannot be found, or if what it does
/// depends on values or lies in a subgraph (If, Loop, Scan). Sizes are carried from node to node;
/// values too, of small constants, so that chains of Shape, Gather, Slice, Concat and Reshape are
/// followed; where that ends, sizes that the file declares are taken.
///
/// Parameters are the initializers that nodes read, of floating-point or 8-bit numbers, each once,
/// without the running statistics of BatchNormalization and the scales and zero points of quantized
/// tensors. Activations are the outputs of nodes but for constants and for views of their input
/// (Reshape, Flatten, Squeeze, Unsqueeze, Identity, Dropout).
///
/// `sizes` gives sizes of inputs that the file leaves open; a dimension's name stands for the same
/// size everywhere. Data in other files are not read. Throws Error(io) if the file cannot be read,
/// Error(bad_input) if it is no ONNX model or cut short, has no nodes, or a count reaches 2^64,
/// Error(unknown_name) or Error(usage) for `sizes` that do not fit the model or leave a dimension
/// without a size; the message names it.
OnnxCost count_onnx(const std::filesystem::path& file, const std::vector<OnnxInput>& sizes = {});

/// The nodes summed up by operator: most FLOPs first, then by name.
std::vector<OnnxOperator> by_operator(const OnnxCost& cost);

}  // namespace isojoule
