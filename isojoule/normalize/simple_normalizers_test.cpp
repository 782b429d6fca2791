// The simplest normalizers, asked as users ask them.
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/normalize/question.hpp"

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// A reference's energies in J.
struct Pair {
  std::string name;
  double source;
  double target;
};
using Pairs = std::vector<Pair>;

/// Three references whose ratios differ: 0.5, 0.25 and 0.75.
Pairs references() { return {{"middle", 200, 50}, {"small", 100, 50}, {"large", 400, 300}}; }

Answer normalize(const std::string& normalizer, double source, const Pairs& pairs) {
  std::vector<Observation> rows{test_table::row("training", "A", source),
                                test_table::row("another", "B", 1.0)};
  Question question;
  question.from = {"A"};
  question.to = "B";
  question.workloads = {"training"};
  question.normalizer = parse_normalizer(normalizer);
  for (const Pair& pair : pairs) {
    rows.push_back(test_table::row(pair.name, "A", pair.source));
    rows.push_back(test_table::row(pair.name, "B", pair.target));
    question.references.push_back(pair.name);
  }
  return answer_question(Dataset(rows), question).front();
}

Answer single(double source, const Pairs& pairs, const std::string& reference) {
  return normalize("single:" + reference, source, pairs);
}

Answer none(double source) { return normalize("none", source, {}); }

Answer dual(double source, const Pairs& pairs) { return normalize("dual", source, pairs); }

double joules(const Answer& answer) {
  EXPECT_EQ(answer.energy.refused, "");
  return answer.energy ? answer.energy->point.in(joule) : kNan;
}

void expect_refused(const Answer& answer, const std::string& reason) {
  EXPECT_FALSE(answer.energy);
  EXPECT_FALSE(answer.extrapolated);
  EXPECT_THAT(answer.energy.refused, HasSubstr(reason));
}

TEST(None, IsTheEnergyAsItIs) {
  const Answer result = none(123.0);
  EXPECT_EQ(joules(result), 123.0);
  EXPECT_EQ(result.fit->normalizer, "none");
  EXPECT_THAT(result.fit->used, IsEmpty());
  EXPECT_FALSE(result.extrapolated);
}

TEST(Single, TakesTheRatioOfItsReference) {
  EXPECT_EQ(joules(single(300, references(), "lowest")), 150.0);   // 300 x 50/100
  EXPECT_EQ(joules(single(300, references(), "highest")), 225.0);  // 300 x 300/400
  EXPECT_EQ(joules(single(300, references(), "middle")), 75.0);    // 300 x 50/200
}

TEST(Single, SaysWhichReferenceItTook) {
  const Answer lowest = single(300, references(), "lowest");
  EXPECT_EQ(lowest.fit->normalizer, "single:lowest");
  EXPECT_THAT(lowest.fit->used, ElementsAre("small"));
  const Answer highest = single(300, references(), "highest");
  EXPECT_EQ(highest.fit->normalizer, "single:highest");
  EXPECT_THAT(highest.fit->used, ElementsAre("large"));
  const Answer named = single(300, references(), "middle");
  EXPECT_EQ(named.fit->normalizer, "single:middle");
  EXPECT_THAT(named.fit->used, ElementsAre("middle"));
}

TEST(Single, LowestAndHighestAreByTheSourceEnergy) {
  // On the target, "a" is the larger.
  const Pairs crossed{{"a", 1, 100}, {"b", 2, 10}};
  EXPECT_EQ(joules(single(4, crossed, "lowest")), 400.0);
  EXPECT_EQ(joules(single(4, crossed, "highest")), 20.0);
}

TEST(Single, OfTheReferenceItselfIsItsTarget) {
  EXPECT_EQ(joules(single(200, references(), "middle")), 50.0);
}

TEST(Single, AmongEqualEnergiesTheFirstByNameCounts) {
  Pairs ties{{"b", 100, 30}, {"a", 100, 20}, {"c", 100, 40}};
  std::ranges::sort(ties, {}, &Pair::name);
  do {
    EXPECT_THAT(single(100, ties, "lowest").fit->used, ElementsAre("a"));
    EXPECT_THAT(single(100, ties, "highest").fit->used, ElementsAre("a"));
  } while (std::ranges::next_permutation(ties, {}, &Pair::name).found);
}

TEST(Single, RefusesWithoutReferences) {
  expect_refused(single(1, {}, "lowest"), "needs one reference");
}

