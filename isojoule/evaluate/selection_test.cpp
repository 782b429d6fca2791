#include "isojoule/evaluate/selection.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;
using Places = std::vector<std::size_t>;

Places select(Selection selection, const std::vector<double>& source_j, std::size_t count,
              std::uint64_t seed = 1) {
  const Outcome<Places> chosen = select_references(selection, source_j, count, seed);
  EXPECT_EQ(chosen.refused, "");
  return chosen ? *chosen : Places{};
}

const std::vector<double>& five() {
  static const std::vector<double> energies{40, 10, 30, 20, 50};
  return energies;
}

TEST(Lowest, TakesThoseWithTheLowestEnergy) {
  EXPECT_THAT(select(Selection::lowest, five(), 1), ElementsAre(1));
  EXPECT_THAT(select(Selection::lowest, five(), 3), ElementsAre(1, 2, 3));
}

TEST(Highest, TakesThoseWithTheHighestEnergy) {
  EXPECT_THAT(select(Selection::highest, five(), 1), ElementsAre(4));
  EXPECT_THAT(select(Selection::highest, five(), 3), ElementsAre(0, 2, 4));
}

TEST(MinMax, TakesHalfFromEachEnd) {
  EXPECT_THAT(select(Selection::min_max, five(), 2), ElementsAre(1, 4));
  EXPECT_THAT(select(Selection::min_max, five(), 4), ElementsAre(0, 1, 3, 4));
}

TEST(MinMax, OfAnOddNumberTakesOneMoreOfTheLowest) {
  EXPECT_THAT(select(Selection::min_max, five(), 1), ElementsAre(1));
  EXPECT_THAT(select(Selection::min_max, five(), 3), ElementsAre(1, 3, 4));
}

