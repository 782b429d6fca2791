#include "isojoule/normalize/normalizer.hpp"

#include <cmath>
#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fit_numbers.hpp"
#include "support/test_table.hpp"

namespace isojoule {
namespace {

using fit_numbers::Given;
using fit_numbers::given;
using fit_numbers::Numbers;
using fit_numbers::predicted;
using fit_numbers::refusal;
using fit_numbers::used;
using test_table::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kKilowattHour = 3.6e6;  // J

// A fit of a dozen rows loses a few roundings of 1e-16 for each row and each coefficient.
constexpr double kRelative = 1e-12;

Given references(const Numbers& source_j, const Numbers& target_j) {
  return given(source_j, target_j);
}

/// On energy, FLOPs and parameters.
Given references_by(const std::vector<Numbers>& features, const Numbers& target_j) {
  return {features, target_j, {Feature::energy, Feature::flops, Feature::parameters}};
}

void expect_predicts(const char* normalizer, const Given& known, const Numbers& asked,
                     double expected) {
  EXPECT_NEAR(predicted(normalizer, known, asked), expected, kRelative * std::abs(expected));
}

TEST(ParseNormalizer, ReadsWhatToStringWrites) {
  for (const char* text :
       {"none", "single:lowest", "single:highest", "single:median", "single:cnn-1x128",
        "single:a:b", "ratio", "dual", "linear", "log-linear", "polynomial", "svr", "svr-tuned"})
    EXPECT_EQ(to_string(parse_normalizer(text)), text);
}

TEST(ParseNormalizer, ListsNearNames) {
  EXPECT_STREQ(error_of([] { parse_normalizer("loglinear"); }).what(),
               "unknown normalizer 'loglinear'; did you mean log-linear, linear?");
  for (const char* text : {"", "single", "single:", "Linear"})
    EXPECT_EQ(error_of([text] { parse_normalizer(text); }).code(), ErrorCode::unknown_name) << text;
}

TEST(NamedReference, IsThatOfASingleGivenByName) {
  EXPECT_EQ(named_reference(parse_normalizer("single:cnn")), "cnn");
  for (const char* text : {"single:lowest", "single:highest", "single:median", "dual", "linear"})
    EXPECT_EQ(named_reference(parse_normalizer(text)), "") << text;
}

TEST(ParseNormalizer, OneThatTakesNoArgumentHasNone) {
  EXPECT_EQ(error_of([] { parse_normalizer("linear:lowest"); }).code(), ErrorCode::unknown_name);
}

TEST(NormalizerKinds, HaveNamesOfTheirOwnAndASummary) {
  std::set<std::string> names;
  for (const NormalizerKind& kind : normalizer_kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_NE(kind.summary, "") << kind.name;
  }
  for (const std::string& name : normalizer_names())
    EXPECT_EQ(to_string(parse_normalizer(name)), name);
}

TEST(DefaultNormalizers, AreThereForEachPurpose) {
  for (const Purpose purpose :
       {Purpose::normalize, Purpose::comparison, Purpose::report, Purpose::compare,
        Purpose::diagnose, Purpose::baseline, Purpose::order})
    EXPECT_FALSE(default_normalizers(purpose).empty());
  EXPECT_LT(default_normalizers(Purpose::report, 1000000).size(),
            default_normalizers(Purpose::report, 10).size());
}

TEST(Capabilities, AreRefusedWithAReasonByThoseThatLackThem) {
  const Given known = references({1, 2, 3}, {1, 2, 4});
  const fit_numbers::Fitting fitting("linear", known, {4});
  EXPECT_NE((*fitting.fit)->distribution(0).refused, "");
  EXPECT_NE((*fitting.fit)->ratio(0, 1).refused, "");
  EXPECT_EQ((*fitting.fit)->unlike(0), "");
  EXPECT_EQ((*fitting.fit)->others(), std::nullopt);
  const View view(fitting.dataset, 0, std::nullopt, {0, 1, 2});
  const auto learner = learn(parse_normalizer("linear"), {Feature::energy}, view);
  EXPECT_NE((*learner)->order(1).refused, "");
  EXPECT_NE((*learner)->doubts(0.5).refused, "");
}

TEST(Single, MedianIsTheMiddleOrTheLowerMiddle) {
  const Given odd = references({300, 100, 200}, {30, 50, 80});
  EXPECT_THAT(used("single:median", odd), ElementsAre("r02"));
  EXPECT_EQ(predicted("single:median", odd, {50}), 20.0);  // 50 x 80/200
  EXPECT_THAT(used("single:median", references({300, 100, 200, 400}, {30, 50, 80, 40})),
              ElementsAre("r02"));
}

TEST(Ratio, IsTheGeometricMeanOfTheRatios) {
  // 0.5, 0.25 and 0.75.
  const Given known = references({100, 200, 400}, {50, 50, 300});
  EXPECT_THAT(used("ratio", known), ElementsAre("r00", "r01", "r02"));
  for (const double source : {1.0, 300.0, 1e9})
    expect_predicts("ratio", known, {source}, source * std::cbrt(0.5 * 0.25 * 0.75));
}

TEST(Ratio, OfOneReferenceIsSingle) {
  const Given one = references({100.0}, {50.0});
  expect_predicts("ratio", one, {300}, predicted("single:lowest", one, {300}));
}

TEST(Linear, IsExactOnALine) {
  const Given known = references({1, 2, 5, 9}, {5, 7, 13, 21});  // 3 + 2 x
  expect_predicts("linear", known, {100}, 203);
  EXPECT_THAT(used("linear", known), ElementsAre("r00", "r01", "r02", "r03"));
}

TEST(Linear, MakesTheSquaresLeast) {
  // (1, 1), (2, 2), (3, 4): slope (1 x 4/3 + 1 x 5/3) / 2 = 3/2 through (2, 7/3).
  const Given known = references({1, 2, 3}, {1, 2, 4});
  expect_predicts("linear", known, {2}, 7.0 / 3.0);
  expect_predicts("linear", known, {4}, 16.0 / 3.0);
  expect_predicts("linear", known, {0}, -2.0 / 3.0);  // as it is, though no energy
}

/// 20 + 2 E + 3e-9 FLOPs + 4e-6 parameters, in the units that such numbers come in.
double plane(const Numbers& row) { return 20 + 2 * row[0] + 3e-9 * row[1] + 4e-6 * row[2]; }

const std::vector<Numbers>& plane_rows() {
  static const std::vector<Numbers> rows{
      {100, 1e9, 5e6}, {150, 8e9, 1e6}, {300, 2e9, 9e6}, {700, 9e9, 2e6}, {900, 5e9, 7e6}};
  return rows;
}

TEST(Linear, IsExactOnAPlaneOfEnergyFlopsAndParameters) {
  Numbers target;
  for (const Numbers& row : plane_rows()) target.push_back(plane(row));
  const Numbers asked{400, 3e9, 8e6};
  expect_predicts("linear", references_by(plane_rows(), target), asked, plane(asked));
}

TEST(LogLinear, IsExactOnAPowerLaw) {
  const Given known = references({1, 4, 9, 25}, {3, 24, 81, 375});  // 3 x^1.5
  expect_predicts("log-linear", known, {16}, 192);
  expect_predicts("log-linear", known, {1e4}, 3e6);
}

TEST(LogLinear, IsExactOnAProductOfPowers) {
  const auto law = [](const Numbers& row) {
    return 2 * std::pow(row[0], 0.5) * std::pow(row[1], 0.25) * std::pow(row[2], -0.1);
  };
  Numbers target;
  for (const Numbers& row : plane_rows()) target.push_back(law(row));
  const Numbers asked{400, 3e9, 8e6};
  expect_predicts("log-linear", references_by(plane_rows(), target), asked, law(asked));
}

TEST(Polynomial, IsExactOnAParabola) {
  const auto parabola = [](double x) { return 1 - 2 * x + 3 * x * x; };
  Numbers target;
  const Numbers source{1, 2, 4, 7};
  for (const double x : source) target.push_back(parabola(x));
  expect_predicts("polynomial", references(source, target), {3}, 22);
  expect_predicts("polynomial", references(source, target), {10}, 281);
  expect_predicts("polynomial", references({1, 2, 4}, {2, 9, 41}), {10}, 281);
}

TEST(Polynomial, KeepsItsDigitsFarFromZero) {
  // 1, x, x^2 at 1e6 +- 1 are the same to twelve digits; the answer bends nevertheless.
  const Given known = references({1e6 - 1, 1e6, 1e6 + 1}, {5, 4, 5});
  EXPECT_NEAR(predicted("polynomial", known, {1e6 + 2}), 8.0, 1e-9);  // x is only known to 1e-10
}

TEST(Svr, IsTheClosedFormForTwoReferencesInKilowattHours) {
  // At x = 1 and 3 kWh the variance is 1, so gamma = 1 and the kernel between them is e^-4. Both
  // residuals lie at epsilon: the function is y -+ 1e-4 kWh there and, by symmetry, halfway in the
  // middle. The dual variable is 0.0199/(1 - e^-4) = 0.0203, below C = 0.1. Joules instead of kWh
  // would stop at C. Tolerance: kernels in single precision, 1e-7 of 0.02 kWh.
  const Given known = references({1 * kKilowattHour, 3 * kKilowattHour},
                                 {0.02 * kKilowattHour, 0.06 * kKilowattHour});
  constexpr double kTolerance = 1e-8;
  const auto at = [&known](double kwh) {
    return predicted("svr", known, {kwh * kKilowattHour}) / kKilowattHour;
  };
  EXPECT_NEAR(at(1), 0.0201, kTolerance);
  EXPECT_NEAR(at(2), 0.0400, kTolerance);
  EXPECT_NEAR(at(3), 0.0599, kTolerance);
  EXPECT_NEAR(at(1000), 0.0400, kTolerance);  // far from all it has seen
}

TEST(Svr, LeavesAFirstFeatureThatIsNoEnergyAsItIs) {
  Given by_flops = references({1, 3}, {0.02 * kKilowattHour, 0.06 * kKilowattHour});
  by_flops.set = {Feature::flops};
  EXPECT_NEAR(predicted("svr", by_flops, {3}) / kKilowattHour, 0.0599, 1e-8);
}

TEST(TunedSvr, FitsWhatThePlainOneIsTooStiffFor) {
  // y = 3 x over 0.1 to 1.2 kWh needs slopes that C = 0.1 does not allow.
  Numbers source;
  Numbers target;
  for (int i = 1; i <= 12; ++i) {
    source.push_back(0.1 * i * kKilowattHour);
    target.push_back(3 * source.back());
  }
  const Given known = references(source, target);
  const Numbers asked{1.15 * kKilowattHour};
  const double truth = 3 * asked[0];
  const double plain = std::abs(predicted("svr", known, asked) - truth);
  const double tuned = std::abs(predicted("svr-tuned", known, asked) - truth);
  EXPECT_LT(tuned, plain / 2);
  EXPECT_EQ(predicted("svr-tuned", known, asked), predicted("svr-tuned", known, asked));
}

TEST(Refusals, TooFewReferences) {
  const Given empty = references(Numbers{}, {});
  const Given one = references(Numbers{1}, Numbers{1});
  const Given two = references({1, 2}, {1, 3});
  for (const char* normalizer :
       {"single:lowest", "ratio", "dual", "linear", "log-linear", "polynomial", "svr", "svr-tuned"})
    EXPECT_NE(refusal(normalizer, empty), "") << normalizer;
  for (const char* normalizer : {"dual", "linear", "log-linear", "polynomial", "svr", "svr-tuned"})
    EXPECT_NE(refusal(normalizer, one), "") << normalizer;
  for (const char* normalizer : {"polynomial", "svr-tuned"})
    EXPECT_NE(refusal(normalizer, two), "") << normalizer;
  for (const char* normalizer : {"dual", "linear", "log-linear", "svr"})
    EXPECT_EQ(refusal(normalizer, two), "") << normalizer;
  EXPECT_EQ(refusal("none", empty), "");
}

TEST(Refusals, EqualEnergies) {
  const Given equal = references({5, 5}, {1, 2});
  for (const char* normalizer : {"dual", "linear", "log-linear", "polynomial", "svr"})
    EXPECT_NE(refusal(normalizer, equal), "") << normalizer;
  EXPECT_THAT(refusal("dual", equal), HasSubstr("have the same energy"));
  EXPECT_THAT(refusal("linear", equal), HasSubstr("constant"));
  EXPECT_EQ(refusal("ratio", equal), "");  // ratios need no spread
  EXPECT_THAT(refusal("polynomial", references({5, 5, 7}, {1, 2, 3})), HasSubstr("regressor 2"));
}

TEST(Refusals, CollinearFlopsAndParameters) {
  std::vector<Numbers> rows = plane_rows();
  for (Numbers& row : rows) row[2] = row[1] / 250;
  EXPECT_THAT(refusal("linear", references_by(rows, {1, 2, 3, 4, 6})), HasSubstr("depends"));
  EXPECT_THAT(refusal("log-linear", references_by(rows, {1, 2, 3, 4, 6})), HasSubstr("depends"));
}

TEST(Refusals, TwoReferencesWithFlopsHaveNoMinimumNormAnswer) {
  const Given two{{{1, 1e9}, {2, 3e9}}, {1, 2}, {Feature::energy, Feature::flops}};
  EXPECT_THAT(refusal("linear", two), HasSubstr("3 coefficients"));
  EXPECT_THAT(refusal("log-linear", two), HasSubstr("3 coefficients"));
}

TEST(Refusals, SeveralFeaturesForANormalizerOfOne) {
  const Given given = references_by(plane_rows(), {1, 2, 3, 4, 6});
  for (const char* normalizer : {"none", "single:lowest", "ratio", "dual", "polynomial"})
    EXPECT_THAT(refusal(normalizer, given), HasSubstr("one feature")) << normalizer;
}

TEST(Refusals, NoneNeedsAnEnergy) {
  Given by_flops = references({1, 2}, {1, 2});
  by_flops.set = {Feature::flops};
  EXPECT_THAT(refusal("none", by_flops), HasSubstr("needs the energy"));
  EXPECT_EQ(refusal("ratio", by_flops), "");
}

TEST(Refusals, NumbersThatAreNotPositiveWhereRatiosOrLogarithmsAreTaken) {
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity()}) {
    for (const char* normalizer : {"single:lowest", "ratio", "dual", "log-linear"}) {
      EXPECT_THAT(refusal(normalizer, references({1, bad, 3}, {1, 2, 3})),
                  HasSubstr("reference r01 on the source machine"))
          << normalizer;
      EXPECT_THAT(refusal(normalizer, references({1, 2, 3}, {1, 2, bad})),
                  HasSubstr("reference r02 on the target machine"))
          << normalizer;
    }
    std::vector<Numbers> rows = plane_rows();
    rows[1][1] = bad;
    EXPECT_THAT(refusal("log-linear", references_by(rows, {1, 2, 3, 4, 6})),
                HasSubstr("feature of reference r01"));
  }
}

TEST(Refusals, NumbersThatAreNotFinite) {
  for (const char* normalizer : {"linear", "polynomial", "svr", "svr-tuned"}) {
    EXPECT_NE(refusal(normalizer, references({1, 2, 3, 5}, {1, 2, 3, HUGE_VAL})), "") << normalizer;
    EXPECT_NE(refusal(normalizer, references({1, 2, HUGE_VAL, 5}, {1, 2, 3, 4})), "") << normalizer;
  }
}

TEST(Refusals, ASingleReferenceThatIsNotThere) {
  EXPECT_EQ(refusal("single:z", references({1, 2}, {1, 2})), "z is not among the references");
}

}  // namespace
}  // namespace isojoule
