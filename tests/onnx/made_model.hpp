// ONNX models made in a test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "onnx.pb.h"

namespace isojoule::test {

using Sizes = std::vector<std::int64_t>;

struct Setting {
  std::string name;
  std::variant<std::int64_t, float, std::string, Sizes, std::vector<float>> value;
};

/// A model of version 17 of the operators, put together node by node.
class MadeModel {
 public:
  explicit MadeModel(std::int64_t opset = 17);

  /// A size below 1 is left open; `names` gives open sizes a name.
  MadeModel& input(const std::string& name, const Sizes& sizes,
                   const std::vector<std::string>& names = {}, int type = 1);
  MadeModel& weight(const std::string& name, const Sizes& sizes, int type = 1);
  /// int64 values of one dimension.
  MadeModel& constant(const std::string& name, const std::vector<std::int64_t>& values);
  /// What the file declares of a value between nodes.
  MadeModel& declare(const std::string& name, const Sizes& sizes);
  MadeModel& node(const std::string& op, const std::vector<std::string>& inputs,
                  const std::vector<std::string>& outputs,
                  const std::vector<Setting>& settings = {});
  ::onnx::ModelProto& proto() { return proto_; }

  /// Writes it; gives the file. What is written is kept for saved_models().
  std::filesystem::path save(const std::filesystem::path& folder,
                             const std::string& name = "model.onnx") const;

 private:
  ::onnx::ModelProto proto_;
};

/// The bytes of every model that the tests have saved, each once.
const std::set<std::string>& saved_models();

}  // namespace isojoule::test
