#include "isojoule/normalize/normalize.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using Pairs = std::vector<ReferencePair>;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

ReferencePair pair(std::string name, double source, double target) {
  return {WorkloadId(std::move(name)), source * joule, target * joule};
}

/// Three references whose ratios differ: 0.5, 0.25 and 0.75.
Pairs references() {
  return {pair("middle", 200, 50), pair("small", 100, 50), pair("large", 400, 300)};
}

Normalized single(double source, const Pairs& pairs, const std::string& reference) {
  return normalize(parse_normalizer("single:" + reference), source * joule, pairs);
}

Normalized none(Energy source) { return normalize(parse_normalizer("none"), source, {}); }

Normalized dual(double source, const Pairs& pairs) {
  return normalize(parse_normalizer("dual"), source * joule, pairs);
}

double joules(const Normalized& result) {
  EXPECT_EQ(result.refused, "");
  return result.energy ? result.energy->point.in(joule) : kNan;
}

void expect_refused(const Normalized& result, const std::string& reason) {
  EXPECT_FALSE(result.energy);
  EXPECT_FALSE(result.extrapolated);
  EXPECT_THAT(result.refused, HasSubstr(reason));
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::io, "nothing thrown"};
}

TEST(None, IsTheEnergyAsItIs) {
  const Normalized result = none(123.0 * joule);
  EXPECT_EQ(joules(result), 123.0);
  EXPECT_EQ(result.normalizer, "none");
  EXPECT_THAT(result.references, IsEmpty());
  EXPECT_FALSE(result.extrapolated);
}

TEST(Single, TakesTheRatioOfItsReference) {
  EXPECT_EQ(joules(single(300, references(), "lowest")), 150.0);   // 300 x 50/100
  EXPECT_EQ(joules(single(300, references(), "highest")), 225.0);  // 300 x 300/400
  EXPECT_EQ(joules(single(300, references(), "middle")), 75.0);    // 300 x 50/200
}

TEST(Single, SaysWhichReferenceItTook) {
  const Normalized lowest = single(300, references(), "lowest");
  EXPECT_EQ(lowest.normalizer, "single:lowest");
  EXPECT_THAT(lowest.references, ElementsAre("small"));
  const Normalized highest = single(300, references(), "highest");
  EXPECT_EQ(highest.normalizer, "single:highest");
  EXPECT_THAT(highest.references, ElementsAre("large"));
  const Normalized named = single(300, references(), "middle");
  EXPECT_EQ(named.normalizer, "single:middle");
  EXPECT_THAT(named.references, ElementsAre("middle"));
}

TEST(Single, LowestAndHighestAreByTheSourceEnergy) {
  // On the target, "a" is the larger.
  const Pairs crossed{pair("a", 1, 100), pair("b", 2, 10)};
  EXPECT_EQ(joules(single(4, crossed, "lowest")), 400.0);
  EXPECT_EQ(joules(single(4, crossed, "highest")), 20.0);
}

TEST(Single, OfTheReferenceItselfIsItsTarget) {
  EXPECT_EQ(joules(single(200, references(), "middle")), 50.0);
}

TEST(Single, AmongEqualEnergiesTheFirstByNameCounts) {
  Pairs ties{pair("b", 100, 30), pair("a", 100, 20), pair("c", 100, 40)};
  std::ranges::sort(ties, {}, &ReferencePair::workload);
  do {
    EXPECT_THAT(single(100, ties, "lowest").references, ElementsAre("a"));
    EXPECT_THAT(single(100, ties, "highest").references, ElementsAre("a"));
  } while (std::ranges::next_permutation(ties, {}, &ReferencePair::workload).found);
}

TEST(Single, RefusesWithoutReferences) {
  expect_refused(single(1, {}, "lowest"), "needs one reference");
  expect_refused(single(1, {}, "x"), "needs one reference");
}

