#include "isojoule/normalize/compare.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using Rows = std::vector<Observation>;
using test_table::error_of;
using testing::HasSubstr;
using testing::IsEmpty;

CompareQuestion question(ComparedTraining one, ComparedTraining other, std::string on) {
  return {std::move(one), std::move(other), std::move(on), {}, 0.95};
}

constexpr double kManyRuns = 1e9;  // so many degrees of freedom that t is normal

/// Two workloads on one machine, so that normal theory tells everything.
Comparison direct(double ratio, double sd, double certainty = 0.95) {
  const Dataset dataset(
      Rows{test_table::row("x", "B", 100.0 * ratio), test_table::row("y", "B", 100.0)});
  CompareQuestion asked =
      question({"x", "B", 1.0, sd, kManyRuns}, {"y", "B", 1.0, sd, kManyRuns}, "B");
  asked.certainty = certainty;
  return compare_trainings(dataset, asked);
}

TEST(Compare, OnTheMachineItselfIsNormalTheory) {
  const Comparison result = direct(0.9, 0.05);
  // P(N(ln 0.9, 2 x 0.05^2) < 0), by the error function.
  const double z = -std::log(0.9) / (0.05 * std::sqrt(2.0));
  EXPECT_NEAR(result.probability_less.value(), 0.5 * std::erfc(-z / std::sqrt(2.0)), 1e-9);
  EXPECT_NEAR(result.ratio.point, 0.9, 1e-8);
  EXPECT_NEAR(std::log(result.ratio.interval->upper / 0.9), 1.6448536 * 0.05 * std::sqrt(2.0),
              1e-7);
  EXPECT_EQ(result.first.fit->others, std::nullopt);
  EXPECT_THAT(result.first.fit->used, IsEmpty());
}

TEST(Compare, VerdictsFollowTheProbability) {
  EXPECT_EQ(direct(0.5, 0.05).verdict, Verdict::less);
  EXPECT_EQ(direct(2.0, 0.05).verdict, Verdict::more);
  EXPECT_EQ(direct(0.9, 0.05).verdict, Verdict::indistinguishable);
  EXPECT_EQ(direct(0.9, 0.05, 0.9).verdict, Verdict::less);
  EXPECT_EQ(direct(0.5, 0.05).settling.by, Settling::By::nothing);
}

TEST(Compare, SoManyRepeatsAsItSaysSettleIt) {
  const Comparison before = direct(0.95, 0.05);
  ASSERT_EQ(before.settling.by, Settling::By::repeats);
  const double n = before.settling.number;
  EXPECT_EQ(direct(0.95, 0.05 / std::sqrt(n)).verdict, Verdict::less);
  EXPECT_EQ(direct(0.95, 0.05 / std::sqrt(n - 1.0)).verdict, Verdict::indistinguishable);
  EXPECT_EQ(direct(0.999, 0.05).settling.by, Settling::By::never);
}

TEST(Compare, ASpreadKnownFromFewRunsIsNotTakenForCertain) {
  // Two runs of each: Welch's t with 2 degrees of freedom, whose probabilities have a closed form.
  const Dataset dataset(Rows{test_table::row("x", "B", 90.0), test_table::row("y", "B", 100.0)});
  const Comparison result = compare_trainings(
      dataset, question({"x", "B", 1.0, 0.05, 1.0}, {"y", "B", 1.0, 0.05, 1.0}, "B"));
  const double t = -std::log(0.9) / (0.05 * std::sqrt(2.0));
  EXPECT_NEAR(result.probability_less.value(), 0.5 + t / (2.0 * std::sqrt(2.0 + t * t)), 1e-9);
  EXPECT_EQ(result.verdict, Verdict::indistinguishable);
}

TEST(Compare, RepeatsOnTheSourceAreOfMeasuring) {
  // Four runs of each that scatter by 35 %, of workloads whose law is plain.
  Rows rows;
  for (int i = 0; i < 8; ++i) {
    for (const auto& [machine, factor] : {std::pair{"A", 1.0}, {"B", 2.0}, {"C", 1.5}})
      rows.push_back(test_table::row("r" + std::to_string(i), machine, factor * 10.0 * (1 << i)));
  }
  for (const auto& [name, energy_j] : {std::pair{"x", 100.0}, {"y", 80.0}}) {
    int run = 0;
    for (const double factor : {0.65, 0.85, 1.15, 1.35}) {
      rows.push_back(test_table::row(name, "A", factor * energy_j));
      rows.back().run = std::to_string(run++);
    }
  }
  const Comparison result = compare_trainings(Dataset(rows), question({"x", "A"}, {"y", "A"}, "B"));
  EXPECT_GT(result.measuring_sd, 2.0 * result.own_sd);
  EXPECT_EQ(result.settling.by, Settling::By::repeats);
  EXPECT_GT(result.settling.number, 4);  // more than there are
}

