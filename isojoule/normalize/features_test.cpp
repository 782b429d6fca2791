#include "isojoule/normalize/features.hpp"

#include <array>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

MachinePair pair() {
  MachinePair result;
  result.names = {"a", "b", "c"};
  result.source_j = {1, 2, 3};
  result.target_j = {10, 20, 30};
  result.duration_s = {4, 5, kUnknown};
  result.flops = {100, kUnknown, 300};
  result.parameters = {7, 8, 9};
  return result;
}

TEST(ParseFeatures, TakesMembersInAnyOrder) {
  EXPECT_THAT(parse_features("energy"), ElementsAre(Feature::energy));
  EXPECT_THAT(parse_features("flops"), ElementsAre(Feature::flops));
  EXPECT_THAT(parse_features("duration+params+flops+energy"),
              ElementsAre(Feature::energy, Feature::flops, Feature::parameters, Feature::duration));
}

TEST(ParseFeatures, CanonicalTextIsInTheOrderOfColumns) {
  EXPECT_EQ(to_string(parse_features("params+energy")), "energy+params");
  EXPECT_EQ(to_string(parse_features("duration+params+flops+energy")),
            "energy+flops+params+duration");
  for (const char* text : {"energy", "flops", "energy+flops", "energy+flops+params+duration"})
    EXPECT_EQ(to_string(parse_features(text)), text);
}

TEST(ParseFeatures, RefusesUnknownAndEmptyNames) {
  EXPECT_STREQ(error_of([] { parse_features("energy+flop"); }).what(),
               "unknown feature 'flop'; did you mean flops?");
  for (const char* text :
       {"", "+", "energy+", "+energy", "energy++flops", "Energy", "energy, flops"})
    EXPECT_EQ(error_of([text] { parse_features(text); }).code(), ErrorCode::unknown_name) << text;
}

TEST(ParseFeatures, RefusesOneThatStandsTwice) {
  const Error error = error_of([] { parse_features("energy+flops+energy"); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_STREQ(error.what(), "feature 'energy' stands twice");
}

TEST(SelectFeatures, GivesOneRowForEachWorkloadAskedFor) {
  const auto matrix = select_features(pair(), parse_features("energy+flops+params"),
                                      std::array<std::size_t, 2>{2, 0});
  ASSERT_TRUE(matrix);
  EXPECT_THAT(matrix->row(0), ElementsAre(3, 300, 9));
  EXPECT_THAT(matrix->row(1), ElementsAre(1, 100, 7));
  const auto duration =
      select_features(pair(), parse_features("duration"), std::array<std::size_t, 2>{0, 1});
  ASSERT_TRUE(duration);
  EXPECT_THAT(duration->values(), ElementsAre(4, 5));
}

TEST(SelectFeatures, RefusesWhatIsNotKnownNamingTheWorkload) {
  constexpr std::array<std::size_t, 3> kAll{0, 1, 2};
  EXPECT_THAT(select_features(pair(), parse_features("energy+flops"), kAll).refused,
              HasSubstr("workload b has no known FLOPs"));
  EXPECT_THAT(select_features(pair(), parse_features("duration"), kAll).refused,
              HasSubstr("workload c has no known duration"));
  // What is not known does not matter where nobody asks for it.
  EXPECT_TRUE(select_features(pair(), parse_features("energy+params"), kAll));
  EXPECT_TRUE(
      select_features(pair(), parse_features("duration"), std::array<std::size_t, 2>{0, 1}));
}

TEST(SelectFeatures, NeverLooksAtTheTarget) {
  MachinePair blind = pair();
  for (double& energy : blind.target_j) energy = kUnknown;
  EXPECT_TRUE(select_features(blind, parse_features("energy"), std::array<std::size_t, 1>{0}));
}

}  // namespace
}  // namespace isojoule