TEST(Single, AnUnknownNameListsNearOnes) {
  const Error error = error_of([] { single(1, references(), "smal"); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_STREQ(error.what(), "unknown reference 'smal'; did you mean small?");
}

TEST(Dual, GoesThroughTheLowestAndTheHighest) {
  // Through (100, 50) and (400, 300): slope 250/300 = 5/6, so 300 J gives 50 + 200 x 5/6 = 650/3.
  // The middle reference, (200, 50), has no say. 4 roundings: 4 x 2^-52 relative at most.
  const Normalized result = dual(300, references());
  EXPECT_DOUBLE_EQ(joules(result), 650.0 / 3.0);
  EXPECT_EQ(result.normalizer, "dual");
  EXPECT_THAT(result.references, ElementsAre("small", "large"));
}

TEST(Dual, ReproducesItsReferences) {
  EXPECT_DOUBLE_EQ(joules(dual(100, references())), 50.0);
  EXPECT_DOUBLE_EQ(joules(dual(400, references())), 300.0);
}

TEST(Dual, HasAnInterceptWhereSingleHasNone) {
  // E_B = 10 + 2 E_A exactly: single by the lowest is off by the intercept, dual is not.
  const Pairs affine{pair("a", 5, 20), pair("b", 20, 50)};
  EXPECT_EQ(joules(dual(10, affine)), 30.0);
  EXPECT_EQ(joules(single(10, affine, "lowest")), 40.0);   // 10 x 20/5
  EXPECT_EQ(joules(single(10, affine, "highest")), 25.0);  // 10 x 50/20
}

TEST(Dual, OrderOfReferencesDoesNotChangeADigit) {
  Pairs pairs = references();
  std::ranges::sort(pairs, {}, &ReferencePair::workload);
  const double expected = joules(dual(333.3, pairs));
  while (std::ranges::next_permutation(pairs, {}, &ReferencePair::workload).found)
    EXPECT_EQ(joules(dual(333.3, pairs)), expected);
}

TEST(Dual, RefusesTooFewOrEqualReferences) {
  expect_refused(dual(1, {}), "needs two references, there is none");
  expect_refused(dual(1, {pair("a", 1, 2)}), "needs two references, there is one");
  expect_refused(dual(1, {pair("a", 1, 2), pair("b", 1, 3)}), "have the same energy");
  expect_refused(dual(1, {pair("a", 1, 2), pair("b", 1 + 1e-12, 3)}), "have the same energy");
}

TEST(Dual, RefusesWhereTheLineLeavesThePositiveEnergies) {
  // Through (100, 10) and (200, 110): zero at 90.
  const Pairs steep{pair("a", 100, 10), pair("b", 200, 110)};
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
  const Pairs one{pair("a", 100, 10)};
  EXPECT_FALSE(single(100, one, "lowest").extrapolated);
  EXPECT_TRUE(single(101, one, "lowest").extrapolated);
}

TEST(Intervals, AreAbsentWithTheReason) {
  for (const Normalized& result : {none(1.0 * joule), single(300, references(), "lowest"),
                                   single(300, references(), "middle"), dual(300, references())}) {
    ASSERT_TRUE(result.energy);
    EXPECT_FALSE(result.energy->interval);
    EXPECT_NE(result.energy->no_interval, "");
  }
}

TEST(BadEnergies, AreRefusedAndNamed) {
  for (const double bad : {0.0, -0.0, -1.0, kNan, kInfinity}) {
    expect_refused(none(bad * joule), "the energy to normalize is");
    expect_refused(single(bad, references(), "lowest"), "the energy to normalize is");
    expect_refused(dual(bad, references()), "the energy to normalize is");
    Pairs source = references();
    source[0].source = bad * joule;  // not the one that would be taken
    expect_refused(single(1, source, "highest"), "reference middle on the source machine is");
    expect_refused(dual(1, source), "reference middle on the source machine is");
    Pairs target = references();
    target[0].target = bad * joule;
    expect_refused(single(1, target, "highest"), "reference middle on the target machine is");
    expect_refused(dual(1, target), "reference middle on the target machine is");
  }
}

TEST(BadEnergies, AResultThatOverflowsIsRefused) {
  const Pairs pairs{pair("a", 1e-200, 1), pair("b", 1, 1e200)};
  expect_refused(single(1e200, pairs, "lowest"), "the result is inf J");
  // 1e200 x 1e200 would overflow on the way to a result that does not.
  const Pairs large{pair("a", 1e200, 1e200)};
  EXPECT_EQ(joules(single(1e200, large, "lowest")), 1e200);
}

class Scaling : public ::testing::TestWithParam<double> {};

TEST_P(Scaling, OfTheTargetMachineScalesTheAnswer) {
  // By powers of two everything is exact.
  const double factor = GetParam();
  Pairs scaled = references();
  for (ReferencePair& reference : scaled) reference.target = reference.target * factor;
  EXPECT_EQ(joules(single(300, scaled, "lowest")),
            factor * joules(single(300, references(), "lowest")));
  EXPECT_EQ(joules(dual(300, scaled)), factor * joules(dual(300, references())));
}

TEST_P(Scaling, OfTheSourceMachineChangesNothing) {
  const double factor = GetParam();
  Pairs scaled = references();
  for (ReferencePair& reference : scaled) reference.source = reference.source * factor;
  EXPECT_EQ(joules(single(300 * factor, scaled, "highest")),
            joules(single(300, references(), "highest")));
  EXPECT_EQ(joules(dual(300 * factor, scaled)), joules(dual(300, references())));
}

INSTANTIATE_TEST_SUITE_P(PowersOfTwo, Scaling, ::testing::Values(0.125, 2.0, 1048576.0));

ReferenceEnergy reference(std::string name, double per_step) {
  ReferenceEnergy result;
  result.workload = WorkloadId(std::move(name));
  result.energy.per_step = per_step * joule;
  return result;
}

TEST(PairReferences, TakesCommonOnesScaledToTheWorkInTheOrderOfTheFirst) {
  MachineProfile from;
  from.references = {reference("a", 0.5), reference("only-here", 1), reference("b", 2)};
  MachineProfile to;
  to.references = {reference("b", 0.25), reference("only-there", 1), reference("a", 4)};
  const std::vector<ReferencePair> pairs = pair_references(from, to, 1980);
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0].workload, WorkloadId("a"));
  EXPECT_EQ(pairs[0].source, 990.0 * joule);
  EXPECT_EQ(pairs[0].target, 7920.0 * joule);
  EXPECT_EQ(pairs[1].workload, WorkloadId("b"));
  EXPECT_EQ(pairs[1].source, 3960.0 * joule);
  EXPECT_EQ(pairs[1].target, 495.0 * joule);
}