TEST(Compare, AnEnergyThatTheOtherMachinesBelieCountsLess) {
  // w12 on A is twice what B's and C's rows of it, and everything else, let expect.
  Rows rows = test_table::rows(24, 4);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // All machines in proportion, so that one run alone can be wrong.
    const double base = rows[4 * (i / 4)].energy->in(joule);
    rows[i].energy = base * (1.0 + 0.3 * static_cast<double>(i % 4)) * joule;
  }
  std::erase_if(
      rows, [](const Observation& row) { return row.hardware == "B" && row.workload == "w12"; });
  CompareQuestion asked = question({"w12", "A"}, {"w05", "A"}, "B");
  asked.references = {"w00", "w03", "w10", "w20"};
  const double before = compare_trainings(Dataset(rows), asked).first.energy->point.in(joule);
  for (Observation& row : rows) {
    if (row.hardware == "A" && row.workload == "w12") row.energy = 2.0 * *row.energy;
  }
  const double after = compare_trainings(Dataset(rows), asked).first.energy->point.in(joule);
  EXPECT_LT(after, 1.3 * before);
}

TEST(Compare, UnknownFeaturesWidenAndDoNotCancel) {
  Rows rows = test_table::rows(24, 4);
  CompareQuestion asked = question({"w03", "A"}, {"w17", "A"}, "B");
  asked.references = {"w00", "w05", "w10", "w20"};
  for (Observation& row : rows) {
    if (row.hardware != "A" && (row.workload == "w03" || row.workload == "w17")) row.energy.reset();
  }
  const double known = compare_trainings(Dataset(rows), asked).own_sd;
  for (Observation& row : rows) {
    if (row.workload == "w03" || row.workload == "w17") row.duration.reset();
  }
  const Comparison unknown = compare_trainings(Dataset(rows), asked);
  EXPECT_GT(unknown.own_sd, known + 0.03);  // the power's slope, times its spread, twice
  EXPECT_THAT(unknown.first.unlike, testing::Not(HasSubstr("power")));
}

TEST(Compare, NothingKnownOfTheSpreadGivesNoProbability) {
  const Comparison result = direct(0.5, 0.0);
  EXPECT_EQ(result.probability_less, std::nullopt);
  EXPECT_EQ(result.verdict, Verdict::indistinguishable);
  EXPECT_FALSE(result.ratio.interval);
  EXPECT_THAT(result.ratio.interval.refused, HasSubstr("scatter"));
  EXPECT_EQ(result.settling.by, Settling::By::repeats);
}

TEST(Compare, EachSideIsWhatNormalizeSays) {
  const Dataset dataset(test_table::rows(24, 4));
  CompareQuestion asked = question({"w03", "A"}, {"w17", "C"}, "B");
  asked.references = {"w00", "w05", "w10", "w20"};
  const Comparison result = compare_trainings(dataset, asked);
  for (const auto& [side, training] :
       {std::pair(result.first, asked.first), std::pair(result.second, asked.second)}) {
    const auto told = answer_question(dataset, {{training.machine},
                                                "B",
                                                {training.workload},
                                                asked.references,
                                                parse_normalizer("pooled")});
    EXPECT_NEAR(side.energy->point.in(joule) / told[0].energy->point.in(joule), 1.0, 1e-6);
    EXPECT_NEAR(side.energy->interval->upper.in(joule) / told[0].energy->interval->upper.in(joule),
                1.0, 1e-6);
    EXPECT_EQ(side.fit->others, 2U);
  }
}

TEST(Compare, WhatIsCommonToOneMachineCancels) {
  // Two copies of one workload differ by what each has of its own alone; from another machine the
  // law between the machines is open twice.
  Rows rows = test_table::rows(24, 4);
  Rows twin;
  for (Observation row : rows) {
    if (row.workload != "w12") continue;
    row.workload = "w12-twin";
    row.line += 1000;
    if (row.hardware != "B") twin.push_back(row);
  }
  rows.insert(rows.end(), twin.begin(), twin.end());
  const Dataset dataset(rows);
  CompareQuestion asked = question({"w12", "A"}, {"w12-twin", "A"}, "B");
  asked.references = {"w00", "w05", "w20"};
  const Comparison same = compare_trainings(dataset, asked);
  EXPECT_NEAR(same.ratio.point, 1.0, 1e-8);
  EXPECT_NEAR(same.probability_less.value(), 0.5, 1e-8);
  EXPECT_LT(same.references_sd, 1e-4);
  EXPECT_GT(same.own_sd, 0.02);
  asked.second.machine = "C";
  const Comparison across = compare_trainings(dataset, asked);
  EXPECT_GT(across.references_sd, 0.02);
}