TEST(Single, AnUnknownNameListsNearOnes) {
  const Error error = error_of([] { single(1, references(), "smal"); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_STREQ(error.what(), "unknown reference 'smal'; did you mean small?");
}

TEST(Dual, GoesThroughTheLowestAndTheHighest) {
  // Through (100, 50) and (400, 300): slope 250/300 = 5/6, so 300 J gives 50 + 200 x 5/6 = 650/3.
  // The middle reference, (200, 50), has no say. 4 roundings: 4 x 2^-52 relative at most.
  const Answer result = dual(300, references());
  EXPECT_DOUBLE_EQ(joules(result), 650.0 / 3.0);
  EXPECT_EQ(result.fit->normalizer, "dual");
  EXPECT_THAT(result.fit->used, ElementsAre("small", "large"));
}

TEST(Dual, ReproducesItsReferences) {
  EXPECT_DOUBLE_EQ(joules(dual(100, references())), 50.0);
  EXPECT_DOUBLE_EQ(joules(dual(400, references())), 300.0);
}

TEST(Dual, HasAnInterceptWhereSingleHasNone) {
  // E_B = 10 + 2 E_A exactly: single by the lowest is off by the intercept, dual is not.
  const Pairs affine{{"a", 5, 20}, {"b", 20, 50}};
  EXPECT_EQ(joules(dual(10, affine)), 30.0);
  EXPECT_EQ(joules(single(10, affine, "lowest")), 40.0);   // 10 x 20/5
  EXPECT_EQ(joules(single(10, affine, "highest")), 25.0);  // 10 x 50/20
}

TEST(Dual, OrderOfReferencesDoesNotChangeADigit) {
  Pairs pairs = references();
  std::ranges::sort(pairs, {}, &Pair::name);
  const double expected = joules(dual(333.3, pairs));
  while (std::ranges::next_permutation(pairs, {}, &Pair::name).found)
    EXPECT_EQ(joules(dual(333.3, pairs)), expected);
}

TEST(Dual, RefusesTooFewOrEqualReferences) {
  expect_refused(dual(1, {}), "needs two references, there is none");
  expect_refused(dual(1, {{"a", 1, 2}}), "needs two references, there is one");
  expect_refused(dual(1, {{"a", 1, 2}, {"b", 1, 3}}), "have the same energy");
  expect_refused(dual(1, {{"a", 1, 2}, {"b", 1 + 1e-12, 3}}), "have the same energy");
}

TEST(Dual, RefusesWhereTheLineLeavesThePositiveEnergies) {
  // Through (100, 10) and (200, 110): zero at 90.
  const Pairs steep{{"a", 100, 10}, {"b", 200, 110}};
  expect_refused(dual(90, steep), "the result is 0 J, not a positive energy");
  expect_refused(dual(50, steep), "the result is -40 J, not a positive energy");
  EXPECT_EQ(joules(dual(91, steep)), 1.0);
}

TEST(Extrapolated, IsWhatLiesOutsideAllReferencesOffered) {
  for (const double inside : {100.0, 250.0, 400.0}) {
    EXPECT_FALSE(dual(inside, references()).extrapolated) << inside;
    EXPECT_FALSE(single(inside, references(), "lowest").extrapolated) << inside;
    EXPECT_FALSE(single(inside, references(), "middle").extrapolated) << inside;
  }
  for (const double beyond : {99.9, 400.1}) {
    EXPECT_TRUE(dual(beyond, references()).extrapolated) << beyond;
    EXPECT_TRUE(single(beyond, references(), "lowest").extrapolated) << beyond;
    EXPECT_TRUE(single(beyond, references(), "middle").extrapolated) << beyond;
  }
  const Pairs one{{"a", 100, 10}};
  EXPECT_FALSE(single(100, one, "lowest").extrapolated);
  EXPECT_TRUE(single(101, one, "lowest").extrapolated);
}

TEST(Intervals, AreAbsentWithTheReason) {
  for (const Answer& result : {none(1.0), single(300, references(), "lowest"),
                               single(300, references(), "middle"), dual(300, references())}) {
    ASSERT_TRUE(result.energy);
    EXPECT_FALSE(result.energy->interval);
    EXPECT_NE(result.energy->interval.refused, "");
  }
}

TEST(BadEnergies, AreRefusedAndNamed) {
  for (const double bad : {0.0, -1.0, kInfinity}) {
    expect_refused(none(bad), "not a positive energy");
    Pairs source = references();
    source[0].source = bad;  // not the one that would be taken
    expect_refused(single(1, source, "large"), "reference middle on the source machine is");
    expect_refused(dual(1, source), "reference middle on the source machine is");
    Pairs target = references();
    target[0].target = bad;
    expect_refused(single(1, target, "highest"), "reference middle on the target machine is");
    expect_refused(dual(1, target), "reference middle on the target machine is");
  }
  expect_refused(none(kNan), "no known energy");
}

TEST(BadEnergies, AResultThatOverflowsIsRefused) {
  const Pairs pairs{{"a", 1e-200, 1}, {"b", 1, 1e200}};
  expect_refused(single(1e200, pairs, "lowest"), "the result is inf J");
  // 1e200 x 1e200 would overflow on the way to a result that does not.
  const Pairs large{{"a", 1e200, 1e200}};
  EXPECT_EQ(joules(single(1e200, large, "lowest")), 1e200);
}

class Scaling : public ::testing::TestWithParam<double> {};

TEST_P(Scaling, OfTheTargetMachineScalesTheAnswer) {
  // By powers of two everything is exact.
  const double factor = GetParam();
  Pairs scaled = references();
  for (Pair& reference : scaled) reference.target = reference.target * factor;
  EXPECT_EQ(joules(single(300, scaled, "lowest")),
            factor * joules(single(300, references(), "lowest")));
  EXPECT_EQ(joules(dual(300, scaled)), factor * joules(dual(300, references())));
}

TEST_P(Scaling, OfTheSourceMachineChangesNothing) {
  const double factor = GetParam();
  Pairs scaled = references();
  for (Pair& reference : scaled) reference.source = reference.source * factor;
  EXPECT_EQ(joules(single(300 * factor, scaled, "highest")),
            joules(single(300, references(), "highest")));
  EXPECT_EQ(joules(dual(300 * factor, scaled)), joules(dual(300, references())));
}

INSTANTIATE_TEST_SUITE_P(PowersOfTwo, Scaling, ::testing::Values(0.125, 2.0, 1048576.0));

}  // namespace
}  // namespace isojoule
