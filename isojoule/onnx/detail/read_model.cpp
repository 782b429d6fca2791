#include "isojoule/onnx/detail/read_model.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

#include "isojoule/core/error.hpp"
#include "isojoule/core/mapped_file.hpp"
#include "isojoule/onnx/detail/node.hpp"

#include "onnx.pb.h"

namespace isojoule::detail {
namespace {

/// A half as double: 1 bit of sign, 5 of exponent, 10 of fraction.
double from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const int fraction = bits & 0x3FF;
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent == 0x1F)
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  return sign * std::ldexp(fraction + 1024, exponent - 25);
}

/// The elements of little-endian `bytes`, if they are of type T and exactly as many as wanted.
template <class T>
std::optional<std::vector<double>> elements(std::string_view bytes, std::uint64_t count) {
  if (bytes.size() != count * sizeof(T)) return std::nullopt;
  std::vector<double> values;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    values.push_back(static_cast<double>(value));
  }
  return values;
}

std::optional<std::vector<double>> raw_content(int type, std::string_view bytes,
                                               std::uint64_t count) {
  switch (type) {
    case ::onnx::TensorProto::FLOAT:
      return elements<float>(bytes, count);
    case ::onnx::TensorProto::DOUBLE:
      return elements<double>(bytes, count);
    case ::onnx::TensorProto::BOOL:
    case ::onnx::TensorProto::UINT8:
      return elements<std::uint8_t>(bytes, count);
    case ::onnx::TensorProto::INT8:
      return elements<std::int8_t>(bytes, count);
    case ::onnx::TensorProto::UINT16:
      return elements<std::uint16_t>(bytes, count);
    case ::onnx::TensorProto::INT16:
      return elements<std::int16_t>(bytes, count);
    case ::onnx::TensorProto::INT32:
      return elements<std::int32_t>(bytes, count);
    case ::onnx::TensorProto::UINT32:
      return elements<std::uint32_t>(bytes, count);
    case ::onnx::TensorProto::INT64:
      return elements<std::int64_t>(bytes, count);
    case ::onnx::TensorProto::UINT64:
      return elements<std::uint64_t>(bytes, count);
    case ::onnx::TensorProto::FLOAT16: {
      auto values = elements<std::uint16_t>(bytes, count);
      if (values)
        for (double& value : *values) value = from_half(static_cast<std::uint16_t>(value));
      return values;
    }
    default:
      return std::nullopt;
  }
}

/// The elements of one of the typed fields, which hold each type in a wider one.
std::optional<std::vector<double>> typed_content(const ::onnx::TensorProto& tensor,
                                                 std::uint64_t count) {
  const auto all = [count](const auto& field) -> std::optional<std::vector<double>> {
    if (static_cast<std::uint64_t>(field.size()) != count) return std::nullopt;
    std::vector<double> values;
    for (const auto& value : field) values.push_back(static_cast<double>(value));
    return values;
  };
  switch (tensor.data_type()) {
    case ::onnx::TensorProto::FLOAT:
      return all(tensor.float_data());
    case ::onnx::TensorProto::DOUBLE:
      return all(tensor.double_data());
    case ::onnx::TensorProto::INT64:
      return all(tensor.int64_data());
    case ::onnx::TensorProto::UINT32:
    case ::onnx::TensorProto::UINT64:
      return all(tensor.uint64_data());
    case ::onnx::TensorProto::INT32:
    case ::onnx::TensorProto::INT16:
    case ::onnx::TensorProto::INT8:
    case ::onnx::TensorProto::UINT16:
    case ::onnx::TensorProto::UINT8:
    case ::onnx::TensorProto::BOOL:
      return all(tensor.int32_data());
    default:
      return std::nullopt;
  }
}

template <class Field>
std::vector<std::uint64_t> sizes_of(const Field& dims, const std::string& name) {
  std::vector<std::uint64_t> sizes;
  for (const std::int64_t size : dims) {
    if (size < 0)
      throw Error(ErrorCode::bad_input,
                  "tensor '" + name + "' has a dimension of " + std::to_string(size));
    sizes.push_back(static_cast<std::uint64_t>(size));
  }
  return sizes;
}

std::uint64_t elements_of(const Dims& dims, const std::string& name) {
  try {
    return product(dims).value();
  } catch (const Error&) {
    throw Error(ErrorCode::bad_input, "tensor '" + name + "' has 2^64 elements or more");
  }
}

Tensor to_tensor(const ::onnx::TensorProto& proto) {
  Tensor tensor;
  tensor.name = proto.name();
  tensor.type = proto.data_type();
  tensor.dims = sizes_of(proto.dims(), proto.name());
  tensor.stored = elements_of(tensor.dims, proto.name());
  tensor.external = proto.data_location() == ::onnx::TensorProto::EXTERNAL;
  if (tensor.external || tensor.stored > kMostContent) return tensor;
  tensor.content = proto.has_raw_data()
                       ? raw_content(proto.data_type(), proto.raw_data(), tensor.stored)
                       : typed_content(proto, tensor.stored);
  return tensor;
}

Tensor to_tensor(const ::onnx::SparseTensorProto& proto) {
  Tensor tensor;
  tensor.name = proto.values().name();
  tensor.type = proto.values().data_type();
  tensor.dims = sizes_of(proto.dims(), tensor.name);
  tensor.stored = elements_of(sizes_of(proto.values().dims(), tensor.name), tensor.name);
  tensor.external = proto.values().data_location() == ::onnx::TensorProto::EXTERNAL;
  return tensor;
}