TEST(Compare, ExchangingTheTwoExchangesTheAnswer) {
  const Dataset dataset(test_table::rows(24, 4));
  const Comparison one = compare_trainings(dataset, question({"w03", "A"}, {"w17", "A"}, "B"));
  const Comparison other = compare_trainings(dataset, question({"w17", "A"}, {"w03", "A"}, "B"));
  EXPECT_NEAR(one.probability_less.value() + other.probability_less.value(), 1.0, 1e-9);
  EXPECT_NEAR(one.ratio.point * other.ratio.point, 1.0, 1e-7);
  EXPECT_NEAR(one.ratio.interval->lower * other.ratio.interval->upper, 1.0, 1e-7);
}

TEST(Compare, AmountsOfWorkMultiply) {
  const Dataset dataset(test_table::rows(24, 4));
  CompareQuestion asked = question({"w03", "A"}, {"w17", "A"}, "B");
  const Comparison once = compare_trainings(dataset, asked);
  asked.first.amount = 3.0;
  const Comparison thrice = compare_trainings(dataset, asked);
  EXPECT_NEAR(thrice.ratio.point / once.ratio.point, 3.0, 1e-7);
  EXPECT_NEAR(thrice.first.energy->point / once.first.energy->point, 3.0, 1e-7);
  EXPECT_NEAR(thrice.second.energy->point / once.second.energy->point, 1.0, 1e-12);
}

TEST(Compare, NothingOfTheComparedOnTheCommonMachineEnters) {
  Rows rows = test_table::rows(24, 4);
  const CompareQuestion asked = question({"w03", "A"}, {"w17", "A"}, "B");
  const Comparison before = compare_trainings(Dataset(rows), asked);
  for (Observation& row : rows) {
    if (row.hardware == "B" && (row.workload == "w03" || row.workload == "w17"))
      row.energy = 7.0 * *row.energy;
  }
  const Comparison after = compare_trainings(Dataset(rows), asked);
  EXPECT_EQ(after.ratio.point, before.ratio.point);
  EXPECT_EQ(after.probability_less, before.probability_less);
}

TEST(Compare, WithoutFurtherMeansItSaysToTrainThere) {
  // Two that differ by a fifth of what each has of its own, with all references there are: neither
  // repeats, of which nothing is known, nor more references can tell them apart.
  Rows rows = test_table::rows(24, 4);
  for (const Observation& row : test_table::rows(24, 4)) {
    if (row.workload != "w12" || row.hardware == "B") continue;
    rows.push_back(row);
    rows.back().workload = "w12-other";
    rows.back().energy = 1.05 * *row.energy;
    rows.back().line += 1000;
  }
  const Comparison result =
      compare_trainings(Dataset(rows), question({"w12", "A"}, {"w12-other", "A"}, "B"));
  EXPECT_EQ(result.verdict, Verdict::indistinguishable);
  EXPECT_EQ(result.settling.by, Settling::By::on_machine);
  EXPECT_EQ(result.settling.number, 0);
}

TEST(Compare, RefusesWhatMakesNoSense) {
  const Dataset dataset(test_table::rows(6, 3));
  const auto refusal = [&](CompareQuestion asked) {
    return error_of([&] { compare_trainings(dataset, asked); });
  };
  EXPECT_THAT(refusal(question({"w01", "A"}, {"w01", "A"}, "B")).what(),
              HasSubstr("compared with itself"));
  EXPECT_EQ(refusal(question({"w01", "A"}, {"w9", "A"}, "B")).code(), ErrorCode::unknown_name);
  EXPECT_EQ(refusal(question({"w01", "A"}, {"w02", "Z"}, "B")).code(), ErrorCode::unknown_name);
  EXPECT_EQ(refusal(question({"w01", "A"}, {"w02", "A"}, "Z")).code(), ErrorCode::unknown_name);
  EXPECT_THAT(refusal(question({"w01", "A", 0.0}, {"w02", "A"}, "B")).what(), HasSubstr("amount"));
  CompareQuestion asked = question({"w01", "A"}, {"w02", "A"}, "B");
  asked.references = {"w01", "w03"};
  EXPECT_THAT(refusal(asked).what(), HasSubstr("reference 'w01' is one of the two"));
  asked.references = {};
  asked.certainty = 0.5;
  EXPECT_THAT(refusal(asked).what(), HasSubstr("certainty"));
  const Dataset apart(Rows{test_table::row("x", "A", 1.0), test_table::row("y", "A", 2.0),
                           test_table::row("z", "B", 3.0)});
  EXPECT_THAT(
      error_of([&] { compare_trainings(apart, question({"x", "A"}, {"y", "A"}, "B")); }).what(),
      HasSubstr("no reference is known on both 'A' and 'B'"));
}

TEST(Compare, ANormalizerThatStatesNoDistributionIsRefused) {
  const Dataset dataset(test_table::rows(12, 3));
  CompareQuestion asked = question({"w03", "A"}, {"w07", "A"}, "B");
  asked.normalizer = parse_normalizer("linear");
  EXPECT_THAT(test_table::error_of([&] { compare_trainings(dataset, asked); }).what(),
              HasSubstr("linear cannot compare trainings"));
}

}  // namespace
}  // namespace isojoule
