#include "isojoule/onnx/count_onnx.hpp"

#include <fstream>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "onnx/made_model.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using test::MadeModel;
using test::Sizes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

OnnxCost count(MadeModel& model, const std::vector<OnnxInput>& sizes = {}) {
  const TempDirectory folder;
  return count_onnx(model.save(folder.path()), sizes);
}

/// The error of it: its code and message.
std::pair<ErrorCode, std::string> refusal(const std::filesystem::path& file,
                                          const std::vector<OnnxInput>& sizes = {}) {
  try {
    count_onnx(file, sizes);
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

std::pair<ErrorCode, std::string> refusal(MadeModel& model,
                                          const std::vector<OnnxInput>& sizes = {}) {
  const TempDirectory folder;
  return refusal(model.save(folder.path()), sizes);
}

TEST(CountOnnx, APerceptronByHand) {
  MadeModel model;
  model.input("x", {2, 6}).weight("w", {3, 6}).weight("b", {3});
  model.node("Gemm", {"x", "w", "b"}, {"h"}, {{"transB", 1}}).node("Relu", {"h"}, {"y"});
  model.proto().set_producer_name("tests");
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.producer, "tests");
  EXPECT_EQ(cost.opset, 17);
  EXPECT_THAT(cost.inputs, ElementsAre(OnnxInput{"x", {2, 6}}));
  EXPECT_EQ(cost.forward, (FlopCount{72, 6 + 6}));
  EXPECT_EQ(cost.macs, 36U);
  EXPECT_EQ(cost.parameters, 18U + 3);
  EXPECT_EQ(cost.parameter_bytes, 4U * 21);
  EXPECT_EQ(cost.activation_bytes, 4U * (6 + 6));
  EXPECT_EQ(cost.not_counted(), 0U);
  EXPECT_THAT(cost.remarks, IsEmpty());
}

TEST(CountOnnx, SumsUpByOperator) {
  MadeModel model;
  model.input("x", {4}).node("Relu", {"x"}, {"a"}).node("Mish", {"a"}, {"b"});
  model.node("Relu", {"b"}, {"c"}).node("Foo", {"c"}, {"d"});
  const std::vector<OnnxOperator> operators = by_operator(count(model));
  ASSERT_EQ(operators.size(), 3U);
  EXPECT_EQ(operators[0].op, "Mish");
  EXPECT_EQ(operators[0].forward.elementwise, 20U);
  EXPECT_EQ(operators[1].op, "Relu");
  EXPECT_EQ(operators[1].nodes, 2U);
  EXPECT_EQ(operators[1].forward.elementwise, 8U);
  EXPECT_EQ(operators[1].activation_bytes, 32U);
  EXPECT_EQ(operators[2].not_counted, 1U);
}

/// x.view(x.size(0), -1, 4) as exporters write it, with a Gather and with a Slice.
MadeModel shape_chain() {
  MadeModel model;
  model.input("x", {0, 8}, {"batch"});
  model.constant("zero", {0}).constant("one", {1}).constant("first", {0}).constant("rest", {-1, 4});
  model.node("Shape", {"x"}, {"shape"});
  model.node("Slice", {"shape", "zero", "one", "first"}, {"batch_size"});
  model.node("Concat", {"batch_size", "rest"}, {"sizes"}, {{"axis", 0}});
  model.node("Reshape", {"x", "sizes"}, {"y"});
  model.node("Softmax", {"y"}, {"z"});
  return model;
}

TEST(CountOnnx, FollowsChainsOfShapes) {
  MadeModel model = shape_chain();
  const OnnxCost cost = count(model, {{"x", {3, 8}}});
  EXPECT_EQ(cost.not_counted(), 0U);
  EXPECT_EQ(cost.forward.elementwise, 6U * (5 * 4 - 1));  // 3 x 2 rows of 4
  // The view is no memory of its own, and what is known beforehand is no activation.
  EXPECT_EQ(cost.activation_bytes, 4U * 24);
}

TEST(CountOnnx, FollowsArithmeticOnShapes) {
  MadeModel model;
  model.input("x", {1, 6, 10}).constant("two", {2}).constant("i", {2}).constant("minus", {-1});
  model.node("Shape", {"x"}, {"shape"}).node("Gather", {"shape", "i"}, {"last"});
  model.node("Cast", {"last"}, {"f"}, {{"to", 1}}).node("Cast", {"two"}, {"g"}, {{"to", 1}});
  model.node("Div", {"f", "g"}, {"q"}).node("Floor", {"q"}, {"r"});
  model.node("Cast", {"r"}, {"half"}, {{"to", 7}});
  model.node("Concat", {"minus", "half"}, {"sizes"}, {{"axis", 0}});
  model.node("Reshape", {"x", "sizes"}, {"y"}).node("Softmax", {"y"}, {"z"});
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.not_counted(), 0U);
  EXPECT_EQ(cost.nodes.back().forward.elementwise, 12U * (5 * 5 - 1));
}

