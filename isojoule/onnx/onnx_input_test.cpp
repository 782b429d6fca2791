#include "isojoule/onnx/onnx_input.hpp"

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

TEST(ParseOnnxInput, ReadsNameAndSize) {
  EXPECT_EQ(parse_onnx_input("x=1x3x224x224"), (OnnxInput{"x", {1, 3, 224, 224}}));
  EXPECT_EQ(parse_onnx_input("x=7"), (OnnxInput{"x", {7}}));
  EXPECT_EQ(parse_onnx_input("x="), (OnnxInput{"x", {}}));
  // Names may hold anything, an equals sign too.
  EXPECT_EQ(parse_onnx_input("a=b:0=2x2"), (OnnxInput{"a=b:0", {2, 2}}));
}

TEST(ParseOnnxInput, RefusesWhatIsNoSize) {
  for (const char* text : {"", "x", "=1x2", "x=0", "x=1x0", "x=1x", "x=x1", "x=1,2", "x=-1x2",
                           "x=1x2y", "x=1 x2", "x=99999999999999999999"}) {
    try {
      parse_onnx_input(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage) << text;
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
  }
}

TEST(DimsText, IsWhatIsParsed) {
  EXPECT_EQ(dims_text({1, 3, 224}), "1x3x224");
  EXPECT_EQ(dims_text({}), "scalar");
}

}  // namespace
}  // namespace isojoule