TEST(PairReferences, WithNothingInCommonIsEmpty) {
  MachineProfile from;
  from.references = {reference("a", 1)};
  EXPECT_THAT(pair_references(from, MachineProfile{}, 1), IsEmpty());
}

TEST(PairReferences, RefusesWorkThatIsNone) {
  for (const long steps : {0L, -5L})
    EXPECT_EQ(error_of([&] { pair_references({}, {}, steps); }).code(), ErrorCode::usage);
}

Basis basis() {
  return {Scope::package, Kind::measured, Boundary::gross, kStepsProtocol, 8, "float32"};
}

void check(const Basis& a, const Basis& b, bool allow_modelled) {
  check_comparable(a, "record 01H", b, "profile 'xeon'", allow_modelled);
}

TEST(CheckComparable, EqualBasesAre) {
  EXPECT_NO_THROW(check(basis(), basis(), false));
  Basis modelled = basis();
  modelled.kind = Kind::modelled;
  EXPECT_NO_THROW(check(modelled, modelled, false));
}

TEST(CheckComparable, ModelledAgainstMeasuredMustBeAskedFor) {
  Basis modelled = basis();
  modelled.kind = Kind::modelled;
  const Error error = error_of([&] { check(basis(), modelled, false); });
  EXPECT_EQ(error.code(), ErrorCode::incompatible);
  EXPECT_STREQ(error.what(),
               "record 01H and profile 'xeon' cannot be compared: kind: measured against modelled "
               "(unless modelled energies are allowed)");
  EXPECT_NO_THROW(check(basis(), modelled, true));
  EXPECT_NO_THROW(check(modelled, basis(), true));
}

TEST(CheckComparable, AnyOtherDifferenceIsRefusedEvenThen) {
  const std::vector<std::function<void(Basis&)>> changes{
      [](Basis& b) { b.scope = Scope::gpu; },   [](Basis& b) { b.boundary = Boundary::net; },
      [](Basis& b) { b.protocol = "command"; }, [](Basis& b) { b.batch = 16; },
      [](Basis& b) { b.batch = std::nullopt; }, [](Basis& b) { b.precision = "tf32"; },
      [](Basis& b) { b.precision.clear(); }};
  for (const auto& change : changes) {
    Basis other = basis();
    change(other);
    EXPECT_EQ(error_of([&] { check(basis(), other, true); }).code(), ErrorCode::incompatible);
  }
}

TEST(CheckComparable, NamesEveryDifference) {
  Basis other = basis();
  other.kind = Kind::modelled;
  other.batch = 16;
  EXPECT_STREQ(error_of([&] { check(basis(), other, true); }).what(),
               "record 01H and profile 'xeon' cannot be compared: kind: measured against modelled; "
               "batch: 8 against 16");
}

}  // namespace
}  // namespace isojoule
