#include "isojoule/normalize/features.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNan;

MachineColumns columns() {
  std::vector<Observation> rows{test_table::row("a", "A", 1), test_table::row("b", "A", 2),
                                test_table::row("c", "A", 3)};
  rows[0].duration = 4.0 * second;
  rows[1].duration = 5.0 * second;
  rows[0].flops = 100.0 * flop;
  rows[2].flops = 300.0 * flop;
  for (std::size_t i = 0; i < 3; ++i) rows[i].parameters = 7.0 + static_cast<double>(i);
  return columns_on(Dataset(rows), 0, std::array<std::size_t, 3>{0, 1, 2});
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
  const auto matrix = select_features(columns(), parse_features("energy+flops+params"),
                                      std::array<std::size_t, 2>{2, 0});
  ASSERT_TRUE(matrix);
  EXPECT_THAT(matrix->row(0), ElementsAre(3, 300, 9));
  EXPECT_THAT(matrix->row(1), ElementsAre(1, 100, 7));
  const auto duration =
      select_features(columns(), parse_features("duration"), std::array<std::size_t, 2>{0, 1});
  ASSERT_TRUE(duration);
  EXPECT_THAT(duration->values(), ElementsAre(4, 5));
}

TEST(SelectFeatures, RefusesWhatIsNotKnownNamingTheWorkload) {
  constexpr std::array<std::size_t, 3> kAll{0, 1, 2};
  EXPECT_THAT(select_features(columns(), parse_features("energy+flops"), kAll).refused,
              HasSubstr("workload b has no known FLOPs"));
  EXPECT_THAT(select_features(columns(), parse_features("duration"), kAll).refused,
              HasSubstr("workload c has no known duration"));
  // What is not known does not matter where nobody asks for it.
  EXPECT_TRUE(select_features(columns(), parse_features("energy+params"), kAll));
  EXPECT_TRUE(
      select_features(columns(), parse_features("duration"), std::array<std::size_t, 2>{0, 1}));
}

TEST(ReadFeatures, NamesTheFirstThatIsNotKnown) {
  FeatureRow values{};
  const FeatureSet both = parse_features("flops+duration");
  EXPECT_EQ(read_features(columns(), both, 0, values), nullptr);
  EXPECT_EQ(values[0], 100.0);
  EXPECT_EQ(values[1], 4.0);
  EXPECT_EQ(*read_features(columns(), both, 1, values), Feature::flops);
  EXPECT_EQ(*read_features(columns(), both, 2, values), Feature::duration);
}

TEST(ColumnsOn, HoldsWhatIsKnownInTheOrderAskedFor) {
  std::vector<Observation> rows{test_table::row("a", "X", 1), test_table::row("b", "X", 2),
                                test_table::row("c", "X", 3), test_table::row("a", "Y", 10)};
  rows[1].duration = 5.0 * second;
  rows[2].flops = 9.0 * flop;
  rows[2].parameters = 11.0;
  rows[2].family.assign(1, 'f');  // GCC 12 warns of the shorter form
  const Dataset dataset(rows);
  const MachineColumns here = columns_on(dataset, 0, std::array<std::size_t, 3>{2, 0, 1});
  EXPECT_THAT(here.names, ElementsAre("c", "a", "b"));
  EXPECT_THAT(here.families, ElementsAre("f", "", ""));
  EXPECT_THAT(here.energy_j(), ElementsAre(3, 1, 2));
  EXPECT_THAT(here.of(Feature::duration), ElementsAre(IsNan(), IsNan(), 5));
  EXPECT_THAT(here.of(Feature::flops), ElementsAre(9, IsNan(), IsNan()));
  EXPECT_THAT(here.of(Feature::parameters), ElementsAre(11, IsNan(), IsNan()));
  EXPECT_EQ(here.size(), 3U);
  const MachineColumns there = columns_on(dataset, 1, std::array<std::size_t, 2>{0, 2});
  EXPECT_THAT(there.energy_j(), ElementsAre(10, IsNan()));
  EXPECT_THAT(there.of(Feature::flops), ElementsAre(IsNan(), 9)) << "of the workload";
}

}  // namespace
}  // namespace isojoule
