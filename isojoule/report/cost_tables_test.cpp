#include "isojoule/report/cost_tables.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

CostBreakdown some_cost() {
  CostBreakdown cost;
  cost.rule = "exact";
  cost.batch = 8;
  cost.forward = {2'000'000, 300};
  cost.backward = {4'000'000, 500};
  cost.optimizer = {0, 1'300};
  cost.macs_forward = 1'000'000;
  cost.parameters = 100;
  cost.parameter_bytes = 400;
  cost.activation_bytes = 4'000;
  return cost;
}

TEST(CostTables, ShowEachPassAndTheirSum) {
  const std::vector<Table> tables = cost_tables("mlp-1x2", some_cost());
  ASSERT_THAT(tables, SizeIs(2));
  EXPECT_THAT(tables[0].title, HasSubstr("mlp-1x2, batch 8"));
  EXPECT_THAT(tables[0].rows, ElementsAre(ElementsAre("forward", "2,000,000", "300", "2,000,300"),
                                          ElementsAre("backward", "4,000,000", "500", "4,000,500"),
                                          ElementsAre("optimizer", "0", "1,300", "1,300"),
                                          ElementsAre("step", "6,000,000", "2,100", "6,002,100")));
  EXPECT_THAT(tables[1].rows,
              ElementsAre(ElementsAre("multiply-adds (MAC) forward", "1,000,000", "-"),
                          ElementsAre("parameters", "100", "400"),
                          ElementsAre("activations", "1,000", "4,000")));
}

TEST(CostTables, WhatARuleDoesNotCountIsMissingAndNotZero) {
  const Cost cost{"deepspeed", 1'000.0 * flop, std::nullopt, 100};
  const std::vector<Table> tables = cost_tables("rnn-1x2", cost, 8);
  EXPECT_THAT(tables[0].rows[0], ElementsAre("forward", "-", "-", "8,000"));
  EXPECT_THAT(tables[0].rows[1], ElementsAre("backward", "-", "-", "-"));
  EXPECT_THAT(tables[1].rows[0][1], "-");
  const Json json = breakdown_to_json(cost, 8);
  EXPECT_EQ(json.at("flops_forward"), 8'000);
  for (const char* key : {"flops_backward", "flops_step", "flops_forward_matmul", "macs_forward",
                          "activations_bytes"})
    EXPECT_TRUE(json.at(key).is_null()) << key;
}

TEST(BreakdownToJson, HasTheSameCountsExactly) {
  CostBreakdown cost = some_cost();
  cost.forward.matmul = (1ULL << 53) + 1;  // no double
  const Json json = breakdown_to_json(cost);
  EXPECT_EQ(json.at("flops_forward_matmul").get<std::uint64_t>(), (1ULL << 53) + 1);
  EXPECT_EQ(json.at("flops_step_elementwise"), 2'100);
  EXPECT_EQ(json.at("parameters_bytes"), 400);
}

TEST(BreakdownToJson, RefusesCountsThatADoubleHasRounded) {
  constexpr std::uint64_t kMost = (1ULL << 53) - 1;
  Cost cost{"deepspeed", static_cast<double>(kMost) * flop, 10, 100};
  EXPECT_EQ(breakdown_to_json(cost, 1).at("flops_forward").get<std::uint64_t>(), kMost);
  EXPECT_EQ(breakdown_to_json(cost, 3).at("flops_forward").get<std::uint64_t>(), 3 * kMost);
  cost.flops_forward = 0x1p53 * flop;  // which 2^53 + 1 would be too
  EXPECT_THROW(breakdown_to_json(cost, 1), Error);
  EXPECT_THROW(cost_tables("mlp", cost, 1), Error);
}

TEST(BreakdownToJson, RefusesABatchTooLarge) {
  const Cost cost{"deepspeed", 1'000.0 * flop, 10, 100};
  EXPECT_THROW(breakdown_to_json(cost, std::numeric_limits<std::uint64_t>::max()), Error);
}

}  // namespace
}  // namespace isojoule