TEST(CountOnnx, TakesSizesThatTheFileDeclaresWhereItsOwnEnd) {
  MadeModel model;
  model.input("x", {4}).declare("y", {2, 3}).node("Foo", {"x"}, {"y"}).node("Relu", {"y"}, {"z"});
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.not_counted(), 1U);
  EXPECT_EQ(cost.nodes[1].forward.elementwise, 6U);
  EXPECT_EQ(cost.nodes[0].activation_bytes, 24U);
}

TEST(CountOnnx, WhatFollowsFromAnUnknownNodeIsOneRemark) {
  MadeModel model;
  model.input("x", {4}).node("Foo", {"x"}, {"a"}).node("Relu", {"a"}, {"b"});
  model.node("Exp", {"b"}, {"c"}).node("Foo", {"x"}, {"d"}).node("Relu", {"x"}, {"e"});
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.not_counted(), 4U);
  EXPECT_EQ(cost.forward.elementwise, 4U);
  EXPECT_THAT(cost.remarks,
              ElementsAre("Not counted: 2 Foo ('a' first): the operator is not known.",
                          "Not counted: 2 nodes that read what is not known ('b' first): the size "
                          "of its input 'a' is not known."));
}

TEST(CountOnnx, NamesSizesThatAreOpen) {
  MadeModel model;
  model.input("x", {0, 3, 0}, {"batch"}).input("m", {0}, {"batch"}).node("Relu", {"x"}, {"y"});
  const auto [code, message] = refusal(model);
  EXPECT_EQ(code, ErrorCode::usage);
  EXPECT_THAT(message, HasSubstr("x=batchx3x?, m=batch;"));
  EXPECT_THAT(message, HasSubstr("--input"));
}

TEST(CountOnnx, ADimensionsNameIsOneSizeEverywhere) {
  MadeModel model;
  model.input("x", {0, 3}, {"batch"}).input("m", {0}, {"batch"}).node("Relu", {"m"}, {"y"});
  EXPECT_EQ(count(model, {{"x", {5, 3}}}).forward.elementwise, 5U);
  const auto [code, message] = refusal(model, {{"x", {5, 3}}, {"m", {6}}});
  EXPECT_EQ(code, ErrorCode::usage);
  EXPECT_THAT(message, HasSubstr("'batch' is 5 elsewhere"));
}

TEST(CountOnnx, RefusesSizesThatDoNotFit) {
  MadeModel model;
  model.input("image", {0, 3}).node("Relu", {"image"}, {"y"});
  EXPECT_EQ(refusal(model, {{"imag", {1, 3}}}).first, ErrorCode::unknown_name);
  EXPECT_THAT(refusal(model, {{"imag", {1, 3}}}).second, HasSubstr("did you mean image"));
  EXPECT_THAT(refusal(model, {{"image", {1, 4}}}).second, HasSubstr("fixes it to ?x3"));
  EXPECT_THAT(refusal(model, {{"image", {1}}}).second, HasSubstr("declares ?x3"));
  EXPECT_THAT(refusal(model, {{"image", {1, 3}}, {"image", {2, 3}}}).second, HasSubstr("twice"));
}

