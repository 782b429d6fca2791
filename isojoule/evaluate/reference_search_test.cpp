#include "isojoule/evaluate/reference_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "support/test_evaluation.hpp"

namespace isojoule {
namespace {

using testing::SizeIs;

TEST(SuggestReferences, EachOneMakesTheRestLessUncertain) {
  const Dataset dataset(test_table::rows(24, 3));
  const auto chosen = suggest_references(dataset, "A", Selection::variance, 8, 1, false);
  ASSERT_THAT(chosen, SizeIs(8));
  for (std::size_t i = 1; i < chosen.size(); ++i)
    EXPECT_LT(chosen[i].mean_sd.value(), chosen[i - 1].mean_sd.value());
}

TEST(SuggestReferences, WeighedByCostTheFirstIsCheaper) {
  const Dataset dataset(test_table::rows(24, 3));
  const auto best = suggest_references(dataset, "A", Selection::variance, 1, 1, false);
  const auto cheap = suggest_references(dataset, "A", Selection::variance, 1, 1, true);
  EXPECT_LT(cheap[0].source, best[0].source);
  EXPECT_GE(cheap[0].mean_sd.value(), best[0].mean_sd.value());
}

TEST(SuggestReferences, TheEndsAreTakenByEnergy) {
  const Dataset dataset(std::vector{test_table::row("a", "A", 1), test_table::row("b", "A", 2),
                                    test_table::row("c", "A", 3)});
  const auto chosen = suggest_references(dataset, "A", Selection::min_max, 2, 1, false);
  ASSERT_THAT(chosen, SizeIs(2));
  EXPECT_EQ(chosen[0].workload, "a");
  EXPECT_EQ(chosen[1].workload, "c");
  EXPECT_FALSE(chosen[0].mean_sd);
}

TEST(SuggestReferences, MoreThanThereAreIsAnError) {
  const Dataset dataset(test_table::rows(5, 2));
  for (const Selection selection : {Selection::variance, Selection::random}) {
    EXPECT_EQ(test_table::error_of([&] {
                suggest_references(dataset, "A", selection, 6, 1, false);
              }).code(),
              ErrorCode::usage);
  }
}

/// Three machines, proportional within 2 %.
std::vector<Observation> quiet_rows() {
  std::vector<Observation> rows = test_table::rows(24, 3);
  for (std::size_t i = 0; i < rows.size(); i += 3) {
    for (std::size_t m = 1; m < 3; ++m) {
      const double wobble = 1.0 + 0.01 * static_cast<double>((i * 7 + m * 5) % 3);
      rows[i + m].energy = wobble * static_cast<double>(m + 1) * *rows[i].energy;
    }
  }
  return rows;
}

TEST(DoubtfulRows, ARunBesideAnotherIsNamedWithItsMachine) {
  std::vector<Observation> rows = quiet_rows();
  ASSERT_EQ(rows[31].hardware, "B");
  rows[31].energy = 2.0 * *rows[31].energy;
  const auto doubtful = doubtful_rows(Dataset(rows), "A", 0.3);
  ASSERT_THAT(doubtful, SizeIs(1));
  EXPECT_EQ(doubtful[0].workload, rows[31].workload);
  EXPECT_EQ(doubtful[0].machine, "B");
  EXPECT_NEAR(doubtful[0].factor, 2.0, 0.2);
}

TEST(DoubtfulRows, OnTheSourceTheOthersAgreeAgainstIt) {
  std::vector<Observation> rows = quiet_rows();
  ASSERT_EQ(rows[30].hardware, "A");
  rows[30].energy = 2.0 * *rows[30].energy;
  rows[30].duration = 2.0 * *rows[30].duration;  // so that its power does not tell
  const auto doubtful = doubtful_rows(Dataset(rows), "A", 0.3);
  ASSERT_FALSE(doubtful.empty());
  EXPECT_EQ(doubtful[0].workload, rows[30].workload);
  EXPECT_EQ(doubtful[0].machine, "A");
  EXPECT_GT(doubtful[0].factor, 1.3);
}

TEST(DoubtfulRows, OfAQuietTableNoneAndOfOneMachineAnError) {
  EXPECT_THAT(doubtful_rows(Dataset(quiet_rows()), "A", 0.3), SizeIs(0));
  EXPECT_EQ(
      test_table::error_of([] { doubtful_rows(Dataset(test_table::rows(6, 1)), "A", 0.3); }).code(),
      ErrorCode::bad_input);
}

TEST(SearchReferences, ProportionalMachinesHaveNoErrorAnywhere) {
  std::vector<Observation> rows = test_table::rows(12, 2);
  for (std::size_t i = 1; i < rows.size(); i += 2) rows[i].energy = 2.0 * *rows[i - 1].energy;
  const auto found = search_references(Dataset(rows), SubsetFit::ratio, 3, 2, 1);
  EXPECT_EQ(found.sets, 220U);
  ASSERT_THAT(found.best, SizeIs(2));
  EXPECT_LT(found.best[0].chosen_by, 1e-12);
  EXPECT_LT(found.best[0].on_rest.value(), 1e-12);
}

TEST(SearchReferences, OneMachineIsAnError) {
  EXPECT_EQ(test_table::error_of([] {
              search_references(Dataset(test_table::rows(6, 1)), SubsetFit::ratio, 2, 1, 1);
            }).code(),
            ErrorCode::bad_input);
}

TEST(SearchReferences, TheBestOfManyIsWorseOnWhatItWasNotChosenBy) {
  const Dataset dataset(test_table::rows(24, 3));
  int worse = 0;
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    const auto found = search_references(dataset, SubsetFit::linear, 4, 1, seed);
    EXPECT_LT(found.best[0].chosen_by, found.median_error);
    worse += found.best[0].on_rest.value() > found.best[0].chosen_by ? 1 : 0;
  }
  EXPECT_GE(worse, 4);  // luck of the choice: the best of 10,626
}

}  // namespace
}  // namespace isojoule