Attribute to_attribute(const ::onnx::AttributeProto& proto) {
  Attribute attribute;
  attribute.name = proto.name();
  // A type may be missing in old files, so that what is there is taken.
  if (proto.has_i()) attribute.i = proto.i();
  if (proto.has_f()) attribute.f = static_cast<double>(proto.f());
  if (proto.has_s()) attribute.s = proto.s();
  if (proto.has_t()) attribute.t = to_tensor(proto.t());
  attribute.ints.assign(proto.ints().begin(), proto.ints().end());
  attribute.floats.assign(proto.floats().begin(), proto.floats().end());
  attribute.strings.assign(proto.strings().begin(), proto.strings().end());
  return attribute;
}

/// All names that the nodes of a subgraph and of those below it read. As deep as protobuf reads.
void collect_names(const ::onnx::GraphProto& graph, std::vector<std::string>& names) {
  for (const auto& node : graph.node()) {
    names.insert(names.end(), node.input().begin(), node.input().end());
    for (const auto& attribute : node.attribute()) {
      if (attribute.has_g()) collect_names(attribute.g(), names);
      for (const auto& inner : attribute.graphs()) collect_names(inner, names);
    }
  }
  for (const auto& output : graph.output()) names.push_back(output.name());
}

Operation to_operation(const ::onnx::NodeProto& node) {
  Operation operation;
  const bool standard = node.domain().empty() || node.domain() == "ai.onnx";
  operation.op = standard ? node.op_type() : node.domain() + "." + node.op_type();
  operation.inputs.assign(node.input().begin(), node.input().end());
  operation.outputs.assign(node.output().begin(), node.output().end());
  operation.name = node.name();
  if (operation.name.empty() && node.output_size() > 0) operation.name = node.output(0);
  for (const auto& attribute : node.attribute()) {
    operation.attributes.push_back(to_attribute(attribute));
    operation.has_subgraph |= attribute.has_g() || attribute.graphs_size() > 0;
    if (attribute.has_g()) collect_names(attribute.g(), operation.captured);
    for (const auto& inner : attribute.graphs()) collect_names(inner, operation.captured);
  }
  return operation;
}

Declared to_declared(const ::onnx::ValueInfoProto& info) {
  Declared declared;
  declared.name = info.name();
  if (!info.type().has_tensor_type()) return declared;
  const auto& type = info.type().tensor_type();
  declared.type = type.elem_type();
  if (!type.has_shape()) return declared;
  declared.dims.emplace();
  for (const auto& dim : type.shape().dim()) {
    Dimension dimension;
    // Some exporters write 0 or -1 for a size that is open.
    if (dim.has_dim_value() && dim.dim_value() > 0)
      dimension.size = static_cast<std::uint64_t>(dim.dim_value());
    dimension.symbol = dim.dim_param();
    declared.dims->push_back(std::move(dimension));
  }
  return declared;
}

std::int64_t opset_of(const ::onnx::ModelProto& proto) {
  for (const auto& opset : proto.opset_import())
    if (opset.domain().empty() || opset.domain() == "ai.onnx") return opset.version();
  return 1;
}

Model to_model(const ::onnx::ModelProto& proto) {
  Model model;
  model.producer = proto.producer_name();
  if (!proto.producer_version().empty()) model.producer += " " + proto.producer_version();
  model.opset = opset_of(proto);
  const ::onnx::GraphProto& graph = proto.graph();
  for (const auto& tensor : graph.initializer()) model.initializers.push_back(to_tensor(tensor));
  for (const auto& tensor : graph.sparse_initializer())
    model.initializers.push_back(to_tensor(tensor));
  for (const auto& input : graph.input()) model.inputs.push_back(to_declared(input));
  for (const auto& value : graph.value_info()) model.values.push_back(to_declared(value));
  for (const auto& output : graph.output()) model.values.push_back(to_declared(output));
  for (const auto& node : graph.node()) model.operations.push_back(to_operation(node));
  for (const auto& function : proto.functions())
    model.functions.push_back(
        function.domain().empty() ? function.name() : function.domain() + "." + function.name());
  return model;
}

}  // namespace

Model read_model(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  const auto refuse = [&file](const std::string& what) {
    throw Error(ErrorCode::bad_input, file.string() + ": " + what);
  };
  const std::string_view bytes = mapped.bytes();
  if (bytes.empty()) refuse("is empty");
  if (bytes.size() > std::numeric_limits<int>::max())
    refuse("is larger than 2 GiB, which no ONNX file can be; keep its weights in a file beside it");
  ::onnx::ModelProto proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    refuse("is not an ONNX model, or is cut short");
  if (!proto.has_graph()) refuse("is not an ONNX model: it has no graph");
  constexpr std::int64_t kFirstWithOpsets = 3;
  if (proto.opset_import_size() == 0 && proto.ir_version() >= kFirstWithOpsets)
    refuse("does not say which version of the operators it uses; is it cut short?");
  try {
    return to_model(proto);
  } catch (const Error& error) {
    throw Error(error.code(), file.string() + ": " + error.what());
  }
}

}  // namespace isojoule::detail