TEST(CountOnnx, InitializersAmongTheInputsAreNoInputs) {
  MadeModel model;
  model.input("x", {2, 3}).input("w", {3, 4}).weight("w", {3, 4}).node("MatMul", {"x", "w"}, {"y"});
  const OnnxCost cost = count(model);
  EXPECT_THAT(cost.inputs, ElementsAre(OnnxInput{"x", {2, 3}}));
  EXPECT_EQ(cost.parameters, 12U);
}

TEST(Parameters, AreWhatIsTrainedEachOnce) {
  MadeModel model;
  model.input("x", {1, 2, 3});
  for (const char* name : {"scale", "bias", "mean", "variance"}) model.weight(name, {2});
  model.weight("half", {3, 3}, 10).weight("unused", {100}).constant("axes", {0});
  model.node("BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, {"y"});
  model.node("MatMul", {"y", "half"}, {"z"}).node("MatMul", {"z", "half"}, {"u"});
  model.node("Unsqueeze", {"u", "axes"}, {"v"});
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.parameters, 2U + 2 + 9);
  EXPECT_EQ(cost.parameter_bytes, 4U * 4 + 2 * 9);
  ASSERT_EQ(cost.remarks.size(), 1U);
  EXPECT_THAT(cost.remarks[0], HasSubstr("1 initializer that no node reads"));
}

TEST(Parameters, OfOtherFilesAreCountedByTheirDeclaredSize) {
  MadeModel model;
  model.input("x", {2, 3}).weight("w", {3, 4}).node("MatMul", {"x", "w"}, {"y"});
  auto& tensor = *model.proto().mutable_graph()->mutable_initializer(0);
  tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.parameters, 12U);
  EXPECT_EQ(cost.macs, 24U);
  ASSERT_EQ(cost.remarks.size(), 1U);
  EXPECT_THAT(cost.remarks[0], HasSubstr("1 tensor lie in other files"));
}

TEST(Parameters, ShapesInOtherFilesAreNotKnown) {
  MadeModel model;
  model.input("x", {2, 3}).constant("sizes", {3, 2}).node("Reshape", {"x", "sizes"}, {"y"});
  model.proto().mutable_graph()->mutable_initializer(0)->set_data_location(
      ::onnx::TensorProto::EXTERNAL);
  EXPECT_THAT(count(model).nodes[0].why_not, HasSubstr("values of its input 'sizes'"));
}

TEST(Subgraphs, AreNotCountedAndSaidToBe) {
  MadeModel model;
  model.input("x", {2, 3}).input("c", {1}, {}, 9).weight("w", {3, 4});
  model.node("If", {"c"}, {"y"});
  // Within, another If, and so on down.
  auto* graph = model.proto().mutable_graph();
  for (int depth = 0; depth < 20; ++depth) {
    auto& attribute = *graph->mutable_node(0)->add_attribute();
    attribute.set_name("then_branch");
    graph = attribute.mutable_g();
    graph->add_node()->set_op_type("If");
  }
  auto& inner = *graph->mutable_node(0);
  inner.add_input("x");
  inner.add_input("w");
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.nodes[0].why_not, "what it does lies in a subgraph");
  EXPECT_EQ(cost.not_counted(), 1U);
  EXPECT_EQ(cost.parameters, 12U);  // read down there
}

TEST(Subgraphs, TooDeepOnesAreRefused) {
  MadeModel model;
  model.input("x", {2}).node("If", {"x"}, {"y"});
  auto* graph = model.proto().mutable_graph();
  for (int depth = 0; depth < 200; ++depth) {
    auto& attribute = *graph->mutable_node(0)->add_attribute();
    graph = attribute.mutable_g();
    graph->add_node()->set_op_type("If");
  }
  EXPECT_EQ(refusal(model).first, ErrorCode::bad_input);
}

TEST(Functions, OfTheModelItselfAreNotCounted) {
  MadeModel model;
  model.input("x", {2}).node("Mine", {"x"}, {"y"});
  model.proto().mutable_graph()->mutable_node(0)->set_domain("here");
  auto& function = *model.proto().add_functions();
  function.set_name("Mine");
  function.set_domain("here");
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.nodes[0].op, "here.Mine");
  EXPECT_THAT(cost.nodes[0].why_not, HasSubstr("function"));
}

