#include <set>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/onnx/count_onnx.hpp"

#include "onnx/made_model.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

/// Sizes for the inputs that a model leaves open.
std::vector<OnnxInput> open_sizes(const std::string& bytes) {
  ::onnx::ModelProto proto;
  proto.ParseFromString(bytes);
  std::set<std::string> initializers;
  for (const auto& tensor : proto.graph().initializer()) initializers.insert(tensor.name());
  std::vector<OnnxInput> sizes;
  for (const auto& input : proto.graph().input()) {
    OnnxInput size{input.name(), {}};
    for (const auto& dim : input.type().tensor_type().shape().dim())
      size.dims.push_back(dim.has_dim_value() ? static_cast<std::uint64_t>(dim.dim_value()) : 3);
    if (!initializers.contains(size.name)) sizes.push_back(size);
  }
  return sizes;
}

/// Whatever becomes of it, it is an answer or an Error.
void expect_answer(const std::filesystem::path& file, const std::vector<OnnxInput>& sizes) {
  try {
    count_onnx(file, sizes);
  } catch (const Error& error) {
    EXPECT_STRNE(error.what(), "");
  }
}

void change_each_byte(const std::filesystem::path& file, const std::string& whole) {
  const std::vector<OnnxInput> sizes = open_sizes(whole);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char change : {'\x01', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ change);
      // Some file systems write a file that is cut and filled anew to the disk at once, a new one
      // not.
      std::filesystem::remove(file);
      write_file(file, changed);
      expect_answer(file, sizes);
      // Where the names or sizes of inputs have changed, those given do not fit them.
      expect_answer(file, {});
    }
  }
}

/// After all tests: each model that one of them has made, with each of its bytes changed.
class ChangedBytes : public testing::Environment {
 public:
  void TearDown() override {
    const TempDirectory folder;
    for (const std::string& whole : test::saved_models())
      change_each_byte(folder.path() / "changed.onnx", whole);
  }
};

const testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new ChangedBytes);  // GoogleTest owns it

}  // namespace
}  // namespace isojoule
