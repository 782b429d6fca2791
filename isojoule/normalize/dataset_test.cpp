#include "isojoule/normalize/dataset.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using test_table::row;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Rows = std::vector<Observation>;

Observation run(const std::string& workload, const std::string& hardware, const std::string& name,
                std::size_t line) {
  Observation result = row(workload, hardware, 1.0, line);
  result.run = name;
  return result;
}

std::vector<std::string> names_of(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const DatasetWorkload& workload : dataset.workloads()) names.push_back(workload.name);
  return names;
}

TEST(Dataset, IsInAscendingOrderOfNames) {
  const Dataset dataset(Rows{row("b", "Y", 4), row("a", "Y", 2), row("b", "X", 3)});
  EXPECT_THAT(names_of(dataset), ElementsAre("a", "b"));
  EXPECT_THAT(dataset.machines(), ElementsAre("X", "Y"));
  EXPECT_EQ(dataset.cell(0, 1)->energy, 2.0 * joule);
  EXPECT_EQ(dataset.cell(1, 0)->energy, 3.0 * joule);
  EXPECT_EQ(dataset.cell(1, 1)->energy, 4.0 * joule);
}

TEST(Dataset, OfNoRowsIsEmpty) {
  const Dataset dataset(Rows{});
  EXPECT_THAT(dataset.workloads(), IsEmpty());
  EXPECT_THAT(dataset.machines(), IsEmpty());
}

TEST(Repeats, BecomeTheirMedian) {
  const Dataset odd(Rows{row("a", "X", 40), row("a", "X", 10), row("a", "X", 13)});
  EXPECT_EQ(odd.cell(0, 0)->energy, 13.0 * joule);
  EXPECT_EQ(odd.cell(0, 0)->repeats, 3u);
  const Dataset even(
      Rows{row("a", "X", 50), row("a", "X", 10), row("a", "X", 30), row("a", "X", 20)});
  EXPECT_EQ(even.cell(0, 0)->energy, 25.0 * joule);
  EXPECT_EQ(even.cell(0, 0)->repeats, 4u);
}

TEST(Repeats, SpreadIsTheirDeviationOverTheirMean) {
  // 1, 2, 3: standard deviation 1, mean 2.
  const Dataset three(Rows{row("a", "X", 1), row("a", "X", 2), row("a", "X", 3)});
  EXPECT_DOUBLE_EQ(three.cell(0, 0)->spread, 0.5);
  const Dataset one(Rows{row("a", "X", 7)});
  EXPECT_EQ(one.cell(0, 0)->repeats, 1u);
  EXPECT_EQ(one.cell(0, 0)->spread, 0.0);
}

TEST(Repeats, DurationIsTheMedianOfThoseThatAreKnown) {
  Rows rows{row("a", "X", 1), row("a", "X", 2), row("a", "X", 3), row("a", "X", 4)};
  rows[0].duration = 30.0 * second;
  rows[2].duration = 10.0 * second;
  rows[3].duration = 11.0 * second;
  EXPECT_EQ(Dataset(rows).cell(0, 0)->duration, 11.0 * second);
  rows[3].energy = std::nullopt;  // a training without energy says nothing of those with one
  EXPECT_EQ(Dataset(rows).cell(0, 0)->duration, 20.0 * second);
  for (Observation& one : rows) one.duration = std::nullopt;
  EXPECT_EQ(Dataset(rows).cell(0, 0)->duration, std::nullopt);
}

TEST(MissingCells, StayMissing) {
  Rows rows{row("a", "X", 1), row("b", "Y", 2), row("c", "Z", 3)};
  rows[2].energy = std::nullopt;
  const Dataset dataset(rows);
  EXPECT_THAT(names_of(dataset), ElementsAre("a", "b", "c"));
  EXPECT_THAT(dataset.machines(), ElementsAre("X", "Y", "Z"));
  for (std::size_t w = 0; w < 3; ++w) {
    for (std::size_t m = 0; m < 3; ++m)
      EXPECT_EQ(dataset.cell(w, m).has_value(), w == m && w != 2) << w << ' ' << m;
  }
}

TEST(Workloads, TakeWhatAnyRowKnows) {
  Rows rows{row("a", "X", 1), row("a", "Y", 2), row("a", "Z", 3)};
  rows[1].family = "f";
  rows[1].flops = 7.0 * flop;
  rows[2].flops = 7.0 * flop;
  rows[2].parameters = 5.0;
  const Dataset dataset(rows);
  EXPECT_EQ(dataset.workloads()[0].family, "f");
  EXPECT_EQ(dataset.workloads()[0].flops, 7.0 * flop);
  EXPECT_EQ(dataset.workloads()[0].parameters, 5.0);
}

