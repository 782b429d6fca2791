// Each operator against its formula, worked by hand.
#include <limits>
#include <utility>

#include <gtest/gtest.h>

#include "isojoule/onnx/count_onnx.hpp"

#include "onnx/made_model.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using test::MadeModel;
using test::Setting;
using test::Sizes;

/// A model of one node "op" on inputs a, b, c, ... of float of these sizes.
OnnxCost one(const std::string& op, const std::vector<Sizes>& inputs,
             const std::vector<Setting>& settings = {}, std::int64_t opset = 17) {
  MadeModel model(opset);
  std::vector<std::string> names;
  for (const Sizes& sizes : inputs) {
    names.emplace_back(1, static_cast<char>('a' + names.size()));
    model.input(names.back(), sizes);
  }
  // Its size is in what a Relu after it counts.
  model.node(op, names, {"y"}, settings).node("Relu", {"y"}, {"z"});
  const TempDirectory folder;
  return count_onnx(model.save(folder.path()));
}

struct Expected {
  int matmul;
  int elementwise;
  int outputs;  ///< elements
};

void expect(const OnnxCost& cost, const Expected& expected) {
  const OnnxNode& node = cost.nodes.at(0);
  EXPECT_EQ(node.why_not, "") << node.op;
  EXPECT_TRUE(std::cmp_equal(node.forward.matmul, expected.matmul))
      << node.op << " " << node.forward.matmul << " " << expected.matmul;
  EXPECT_TRUE(std::cmp_equal(node.forward.elementwise, expected.elementwise))
      << node.op << " " << node.forward.elementwise << " " << expected.elementwise;
  EXPECT_TRUE(std::cmp_equal(node.macs, expected.matmul / 2)) << node.op;
  const std::uint64_t outputs = cost.nodes.at(1).forward.elementwise;
  EXPECT_TRUE(std::cmp_equal(outputs, expected.outputs)) << node.op << " " << outputs;
}

std::string why_not(const OnnxCost& cost) { return cost.nodes.at(0).why_not; }

/// A node of these outputs on whatever the model holds.
OnnxNode node_of(MadeModel& model, const std::string& op, const std::vector<std::string>& inputs,
                 const std::vector<std::string>& outputs,
                 const std::vector<Setting>& settings = {}) {
  model.node(op, inputs, outputs, settings);
  const TempDirectory folder;
  return count_onnx(model.save(folder.path())).nodes.back();
}

TEST(Inconsistent, ConcatOfConstantsThatDoNotFit) {
  MadeModel model;
  model.weight("a", {1, 512}).weight("b", {1, 2});
  const OnnxNode node = node_of(model, "Concat", {"a", "b"}, {"y"}, {{"axis", 0}});
  EXPECT_EQ(node.why_not, "its inputs do not fit each other");
  EXPECT_EQ(why_not(one("Concat", {{2, 3, 4}, {2, 3, 5}}, {{"axis", 1}})),
            "its inputs do not fit each other");
}

TEST(Inconsistent, SplitsThatAreNotTheirInput) {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  for (const std::vector<std::int64_t>& sizes :
       {std::vector<std::int64_t>{kHuge, kHuge, 10}, {3, 4, 5}, {1, 1, 1}}) {
    MadeModel model;
    model.constant("x", {0, 1, 2, 3, 4, 5, 6, 7}).constant("sizes", sizes);
    const OnnxNode node = node_of(model, "Split", {"x", "sizes"}, {"p", "q", "r"});
    EXPECT_EQ(node.why_not, "its parts are not its input") << sizes[0];
  }
  MadeModel model;
  model.constant("x", {0, 1, 2, 3, 4, 5, 6, 7}).constant("sizes", {1, 2, 5});
  EXPECT_EQ(node_of(model, "Split", {"x", "sizes"}, {"p", "q", "r"}).why_not, "");
}

TEST(Inconsistent, ConvTransposeOfTooFewDimensions) {
  EXPECT_EQ(why_not(one("ConvTranspose", {{4}, {4, 1, 2}})), "its weights do not fit its input");
}