TEST(Ties, GoToTheEarlierPlace) {
  const std::vector<double> ties{7, 9, 7, 9, 7, 9};
  EXPECT_THAT(select(Selection::lowest, ties, 2), ElementsAre(0, 2));
  EXPECT_THAT(select(Selection::highest, ties, 2), ElementsAre(1, 3));
  EXPECT_THAT(select(Selection::min_max, ties, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(select(Selection::space_filling, ties, 2), ElementsAre(0, 1));
  const std::vector<double> equal(4, 5.0);
  EXPECT_THAT(select(Selection::min_max, equal, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(select(Selection::space_filling, equal, 3), ElementsAre(0, 1, 2));
}

TEST(SpaceFilling, TakesTheFarthestFromAllChosen) {
  // In ln energy: 0, 1, 5, 8, 10.
  const std::vector<double> energies{std::exp(0), std::exp(1), std::exp(5), std::exp(8),
                                     std::exp(10)};
  EXPECT_THAT(select(Selection::space_filling, energies, 1), ElementsAre(0));
  EXPECT_THAT(select(Selection::space_filling, energies, 2), ElementsAre(0, 4));
  EXPECT_THAT(select(Selection::space_filling, energies, 3), ElementsAre(0, 2, 4));  // 5 is 5 off
  EXPECT_THAT(select(Selection::space_filling, energies, 4),
              ElementsAre(0, 2, 3, 4));  // 8 is 2 off
}

TEST(SpaceFilling, IsByRatiosNotByDifferences) {
  // Between 1 and 1000, 500 is in the middle by differences; 30 is by ratios.
  EXPECT_THAT(select(Selection::space_filling, {1, 30, 500, 1000}, 3), ElementsAre(0, 1, 3));
}

TEST(AtRandom, ChoicesForFewerAreAmongThoseForMore) {
  const std::vector<double> energies(20, 1.0);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    for (std::size_t count = 1; count < 20; ++count)
      EXPECT_THAT(select(Selection::random, energies, count, seed),
                  IsSubsetOf(select(Selection::random, energies, count + 1, seed)));
  }
}

TEST(AtRandom, DependsOnTheSeedAndNotOnTheEnergies) {
  const Places chosen = select(Selection::random, {1, 2, 3, 4, 5, 6, 7, 8}, 4, 7);
  EXPECT_EQ(select(Selection::random, {8, 7, 6, 5, 4, 3, 2, 1}, 4, 7), chosen);
  bool differs = false;
  for (std::uint64_t seed = 8; seed < 18; ++seed)
    differs |= select(Selection::random, {1, 2, 3, 4, 5, 6, 7, 8}, 4, seed) != chosen;
  EXPECT_TRUE(differs);
}

TEST(AtRandom, EachIsAsLikely) {
  // 2 of 5 in 10,000 draws: each 4000 times, with standard deviation sqrt(10000 0.4 0.6) = 49; five
  // of them, for five counts, are passed by chance once in 350,000 seeds, and the seeds are fixed.
  std::array<int, 5> times{};
  for (std::uint64_t seed = 0; seed < 10'000; ++seed)
    for (const std::size_t place : select(Selection::random, five(), 2, seed)) ++times[place];
  for (const int count : times) EXPECT_NEAR(count, 4000, 5 * 49);
}

class EverySelection : public ::testing::TestWithParam<Selection> {};

TEST_P(EverySelection, GivesAsManyAsAskedAscendingEachOnce) {
  const std::vector<double> energies{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
  for (std::size_t count = 1; count <= energies.size(); ++count) {
    const Places chosen = select(GetParam(), energies, count);
    EXPECT_EQ(chosen.size(), count);
    EXPECT_TRUE(std::ranges::is_sorted(chosen, std::less_equal{}));
    EXPECT_LT(chosen.back(), energies.size());
  }
}

TEST_P(EverySelection, RefusesNoneAndMoreThanThereAre) {
  EXPECT_THAT(select_references(GetParam(), five(), 0, 1).refused, HasSubstr("no reference"));
  EXPECT_THAT(select_references(GetParam(), five(), 6, 1).refused,
              HasSubstr("6 references are asked for, there are 5"));
  EXPECT_FALSE(select_references(GetParam(), {}, 1, 1));
}

TEST_P(EverySelection, IsParsedFromItsText) {
  EXPECT_EQ(selection_from_string(to_string(GetParam())), GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, EverySelection,
                         ::testing::Values(Selection::lowest, Selection::highest,
                                           Selection::min_max, Selection::random,
                                           Selection::space_filling));

TEST(SelectionFromString, ListsNearNames) {
  const Error error = error_of([] { selection_from_string("min-mx"); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_STREQ(error.what(), "unknown selection 'min-mx'; did you mean min-max?");
}

TEST(Counts, OfThePaperFor33TrainingWorkloads) {
  EXPECT_EQ(percent_from_string("10").of(33), 2u);
  EXPECT_EQ(percent_from_string("15").of(33), 4u);
  EXPECT_EQ(percent_from_string("20").of(33), 6u);
  EXPECT_EQ(percent_from_string("50").of(33), 16u);
  EXPECT_EQ(percent_from_string("100").of(33), 33u);
}

TEST(Counts, OfPercentagesAreEvenAndRoundedDown) {
  EXPECT_EQ(percent_from_string("10").of(20), 2u);  // 1 pair exactly
  EXPECT_EQ(percent_from_string("10").of(19), 0u);  // less than one pair
  EXPECT_EQ(percent_from_string("99").of(100), 98u);
  EXPECT_EQ(percent_from_string("1").of(200), 2u);
  EXPECT_EQ(percent_from_string("29").of(200), 58u);  // 0.29 x 200 / 2 is below 29 in doubles
}

TEST(Counts, ByNumberAreThatNumber) {
  EXPECT_EQ(count_from_string("3").of(33), 3u);
  EXPECT_EQ(count_from_string("40").of(33), 40u);  // left to select_references to refuse
  EXPECT_EQ(count_from_string("all").of(33), 33u);
}

TEST(Counts, AreWrittenAsTheyWereAskedFor) {
  EXPECT_EQ(to_string(percent_from_string("10")), "10 %");
  EXPECT_EQ(to_string(percent_from_string("100")), "100 %");
  EXPECT_EQ(to_string(count_from_string("4")), "4");
  EXPECT_EQ(to_string(count_from_string("all")), "all");
}

TEST(Counts, RefuseWhatIsNone) {
  for (const char* text : {"", "0", "-1", "1.5", "4x", " 4", "ALL", "1000001", "99999999999"})
    EXPECT_EQ(error_of([text] { count_from_string(text); }).code(), ErrorCode::usage) << text;
  for (const char* text : {"", "0", "-1", "101", "10%", "all"})
    EXPECT_EQ(error_of([text] { percent_from_string(text); }).code(), ErrorCode::usage) << text;
}

}  // namespace
}  // namespace isojoule
