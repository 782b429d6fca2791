#include "onnx/made_model.hpp"

#include <fstream>

namespace isojoule::test {
namespace {

std::set<std::string>& saved() {
  static std::set<std::string> models;
  return models;
}

void set(::onnx::AttributeProto& attribute, std::int64_t value) {
  attribute.set_type(::onnx::AttributeProto::INT);
  attribute.set_i(value);
}
void set(::onnx::AttributeProto& attribute, float value) {
  attribute.set_type(::onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}
void set(::onnx::AttributeProto& attribute, const std::string& value) {
  attribute.set_type(::onnx::AttributeProto::STRING);
  attribute.set_s(value);
}
void set(::onnx::AttributeProto& attribute, const Sizes& values) {
  attribute.set_type(::onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}
void set(::onnx::AttributeProto& attribute, const std::vector<float>& values) {
  attribute.set_type(::onnx::AttributeProto::FLOATS);
  for (const float value : values) attribute.add_floats(value);
}

void declare_in(::onnx::ValueInfoProto& info, const std::string& name, const Sizes& sizes,
                const std::vector<std::string>& names, int type) {
  info.set_name(name);
  auto& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    auto& dim = *tensor.mutable_shape()->add_dim();
    if (sizes[i] > 0)
      dim.set_dim_value(sizes[i]);
    else if (i < names.size() && !names[i].empty())
      dim.set_dim_param(names[i]);
  }
}

}  // namespace

MadeModel::MadeModel(std::int64_t opset) {
  proto_.set_ir_version(8);
  proto_.add_opset_import()->set_version(opset);
  proto_.mutable_graph()->set_name("made");
}

MadeModel& MadeModel::input(const std::string& name, const Sizes& sizes,
                            const std::vector<std::string>& names, int type) {
  declare_in(*proto_.mutable_graph()->add_input(), name, sizes, names, type);
  return *this;
}

MadeModel& MadeModel::weight(const std::string& name, const Sizes& sizes, int type) {
  auto& tensor = *proto_.mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t size : sizes) tensor.add_dims(size);
  return *this;
}

MadeModel& MadeModel::constant(const std::string& name, const std::vector<std::int64_t>& values) {
  auto& tensor = *proto_.mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  return *this;
}

MadeModel& MadeModel::declare(const std::string& name, const Sizes& sizes) {
  declare_in(*proto_.mutable_graph()->add_value_info(), name, sizes, {}, 1);
  return *this;
}

MadeModel& MadeModel::node(const std::string& op, const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs,
                           const std::vector<Setting>& settings) {
  auto& node = *proto_.mutable_graph()->add_node();
  node.set_op_type(op);
  for (const std::string& name : inputs) node.add_input(name);
  for (const std::string& name : outputs) node.add_output(name);
  for (const Setting& setting : settings) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(setting.name);
    std::visit([&attribute](const auto& value) { set(attribute, value); }, setting.value);
  }
  return *this;
}

std::filesystem::path MadeModel::save(const std::filesystem::path& folder,
                                      const std::string& name) const {
  const std::filesystem::path file = folder / name;
  std::ofstream stream(file, std::ios::binary);
  stream << *saved().insert(proto_.SerializeAsString()).first;
  return file;
}

const std::set<std::string>& saved_models() { return saved(); }

}  // namespace isojoule::test
