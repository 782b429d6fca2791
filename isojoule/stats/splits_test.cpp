#include "isojoule/stats/splits.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/random.hpp"

#include "oracle/oracle.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

TEST(TestCount, IsTheExactCeiling) {
  EXPECT_EQ(test_count(43, 20), 9U);  // 8.6
  EXPECT_EQ(test_count(40, 20), 8U);
  EXPECT_EQ(test_count(41, 20), 9U);
  EXPECT_EQ(test_count(1, 1), 1U);
  EXPECT_EQ(test_count(0, 20), 0U);
  EXPECT_EQ(test_count(100, 7), 7U);  // 0.07 * 100 is above 7 in doubles
  EXPECT_EQ(test_count(1000000, 29), 290000U);
  for (const int bad : {0, -1, 100, 1000}) EXPECT_THROW(test_count(5, bad), Error);
}

TEST(RandomSplit, AgreesWithAnotherProgram) {
  for (const auto& row : oracle::answers("stats.json", "splits")) {
    const auto split =
        random_split(row.at("seed"), row.at("index"), row.at("n"), row.at("percent"));
    ASSERT_TRUE(split);
    EXPECT_EQ(split->train, row.at("train").get<Places>());
    EXPECT_EQ(split->test, row.at("test").get<Places>());
  }
}

TEST(RandomSplit, HoldsEachRowOnceInAscendingOrder) {
  for (std::size_t n = 2; n < 60; ++n) {
    const auto split = random_split(1, n, n, 20);
    ASSERT_TRUE(split);
    EXPECT_EQ(split->test.size(), test_count(n, 20));
    EXPECT_TRUE(std::ranges::is_sorted(split->train));
    EXPECT_TRUE(std::ranges::is_sorted(split->test));
    std::set<std::size_t> all(split->train.begin(), split->train.end());
    all.insert(split->test.begin(), split->test.end());
    EXPECT_EQ(all.size(), n);
    EXPECT_EQ(*all.rbegin(), n - 1);
  }
}

TEST(RandomSplit, DiffersBySeedAndIndex) {
  std::set<Places> tests;
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    for (std::uint64_t index = 0; index < 10; ++index)
      tests.insert(random_split(seed, index, 43, 20)->test);
  EXPECT_EQ(tests.size(), 100U);
}

TEST(RandomSplit, TestsEachRowAsOften) {
  Places counts(10, 0);
  for (std::uint64_t index = 0; index < 5000; ++index) {
    const auto split = random_split(2, index, 10, 20);
    for (const std::size_t row : split->test) ++counts[row];
  }
  // 1000 each; five standard deviations of sqrt(5000 * 0.2 * 0.8).
  for (const std::size_t count : counts) EXPECT_NEAR(static_cast<double>(count), 1000, 142);
}

TEST(RandomSplit, IsRefusedWhereNothingIsLeftToTrainOn) {
  EXPECT_FALSE(random_split(1, 0, 0, 20));
  EXPECT_FALSE(random_split(1, 0, 1, 20));
  EXPECT_FALSE(random_split(1, 0, 3, 99));
  EXPECT_THROW(random_split(1, 0, 5, 0), Error);
}

TEST(GroupSplit, LeavesWholeGroupsOut) {
  const std::vector<std::string> groups{"rnn", "cnn", "mlp", "cnn", "crnn", "rnn", "mlp", "rnn"};
  std::set<std::string> ever_tested;
  for (std::uint64_t index = 0; index < 50; ++index) {
    const auto split = group_split(3, index, groups, 20);
    ASSERT_TRUE(split);
    EXPECT_EQ(split->train.size() + split->test.size(), groups.size());
    std::set<std::string> tested, trained;
    for (const std::size_t row : split->test) tested.insert(groups[row]);
    for (const std::size_t row : split->train) trained.insert(groups[row]);
    EXPECT_EQ(tested.size(), 1U);  // ceil(0.2 * 4)
    EXPECT_EQ(trained.size(), 3U);
    EXPECT_FALSE(trained.contains(*tested.begin()));
    ever_tested.insert(tested.begin(), tested.end());
  }
  EXPECT_EQ(ever_tested.size(), 4U);
}

TEST(GroupSplit, OfSingleRowsInOrderIsARandomSplit) {
  const std::vector<std::string> groups{"a", "b", "c", "d", "e", "f"};
  EXPECT_EQ(group_split(4, 2, groups, 30)->test, random_split(4, 2, 6, 30)->test);
}

TEST(GroupSplit, DoesNotDependOnTheOrderOfRows) {
  const std::vector<std::string> groups{"a", "a", "b", "c", "c", "c"};
  std::vector<std::string> backwards(groups.rbegin(), groups.rend());
  for (std::uint64_t index = 0; index < 20; ++index) {
    const auto one = group_split(5, index, groups, 40);
    const auto other = group_split(5, index, backwards, 40);
    std::set<std::string> tested, other_tested;
    for (const std::size_t row : one->test) tested.insert(groups[row]);
    for (const std::size_t row : other->test) other_tested.insert(backwards[row]);
    EXPECT_EQ(tested, other_tested);
  }
}

TEST(GroupSplit, IsRefusedForOneGroup) {
  EXPECT_FALSE(group_split(1, 0, std::vector<std::string>(9, "cnn"), 20));
  EXPECT_FALSE(group_split(1, 0, {}, 20));
}

}  // namespace
}  // namespace isojoule
