// Intervals on tables drawn from the pooled normalizer's own model.
#include <cstdint>

#include <gtest/gtest.h>

#include "support/drawn_table.hpp"
#include "support/test_evaluation.hpp"

namespace isojoule {
namespace {

using drawn::drawn_table;
using drawn::heavy;
using drawn::kTables;

TEST(PooledTruth, IntervalsOfNinetyPercentCoverAsOften) {
  double covered = 0.0;
  int rows = 0;
  for (int table = 0; table < kTables; ++table) {
    EvaluateOptions options;
    options.normalizers = {parse_normalizer("pooled")};
    options.selections = {Selection::variance};
    options.counts = {test_table::number(4), test_table::number(8)};
    options.pairs = {{"A", "B"}, {"A", "C"}, {"A", "D"}};
    const auto evaluation =
        test_table::evaluate(drawn_table(static_cast<std::uint64_t>(table), 0.075, heavy), options);
    for (const EvaluationRow& row : evaluation.rows) {
      covered += row.coverage90.value();
      ++rows;
    }
  }
  // The goal for intervals by workload. 10 tables of 40 workloads leave 1 to 2 % to chance.
  EXPECT_GE(covered / rows, 0.86);
  EXPECT_LE(covered / rows, 0.94);
}

}  // namespace
}  // namespace isojoule