TEST(Inconsistent, DropoutThatDoesNotSayWhetherItTrains) {
  MadeModel model;
  model.input("x", {2, 3}).constant("ratio", {1}).constant("training", {});
  EXPECT_EQ(node_of(model, "Dropout", {"x", "ratio", "training"}, {"y"}).why_not,
            "whether it trains is not known");
}

TEST(Movement, AScatterKnowsItsSizeButNotItsValues) {
  MadeModel model;
  model.input("x", {1}).constant("zeros", {0}).constant("places", {0});
  model.node("ScatterElements", {"zeros", "places", "x"}, {"put"});
  // Were its value taken for that before the scatter, this would be a reshape to the same size.
  model.input("data", {6});
  const OnnxNode node = node_of(model, "Reshape", {"data", "put"}, {"y"});
  EXPECT_NE(node.why_not, "");
}

TEST(Movement, AScatterThatAddsIsNotCountedAsNothing) {
  const OnnxCost cost =
      one("ScatterElements", {{4}, {4}, {4}}, {{"reduction", std::string("add")}}, 18);
  EXPECT_EQ(why_not(cost), "what it does with the values that meet is not counted");
}

TEST(Normalization, BatchNormOfOlderVersionsTrainsWhereItHasMoreOutputs) {
  const auto flops = [](std::int64_t opset, const std::vector<std::string>& outputs) {
    MadeModel model(opset);
    model.input("x", {2, 3, 4, 4});
    for (const char* name : {"scale", "bias", "mean", "variance"}) model.weight(name, {3});
    return node_of(model, "BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, outputs)
        .forward.elementwise;
  };
  const std::vector<std::string> all{"y", "mean_out", "variance_out", "m", "v"};
  EXPECT_EQ(flops(9, {"y"}), 4u * 96 + 2 * 3);
  EXPECT_EQ(flops(9, all), 4u * 96 + 2 * 3 + 3 * 96 + 8 * 3);
}

TEST(Products, MatMulBroadcastsAsNumpyDoes) {
  expect(one("MatMul", {{2, 3}, {3, 4}}), {2 * 2 * 3 * 4, 0, 8});
  expect(one("MatMul", {{5, 1, 2, 3}, {7, 3, 4}}), {2 * 35 * 2 * 3 * 4, 0, 35 * 8});
  expect(one("MatMul", {{3}, {3, 4}}), {2 * 3 * 4, 0, 4});
  expect(one("MatMul", {{6, 2, 3}, {3}}), {2 * 6 * 2 * 3, 0, 12});
  expect(one("MatMul", {{3}, {3}}), {2 * 3, 0, 1});
  EXPECT_NE(why_not(one("MatMul", {{2, 3}, {4, 5}})).find("3 columns and 4 rows"),
            std::string::npos);
  EXPECT_NE(why_not(one("MatMul", {{2, 2, 3}, {3, 3, 4}})), "");
}

TEST(Products, GemmCountsItsBiasAndFactors) {
  expect(one("Gemm", {{2, 3}, {3, 4}}), {48, 0, 8});
  expect(one("Gemm", {{3, 2}, {4, 3}, {4}}, {{"transA", 1}, {"transB", 1}}), {48, 8, 8});
  // alpha on 8 products, beta on the 4 of C, their sum.
  expect(one("Gemm", {{2, 3}, {3, 4}, {4}}, {{"alpha", 0.5F}, {"beta", 2.0F}}), {48, 8 + 4 + 8, 8});
}

TEST(Products, ConvCountsGroupsStridesDilationsAndPads) {
  // 7 + 2 - 3 = 6, by strides of 2: 4. Each output: 3 channels, 9 places.
  expect(one("Conv", {{2, 3, 7, 7}, {5, 3, 3, 3}, {5}},
             {{"strides", Sizes{2, 2}}, {"pads", Sizes{1, 1, 1, 1}}}),
         {2 * (2 * 5 * 16) * 27, 160, 160});
  // Depthwise: 4 groups of one channel.
  expect(one("Conv", {{1, 4, 5, 5}, {4, 1, 3, 3}}, {{"group", 4}}), {2 * (4 * 9) * 9, 0, 36});
  // A dilation of 2 reaches 5: 9 - 5 + 1 = 5.
  expect(one("Conv", {{1, 1, 9}, {1, 1, 3}}, {{"dilations", Sizes{2}}}), {2 * 5 * 3, 0, 5});
  // Of three dimensions, 2 x 2 x 2 on 3 x 3 x 3.
  expect(one("Conv", {{1, 1, 3, 3, 3}, {2, 1, 2, 2, 2}}), {2 * (2 * 8) * 8, 0, 16});
}

TEST(Products, ConvPadsItself) {
  const Sizes strides{2};
  for (const char* mode : {"SAME_UPPER", "SAME_LOWER"})
    expect(one("Conv", {{1, 1, 7}, {1, 1, 3}}, {{"strides", strides}, {"auto_pad", mode}}),
           {2 * 4 * 3, 0, 4});
  expect(one("Conv", {{1, 1, 7}, {1, 1, 3}}, {{"strides", strides}, {"auto_pad", "VALID"}}),
         {2 * 3 * 3, 0, 3});
}

TEST(Products, ConvSaysWhatDoesNotFit) {
  EXPECT_NE(why_not(one("Conv", {{1, 4, 5}, {1, 3, 3}})).find('4'), std::string::npos);
  EXPECT_NE(why_not(one("Conv", {{1, 1, 2}, {1, 1, 3}})).find("larger than its padded input"),
            std::string::npos);
  EXPECT_NE(why_not(one("Conv", {{1, 1}, {1, 1, 3}})), "");
  EXPECT_NE(why_not(one("Conv", {{1, 1, 5}, {1, 1, 3}}, {{"strides", Sizes{0}}})), "");
  EXPECT_NE(why_not(one("Conv", {{1, 1, 5}, {1, 1, 3}}, {{"pads", Sizes{1}}})), "");
}

TEST(Products, ConvTransposeMeetsEachInputWithEachWeight) {
  // 2 (4 - 1) + 3 - 1 - 1 = 7 outputs of 5 channels each side.
  expect(one("ConvTranspose", {{1, 2, 4, 4}, {2, 5, 3, 3}, {5}},
             {{"strides", Sizes{2, 2}}, {"pads", Sizes{1, 1, 1, 1}}}),
         {2 * 32 * 5 * 9, 5 * 49, 5 * 49});
  expect(one("ConvTranspose", {{1, 4, 4}, {4, 1, 2}}, {{"group", 2}, {"output_padding", Sizes{1}}}),
         {2 * 16 * 1 * 2, 0, 2 * 6});
}

TEST(Products, EinsumOfTwo) {
  expect(one("Einsum", {{2, 3, 4}, {2, 4, 5}}, {{"equation", "bij, bjk -> bik"}}),
         {2 * 2 * 3 * 4 * 5, 0, 30});
  expect(one("Einsum", {{2, 3}, {3, 4}}, {{"equation", "ij,jk"}}), {2 * 24, 0, 8});
  expect(one("Einsum", {{2, 3}}, {{"equation", "ij->j"}}), {0, 6, 3});
  expect(one("Einsum", {{2, 3}}, {{"equation", "ij->ji"}}), {0, 0, 6});
  EXPECT_NE(why_not(one("Einsum", {{2, 3}, {3, 4}}, {{"equation", "...i,ij->...j"}})), "");
}

TEST(Poolings, CountComparisonsOrSums) {
  expect(one("MaxPool", {{1, 3, 6, 6}}, {{"kernel_shape", Sizes{2, 2}}, {"strides", Sizes{2, 2}}}),
         {0, 27 * 3, 27});
  // 4 additions and a division.
  expect(
      one("AveragePool", {{1, 3, 6, 6}}, {{"kernel_shape", Sizes{2, 2}}, {"strides", Sizes{2, 2}}}),
      {0, 27 * 5, 27});
  // Rounded up, 5 by 2 leaves 3; but no window begins behind the padded end.
  expect(one("MaxPool", {{1, 1, 5}},
             {{"kernel_shape", Sizes{2}}, {"strides", Sizes{2}}, {"ceil_mode", 1}}),
         {0, 3, 3});
  expect(one("MaxPool", {{1, 1, 4}},
             {{"kernel_shape", Sizes{1}},
              {"strides", Sizes{3}},
              {"pads", Sizes{0, 2}},
              {"ceil_mode", 1}}),
         {0, 0, 2});
  expect(one("GlobalAveragePool", {{2, 3, 4, 5}}), {0, 6 * 21, 6});
  expect(one("GlobalMaxPool", {{2, 3, 4, 5}}), {0, 6 * 19, 6});
}

TEST(Normalizations, ByTheirFormulas) {
  expect(one("BatchNormalization", {{2, 3, 4, 4}, {3}, {3}, {3}, {3}}), {0, 4 * 96 + 2 * 3, 96});
  // 2 samples x 3 channels, each of 16: 7 n + 4.
  expect(one("InstanceNormalization", {{2, 3, 4, 4}, {3}, {3}}), {0, 6 * (7 * 16 + 4), 96});
  expect(one("LayerNormalization", {{2, 5, 8}, {8}, {8}}), {0, 10 * (7 * 8 + 4), 80});
  expect(one("LayerNormalization", {{2, 5, 8}, {8}}), {0, 10 * (6 * 8 + 4), 80});
  expect(one("LayerNormalization", {{2, 5, 8}, {5, 8}, {5, 8}}, {{"axis", 1}}),
         {0, 2 * (7 * 40 + 4), 80});
  expect(one("GroupNormalization", {{2, 6, 4}, {6}, {6}}, {{"num_groups", 3}}, 21),
         {0, 6 * (7 * 8 + 4), 48});
  expect(one("Softmax", {{2, 5}}), {0, 2 * (5 * 5 - 1), 10});
  expect(one("LogSoftmax", {{2, 5}}, {{"axis", 0}}), {0, 5 * (5 * 2), 10});
  // Before version 13 all from the axis on is one.
  expect(one("Softmax", {{2, 5, 3}}, {}, 11), {0, 2 * (5 * 15 - 1), 30});
}

TEST(Elementwise, CountsItsFormula) {
  expect(one("Add", {{2, 3}, {3}}), {0, 6, 6});
  expect(one("Mul", {{2, 1}, {1, 5}}), {0, 10, 10});
  expect(one("Sigmoid", {{7}}), {0, 7, 7});
  expect(one("Erf", {{7}}), {0, 7, 7});
  expect(one("HardSwish", {{7}}), {0, 35, 7});
  expect(one("LeakyRelu", {{7}}), {0, 14, 7});
  expect(one("Sum", {{7}, {7}, {7}}), {0, 14, 7});
  expect(one("Gelu", {{7}}, {}, 20), {0, 35, 7});
  EXPECT_NE(why_not(one("Add", {{2, 3}, {2}})).find("2x3 and 2"), std::string::npos);
}

TEST(Elementwise, IntegersAreNoFloatingPoint) {
  MadeModel model;
  model.input("a", {5}, {}, 7).node("Add", {"a", "a"}, {"b"}).node("MatMul", {"b", "b"}, {"c"});
  const TempDirectory folder;
  const OnnxCost cost = count_onnx(model.save(folder.path()));
  EXPECT_EQ(cost.nodes[0].forward.total(), 0U);
  EXPECT_EQ(cost.nodes[0].activation_bytes, 5U * 8);
  EXPECT_EQ(cost.nodes[1].macs, 5U);  // products of integers are work all the same
}

TEST(Reductions, CountEachValue) {
  expect(one("ReduceSum", {{2, 3, 4}}), {0, 24, 1});
  expect(one("ReduceMean", {{2, 3, 4}}, {{"axes", Sizes{-1}}}), {0, 6 * 5, 6});
  expect(one("ReduceMax", {{2, 3, 4}}, {{"axes", Sizes{0, 2}}, {"keepdims", 0}}), {0, 3 * 7, 3});
  expect(one("ReduceL2", {{2, 3}}, {{"axes", Sizes{1}}}), {0, 2 * 7, 2});
}

TEST(Recurrent, EachStepDirectionAndSample) {
  // Steps 6, samples 2, inputs 3, hidden 5: 12 cells.
  const Sizes x{6, 2, 3};
  expect(one("RNN", {x, {1, 5, 3}, {1, 5, 5}}, {{"hidden_size", 5}}),
         {12 * 2 * 5 * 8, 12 * 10, 60});
  expect(one("GRU", {x, {1, 15, 3}, {1, 15, 5}, {1, 30}}, {{"hidden_size", 5}}),
         {12 * 2 * 15 * 8, 12 * (11 * 5 + 30), 60});
  expect(one("LSTM", {x, {1, 20, 3}, {1, 20, 5}, {1, 40}}, {{"hidden_size", 5}}),
         {12 * 2 * 20 * 8, 12 * (13 * 5 + 40), 60});
  expect(one("LSTM", {x, {2, 20, 3}, {2, 20, 5}},
             {{"hidden_size", 5}, {"direction", "bidirectional"}}),
         {2 * 12 * 2 * 20 * 8, 2 * 12 * 13 * 5, 120});
  // Samples first.
  expect(one("GRU", {{2, 6, 3}, {1, 15, 3}, {1, 15, 5}}, {{"layout", 1}}),
         {12 * 2 * 15 * 8, 12 * 11 * 5, 60});
  EXPECT_NE(why_not(one("GRU", {x, {1, 15, 4}, {1, 15, 5}})), "");
  EXPECT_NE(why_not(one("GRU", {x, {1, 15, 3}, {1, 15, 5}}, {{"clip", 1.0F}})), "");
}

TEST(Movement, CostsNothingAndIsKnown) {
  expect(one("Transpose", {{2, 3, 4}}), {0, 0, 24});
  expect(one("Flatten", {{2, 3, 4}}), {0, 0, 24});
  expect(one("Concat", {{2, 3}, {2, 4}}, {{"axis", -1}}), {0, 0, 14});
  expect(one("Identity", {{2, 3}}), {0, 0, 6});
  expect(one("DepthToSpace", {{1, 8, 2, 3}}, {{"blocksize", 2}}), {0, 0, 48});
  expect(one("Upsample", {{1, 2, 3, 3}}, {{"scales", std::vector<float>{1, 1, 2, 2}}}, 7),
         {0, 0, 72});
  // Bilinear: 4 weights and sums for each output.
  expect(one("Upsample", {{1, 2, 3, 3}},
             {{"scales", std::vector<float>{1, 1, 2, 2}}, {"mode", "linear"}}, 7),
         {0, 8 * 72, 72});
}

/// Of 1 x 2 x 4 x 4 values to 1 x 2 x `height` x 4.
OnnxNode resized(std::int64_t height, const char* mode, std::int64_t antialias) {
  MadeModel model(18);
  model.input("x", {1, 2, 4, 4}).constant("sizes", {1, 2, height, 4});
  return node_of(model, "Resize", {"x", "", "", "sizes"}, {"y"},
                 {{"mode", mode}, {"antialias", antialias}});
}

TEST(Resize, WithAntialiasIsNotCountedWhereItShrinks) {
  for (const char* mode : {"linear", "cubic"}) {
    const OnnxNode shrunk = resized(2, mode, 1);
    EXPECT_EQ(shrunk.why_not,
              "it shrinks with antialias, by a number of weights that is not known");
    EXPECT_EQ(shrunk.activation_bytes, 4U * 16);
  }
  EXPECT_EQ(resized(2, "linear", 0).forward.elementwise, 4U * 16);
  EXPECT_EQ(resized(8, "linear", 1).forward.elementwise, 4U * 64);
  EXPECT_EQ(resized(8, "cubic", 1).forward.elementwise, 8U * 64);
  EXPECT_EQ(resized(2, "nearest", 1).forward.elementwise, 0U);
  EXPECT_EQ(resized(2, "nearest", 1).why_not, "");
}

TEST(Unknown, IsListedAndNeverZeroInSilence) {
  const OnnxCost cost = one("Frobnicate", {{2, 3}});
  EXPECT_EQ(why_not(cost), "the operator is not known");
  EXPECT_NE(cost.nodes[1].why_not, "");  // its size is not known
  EXPECT_EQ(cost.not_counted(), 2U);
  ASSERT_EQ(cost.remarks.size(), 2U);
  EXPECT_NE(cost.remarks[0].find("1 Frobnicate"), std::string::npos) << cost.remarks[0];
}

}  // namespace
}  // namespace isojoule