TEST(Disagreement, IsAnErrorThatNamesLineWorkloadAndWhat) {
  const std::array<std::pair<std::function<void(Observation&, double)>, const char*>, 3> fields{
      {{[](Observation& one, double v) { one.family = v > 1 ? "f" : "g"; }, "family"},
       {[](Observation& one, double v) { one.flops = v * flop; }, "FLOPs"},
       {[](Observation& one, double v) { one.parameters = v; }, "parameters"}}};
  for (const auto& [set, name] : fields) {
    Rows rows{row("a", "X", 1, 2), row("a", "Y", 2, 3), row("b", "Y", 2, 4)};
    set(rows[0], 1.0);
    set(rows[1], 1.0);
    set(rows[2], 2.0);  // of another workload
    EXPECT_NO_THROW(Dataset{rows}) << name;
    set(rows[1], 2.0);
    const Error error = error_of([&] { Dataset{rows}; });
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_EQ(error.what(), std::string("line 3: another row of workload 'a' has other ") + name);
  }
}

TEST(DuplicateRuns, AreAnErrorThatNamesBothLines) {
  const Rows rows{run("a", "X", "1", 2), run("a", "X", "2", 3), run("a", "X", "1", 9)};
  const Error error = error_of([&] { Dataset{rows}; });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_STREQ(error.what(), "lines 2 and 9 are both run 1 of workload 'a' on 'X'");
}

TEST(DuplicateRuns, AreSeenWithoutAnEnergyToo) {
  Rows rows{run("a", "X", "1", 2), run("a", "X", "1", 3)};
  rows[0].energy = std::nullopt;
  EXPECT_EQ(error_of([&] { Dataset{rows}; }).code(), ErrorCode::bad_input);
}

TEST(DuplicateRuns, AreNotTheSameRunElsewhereNorUnnamedRepeats) {
  EXPECT_NO_THROW(
      Dataset(Rows{run("a", "X", "1", 2), run("a", "Y", "1", 3), run("b", "X", "1", 4)}));
  EXPECT_EQ(Dataset(Rows{run("a", "X", "", 2), run("a", "X", "", 3)}).cell(0, 0)->repeats, 2u);
}

TEST(OrderOfRows, DoesNotChangeADigit) {
  // In doubles (0.1 + 0.2) + 0.3 is not 0.1 + (0.2 + 0.3).
  Rows rows{row("a", "X", 0.1), row("a", "X", 0.2), row("a", "X", 0.3), row("a", "Y", 1),
            row("b", "X", 2)};
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].line = i;
  const Dataset expected(rows);
  while (std::ranges::next_permutation(rows, {}, &Observation::line).found) {
    const Dataset dataset(rows);
    EXPECT_EQ(names_of(dataset), names_of(expected));
    EXPECT_EQ(dataset.machines(), expected.machines());
    EXPECT_EQ(dataset.cell(0, 0)->energy, expected.cell(0, 0)->energy);
    EXPECT_EQ(dataset.cell(0, 0)->spread, expected.cell(0, 0)->spread);
    EXPECT_EQ(dataset.cell(1, 0)->energy, 2.0 * joule);
    EXPECT_FALSE(dataset.cell(1, 1));
  }
}

TEST(Machine, UnknownListsNearNames) {
  const Dataset dataset(Rows{row("a", "K80", 1), row("a", "T4", 2), row("a", "M60", 3)});
  EXPECT_EQ(dataset.machine("K80"), 0u);
  EXPECT_EQ(dataset.machine("T4"), 2u);
  const Error error = error_of([&] { dataset.machine("M6"); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_STREQ(error.what(), "unknown machine 'M6'; did you mean M60?");
  EXPECT_EQ(error_of([&] { dataset.machine("ZZZ"); }).code(), ErrorCode::unknown_name);
}

TEST(KnownOn, AreTheWorkloadsOfAllTheseMachines) {
  const Dataset dataset(Rows{row("a", "X", 1), row("a", "Y", 1), row("b", "X", 1), row("b", "Z", 1),
                             row("c", "X", 1), row("c", "Y", 1), row("c", "Z", 1)});
  EXPECT_THAT(dataset.known_on(std::array<std::size_t, 2>{0, 1}), ElementsAre(0, 2));
  EXPECT_THAT(dataset.known_on(std::array<std::size_t, 2>{2, 0}), ElementsAre(1, 2));
  EXPECT_THAT(dataset.known_on(std::array<std::size_t, 3>{0, 1, 2}), ElementsAre(2));
}

TEST(Dataset, ARowThatStandsForSeveralRunsKeepsTheirSpreadWhereItIsAlone) {
  Rows rows{row("a", "X", 1), row("b", "X", 2), row("b", "X", 4)};
  rows[0].runs = 4;
  rows[0].spread = 0.1;
  rows[1].runs = 9;
  rows[1].spread = 0.5;
  const Dataset dataset(rows);
  EXPECT_EQ(dataset.cell(0, 0)->repeats, 4U);
  EXPECT_EQ(dataset.cell(0, 0)->spread, 0.1);
  // 0.1^2 pi / (2 x 4): the variance of a median of four.
  EXPECT_NEAR(log_variance(*dataset.cell(0, 0)), 0.00392699081698724, 1e-15);
  EXPECT_EQ(dataset.cell(1, 0)->repeats, 2U);
  EXPECT_NEAR(dataset.cell(1, 0)->spread, std::sqrt(2.0) / 3.0, 1e-15);
}

}  // namespace
}  // namespace isojoule