TEST(CountOnnx, ANodeOfAnotherDomainIsNotTakenForOnnxs) {
  MadeModel model;
  model.input("x", {2}).node("Relu", {"x"}, {"y"});
  model.proto().mutable_graph()->mutable_node(0)->set_domain("com.example");
  const OnnxCost cost = count(model);
  EXPECT_EQ(cost.nodes[0].op, "com.example.Relu");
  EXPECT_EQ(cost.not_counted(), 1U);
}

TEST(CountOnnx, HugeSizesAreRefusedAndDoNotWrapAround) {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  MadeModel model;
  model.input("x", {kHuge, 4}).node("Relu", {"x"}, {"y"});
  const auto [code, message] = refusal(model);
  EXPECT_EQ(code, ErrorCode::bad_input);
  EXPECT_THAT(message, HasSubstr("node 'y' (Relu)"));
  MadeModel weights;
  weights.input("x", {2}).weight("w", {kHuge, kHuge}).node("Add", {"x", "w"}, {"y"});
  EXPECT_THAT(refusal(weights).second, HasSubstr("tensor 'w' has 2^64 elements or more"));
  MadeModel product;
  product.input("a", {1 << 30, 1 << 30}).node("MatMul", {"a", "a"}, {"y"});
  EXPECT_EQ(refusal(product).first, ErrorCode::bad_input);
  MadeModel slice;
  slice.input("a", {kHuge}).constant("s", {-1}).constant("e", {kHuge});
  slice.node("Slice", {"a", "s", "e"}, {"y"}).node("Relu", {"y"}, {"z"});
  EXPECT_EQ(count(slice).forward.elementwise, 1U);
}

TEST(CountOnnx, NegativeSizesOfTensorsAreRefused) {
  MadeModel model;
  model.input("x", {2}).weight("w", {-2}).node("Add", {"x", "w"}, {"y"});
  EXPECT_THAT(refusal(model).second, HasSubstr("tensor 'w' has a dimension of -2"));
}

TEST(CountOnnx, RefusesWhatIsNoModel) {
  const TempDirectory folder;
  const auto path = [&folder](const char* name) { return folder.path() / name; };
  EXPECT_EQ(refusal(path("missing.onnx")).first, ErrorCode::io);
  EXPECT_THAT(refusal(path("missing.onnx")).second, HasSubstr("No such file"));
  EXPECT_EQ(refusal(folder.path()).first, ErrorCode::io);
  EXPECT_EQ(refusal("/dev/null").first, ErrorCode::io);
  write_file(path("empty.onnx"), "");
  EXPECT_THAT(refusal(path("empty.onnx")).second, HasSubstr("is empty"));
  write_file(path("text.onnx"), "loss,accuracy\n0.5,0.9\n");
  EXPECT_THAT(refusal(path("text.onnx")).second, HasSubstr("not an ONNX model"));
  MadeModel no_nodes;
  no_nodes.input("x", {2});
  EXPECT_THAT(refusal(no_nodes).second, HasSubstr("no nodes"));
}

TEST(CountOnnx, RefusesAFileCutShortAnywhere) {
  const TempDirectory folder;
  MadeModel model = shape_chain();
  const std::string whole = model.proto().SerializeAsString();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    write_file(folder.path() / "cut.onnx", whole.substr(0, size));
    const auto [code, message] = refusal(folder.path() / "cut.onnx", {{"x", {3, 8}}});
    EXPECT_EQ(code, ErrorCode::bad_input) << size;
    EXPECT_THAT(message, HasSubstr("cut.onnx: "));
  }
}

TEST(CountOnnx, InputsThatNoNodeMakesAreNamed) {
  MadeModel model;
  model.input("x", {2}).node("Add", {"x", "later"}, {"y"}).node("Relu", {"x"}, {"later"});
  EXPECT_THAT(count(model).nodes[0].why_not, HasSubstr("'later' is made by no node before it"));
}

}  // namespace
}  // namespace isojoule
