#include "isojoule/onnx/detail/parameters.hpp"

#include <algorithm>
#include <set>

#include "isojoule/cost/count.hpp"
#include "isojoule/onnx/detail/operators.hpp"

namespace isojoule::detail {
namespace {

/// Whether an operator reads statistics, scales or settings there, rather than what is trained.
bool is_setting(std::string_view op, std::size_t input) {
  if (op == "BatchNormalization") return input == 3 || input == 4;
  if (op == "QuantizeLinear" || op == "DequantizeLinear") return input == 1 || input == 2;
  if (op == "QLinearConv") return input != 3 && input != 8;
  if (op == "QLinearMatMul") return input != 0 && input != 3;
  if (op == "ConvInteger" || op == "MatMulInteger") return input >= 2;
  if (op == "Clip" || op == "Pad" || op == "Resize" || op == "Upsample") return input >= 1;
  if (op == "OneHot" || op == "Dropout" || op == "Range") return true;
  return false;
}

bool can_be_trained(int type) { return is_floating(type) || type == kInt8 || type == kUint8; }

/// The names of all that is read where a parameter can stand.
std::set<std::string_view> names_read(const Model& model) {
  std::set<std::string_view> names;
  for (const Operation& operation : model.operations) {
    for (std::size_t i = 0; i < operation.inputs.size(); ++i)
      if (!is_setting(operation.op, i)) names.insert(operation.inputs[i]);
    names.insert(operation.captured.begin(), operation.captured.end());
  }
  return names;
}

std::set<std::string_view> all_names(const Model& model) {
  std::set<std::string_view> names;
  for (const Operation& operation : model.operations) {
    names.insert(operation.inputs.begin(), operation.inputs.end());
    names.insert(operation.captured.begin(), operation.captured.end());
  }
  return names;
}

std::uint64_t values_in_constants(const Model& model) {
  Count count = 0;
  for (const Operation& operation : model.operations)
    for (const Attribute& attribute : operation.attributes)
      if (operation.op == "Constant" && attribute.t && can_be_trained(attribute.t->type) &&
          attribute.t->stored > 1)
        count += attribute.t->stored;
  return count.value();
}

std::string number_of(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

std::optional<std::uint64_t> bytes_of(int type, std::uint64_t elements) {
  switch (type) {
    case 1:
    case 6:
    case 12:
      return (4 * Count(elements)).value();  // 32 bits
    case 7:
    case 11:
    case 13:
    case 14:
      return (8 * Count(elements)).value();  // 64 bits
    case 4:
    case 5:
    case 10:
    case 16:
      return (2 * Count(elements)).value();
    case 15:
      return (16 * Count(elements)).value();
    case 2:
    case 3:
    case 9:
    case 17:
    case 18:
    case 19:
    case 20:
    case 24:
      return elements;
    case 21:
    case 22:
    case 23:
      return elements / 2 + elements % 2;  // 4 bits
    default:
      return std::nullopt;
  }
}

Parameters parameters_of(const Model& model) {
  Parameters parameters;
  const std::set<std::string_view> read = names_read(model);
  const std::set<std::string_view> all = all_names(model);
  Count count = 0;
  Count bytes = 0;
  std::uint64_t external = 0;
  std::uint64_t unused = 0;
  std::set<std::string_view> seen;
  for (const Tensor& tensor : model.initializers) {
    if (tensor.external) ++external;
    if (!all.contains(tensor.name)) ++unused;
    if (!can_be_trained(tensor.type) || !read.contains(tensor.name)) continue;
    if (!seen.insert(tensor.name).second) continue;
    count += tensor.stored;
    bytes += bytes_of(tensor.type, tensor.stored).value_or(0);
  }
  parameters.count = count.value();
  parameters.bytes = bytes.value();
  if (external > 0)
    parameters.remarks.push_back("The data of " + number_of(external, "tensor") +
                                 " lie in other files and were not read: their sizes are declared "
                                 "in this one.");
  if (unused > 0)
    parameters.remarks.push_back(number_of(unused, "initializer") +
                                 " that no node reads are not counted as parameters.");
  if (const std::uint64_t values = values_in_constants(model); values > 0)
    parameters.remarks.push_back(
        number_of(values, "value") +
        " in Constant nodes are not counted as parameters: whether they are trained, the file does "
        "not say.");
  return parameters;
}

}  // namespace isojoule::detail
