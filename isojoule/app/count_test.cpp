#include "isojoule/app/count.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/deepspeed.hpp"

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using testing::SizeIs;

TEST(CountWorkload, IdsAreMadeOfTheirParts) {
  EXPECT_EQ(workload_id("cnn", "2", "512"), "cnn-2x512");
  EXPECT_EQ(workload_id("crnn", "2.1", "512.256"), "crnn-2.1x512.256");
}

TEST(CountWorkload, ExactKnowsTheWholeStep) {
  const WorkloadCount one = count_workload("cnn-2x8", kExactRule, 1);
  const WorkloadCount eight = count_workload("cnn-2x8", kExactRule, 8);
  ASSERT_TRUE(one.step && eight.step);
  EXPECT_EQ(eight.step->forward.matmul, 8 * one.step->forward.matmul);
  EXPECT_EQ(eight.step->optimizer, one.step->optimizer) << "once a step, whatever the batch";
  const Json json = count_to_json(eight);
  EXPECT_EQ(json.at("workload"), "cnn-2x8");
  EXPECT_EQ(json.at("architecture"), "cnn");
  EXPECT_EQ(json.at("rule"), kExactRule);
  EXPECT_EQ(json.at("batch"), 8);
  EXPECT_EQ(json.at("flops_step"), eight.step->step().total());
}

TEST(CountWorkload, DeepspeedKnowsTheForwardPassAlone) {
  const WorkloadCount count = count_workload("cnn-2x128", kDeepspeedRule, 8);
  EXPECT_FALSE(count.step);
  const Json json = count_to_json(count);
  EXPECT_EQ(json.at("rule"), kDeepspeedRule);
  EXPECT_EQ(json.at("flops_forward").get<double>(),
            8.0 * find_reference_workload("cnn-2x128").cost.flops_forward.in(flop));
  EXPECT_TRUE(json.at("flops_backward").is_null());
  EXPECT_THAT(count_tables(count), SizeIs(2));
}

TEST(CountWorkload, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(error_of([] { count_workload("cnn-2x8", "exakt", 1); }).code(),
            ErrorCode::unknown_name);
  EXPECT_EQ(error_of([] { count_workload("cnn-2x8", kExactRule, 0); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([] { count_workload("my-model", kExactRule, 1); }).code(),
            ErrorCode::unknown_name);
  EXPECT_EQ(error_of([] { count_workload("cnn-2x08", kExactRule, 1); }).code(),
            ErrorCode::bad_input);
}

}  // namespace
}  // namespace isojoule
