#include "isojoule/evaluate/learning_curve.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_evaluation.hpp"

namespace isojoule {
namespace {

using Rows = std::vector<Observation>;
using test_table::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(LeaveOneOut, PredictsEachFromAllOthers) {
  const Rows rows = test_table::rows(10, 3);
  const PairErrors errors = leave_one_out(Dataset(rows), "A", "B");
  ASSERT_EQ(errors.left_out.size(), 10U);
  // The same asked of a table from which w04's other energies have been taken.
  Rows hidden;
  std::vector<std::string> others;
  for (const Observation& row : rows) {
    if (row.workload != "w04" || row.hardware == "A") hidden.push_back(row);
    if (row.workload != "w04" && row.hardware == "A") others.push_back(row.workload);
  }
  const auto told = answer_question(Dataset(hidden),
                                    {{"A"}, "B", {"w04"}, others, parse_normalizer("pooled"), {}});
  const Answer& one = errors.left_out[4];
  EXPECT_EQ(one.workload, "w04");
  // The same numbers by another way: but for rounding.
  EXPECT_NEAR(one.energy->point.in(joule) / told[0].energy->point.in(joule), 1.0, 1e-9);
}

TEST(LeaveOneOut, TheWorkloadsOwnEnergyElsewhereHasNoPart) {
  Rows rows = test_table::rows(10, 3);
  const PairErrors before = leave_one_out(Dataset(rows), "A", "B");
  for (Observation& row : rows) {
    if (row.workload == "w04" && row.hardware != "A") row.energy = 9.0 * *row.energy;
  }
  const PairErrors after = leave_one_out(Dataset(rows), "A", "B");
  EXPECT_EQ(after.left_out[4].energy->point, before.left_out[4].energy->point);
  EXPECT_NE(after.left_out[5].energy->point, before.left_out[5].energy->point);
}

TEST(LeaveOneOut, TheCurveEndsWithAllReferences) {
  const PairErrors errors = leave_one_out(Dataset(test_table::rows(10, 3)), "A", "B");
  std::vector<std::size_t> counts;
  for (const CurvePoint& point : errors.curve) counts.push_back(point.references);
  EXPECT_THAT(counts, ElementsAre(1, 2, 3, 4, 6, 8, 9));
  std::vector<double> off;
  for (const Answer& one : errors.left_out)
    off.push_back(std::abs(one.energy->point / *one.truth - 1.0));
  std::ranges::sort(off);
  EXPECT_NEAR(errors.curve.back().mdape, 0.5 * (off[4] + off[5]), 1e-12);
}

TEST(LeaveOneOut, OfAProportionalMachineTheRatioIsExact) {
  Rows rows = test_table::rows(8, 2);
  for (std::size_t i = 1; i < rows.size(); i += 2) rows[i].energy = 2.5 * *rows[i - 1].energy;
  for (const CurvePoint& point : leave_one_out(Dataset(rows), "A", "B").curve) {
    EXPECT_LT(point.baseline_mdape, 1e-12);
    // One reference against the prior that machines use about the same draws it by 3 %.
    EXPECT_LT(point.mdape, point.references == 1 ? 0.05 : 0.03);
    EXPECT_EQ(point.coverage90, 1.0);
  }
}

TEST(LeaveOneOut, WorkloadsKnownOnOneMachineOnlyAreNotLeftOut) {
  Rows rows = test_table::rows(8, 2);
  std::erase_if(rows,
                [](const Observation& row) { return row.hardware == "B" && row.workload > "w04"; });
  const PairErrors errors = leave_one_out(Dataset(rows), "A", "B");
  EXPECT_EQ(errors.left_out.size(), 5U);
  EXPECT_EQ(errors.curve.back().references, 4U);
}

TEST(LeaveOneOut, RefusesTooFewAndUnknown) {
  const Dataset two(test_table::rows(2, 2));
  EXPECT_THAT(error_of([&] { leave_one_out(two, "A", "B"); }).what(),
              HasSubstr("2 workloads in common"));
  EXPECT_EQ(error_of([&] { leave_one_out(two, "A", "Z"); }).code(), ErrorCode::unknown_name);
}

TEST(LeaveOneOut, ANormalizerThatPutsNothingInOrderIsRefused) {
  const Dataset dataset(test_table::rows(6, 2));
  const Normalizer linear = parse_normalizer("linear");
  EXPECT_THAT(error_of([&] { leave_one_out(dataset, "A", "B", linear, linear); }).what(),
              HasSubstr("linear: the normalizer does not put references in order"));
}

}  // namespace
}  // namespace isojoule
