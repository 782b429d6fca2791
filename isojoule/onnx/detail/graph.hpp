// An ONNX model as plain values: what counting needs of it, without its weights.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isojoule::detail {

/// ONNX's numbers for the types of elements (TensorProto.DataType). Others occur.
enum ElementType : int {
  kUnknownType = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
};

/// Tensors of at most so many elements are looked into: more than any shape has.
inline constexpr std::uint64_t kMostContent = 1024;

struct Tensor {
  std::string name;
  int type = kUnknownType;
  std::vector<std::uint64_t> dims;
  std::uint64_t stored = 0;                    ///< elements; fewer than dims say if sparse
  std::optional<std::vector<double>> content;  ///< of small ones; whole numbers up to 2^53 exactly
  bool external = false;                       ///< its data lie in another file
};

struct Attribute {
  std::string name;
  std::optional<std::int64_t> i;
  std::optional<double> f;
  std::optional<std::string> s;
  std::vector<std::int64_t> ints;
  std::vector<double> floats;
  std::vector<std::string> strings;
  std::optional<Tensor> t;
};

struct Operation {
  std::string name;
  std::string op;  ///< with its domain before it, unless it is ONNX's own
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<Attribute> attributes;
  std::vector<std::string> captured;  ///< names of values that its subgraphs read
  bool has_subgraph = false;
};

struct Dimension {
  std::optional<std::uint64_t> size;
  std::string symbol;  ///< may be empty
};

/// A value whose type and size the file declares.
struct Declared {
  std::string name;
  int type = kUnknownType;
  std::optional<std::vector<Dimension>> dims;
};

struct Model {
  std::string producer;
  std::int64_t opset = 0;
  std::vector<Tensor> initializers;
  std::vector<Declared> inputs;  ///< initializers may be among them
  std::vector<Declared> values;  ///< between nodes, and the outputs
  std::vector<Operation> operations;
  std::vector<std::string> functions;  ///< operators that the model defines itself
};

}  // namespace isojoule::detail
