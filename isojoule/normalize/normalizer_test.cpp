#include "isojoule/normalize/normalizer.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Numbers = std::vector<double>;

constexpr double kKilowattHour = 3.6e6;  // J

// A fit of a dozen rows loses a few roundings of 1e-16 for each row and each coefficient.
constexpr double kRelative = 1e-12;

/// Rows of features, named a, b, c, ...
References references_by(const std::vector<Numbers>& features, const Numbers& target_j) {
  References result;
  result.features = Matrix(features.size(), features.empty() ? 1 : features[0].size());
  for (std::size_t r = 0; r < features.size(); ++r) {
    result.names.push_back(std::string(1, "abcdefghijklmnop"[r]));
    for (std::size_t c = 0; c < features[r].size(); ++c) result.features(r, c) = features[r][c];
  }
  result.target_j = target_j;
  return result;
}

References references(const Numbers& source_j, const Numbers& target_j) {
  std::vector<Numbers> features;
  for (const double energy : source_j) features.push_back({energy});
  return references_by(features, target_j);
}

Fit fit(const char* rule, const References& given) {
  const Outcome<Fit> fitted = fit_normalizer(parse_normalizer(rule), given);
  EXPECT_EQ(fitted.refused, "") << rule;
  return fitted ? *fitted
                : *fit_normalizer(parse_normalizer("none"), references(Numbers{1}, Numbers{1}));
}

std::string refusal(const char* rule, const References& given) {
  return fit_normalizer(parse_normalizer(rule), given).refused;
}

void expect_predicts(const Fit& fitted, const Numbers& features, double expected) {
  EXPECT_NEAR(fitted->predict(features), expected, kRelative * std::abs(expected));
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

TEST(NamedReference, IsThatOfASingleRuleGivenByName) {
  EXPECT_EQ(named_reference(parse_normalizer("single:cnn")), "cnn");
  for (const char* text : {"single:lowest", "single:highest", "single:median", "dual", "linear"})
    EXPECT_EQ(named_reference(parse_normalizer(text)), "") << text;
}

TEST(Single, MedianIsTheMiddleOrTheLowerMiddle) {
  const Fit odd = fit("single:median", references({300, 100, 200}, {30, 50, 80}));
  EXPECT_THAT(odd->used(), ElementsAre("c"));
  EXPECT_EQ(odd->predict(Numbers{50}), 20.0);  // 50 x 80/200
  const Fit even = fit("single:median", references({300, 100, 200, 400}, {30, 50, 80, 40}));
  EXPECT_THAT(even->used(), ElementsAre("c"));
}

TEST(Ratio, IsTheGeometricMeanOfTheRatios) {
  // 0.5, 0.25 and 0.75.
  const Fit fitted = fit("ratio", references({100, 200, 400}, {50, 50, 300}));
  EXPECT_THAT(fitted->used(), ElementsAre("a", "b", "c"));
  for (const double source : {1.0, 300.0, 1e9})
    expect_predicts(fitted, {source}, source * std::cbrt(0.5 * 0.25 * 0.75));
}

TEST(Ratio, OfOneReferenceIsSingle) {
  const References one = references({100.0}, {50.0});
  expect_predicts(fit("ratio", one), {300}, fit("single:lowest", one)->predict(Numbers{300}));
}

TEST(Linear, IsExactOnALine) {
  const Fit fitted = fit("linear", references({1, 2, 5, 9}, {5, 7, 13, 21}));  // 3 + 2 x
  expect_predicts(fitted, {100}, 203);
  EXPECT_THAT(fitted->used(), ElementsAre("a", "b", "c", "d"));
}

TEST(Linear, MakesTheSquaresLeast) {
  // (1, 1), (2, 2), (3, 4): slope (1 x 4/3 + 1 x 5/3) / 2 = 3/2 through (2, 7/3).
  const Fit fitted = fit("linear", references({1, 2, 3}, {1, 2, 4}));
  expect_predicts(fitted, {2}, 7.0 / 3.0);
  expect_predicts(fitted, {4}, 16.0 / 3.0);
  expect_predicts(fitted, {0}, -2.0 / 3.0);  // as it is, though no energy
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
  const Fit fitted = fit("linear", references_by(plane_rows(), target));
  const Numbers asked{400, 3e9, 8e6};
  expect_predicts(fitted, asked, plane(asked));
}

TEST(LogLinear, IsExactOnAPowerLaw) {
  const Fit fitted = fit("log-linear", references({1, 4, 9, 25}, {3, 24, 81, 375}));  // 3 x^1.5
  expect_predicts(fitted, {16}, 192);
  expect_predicts(fitted, {1e4}, 3e6);
}

TEST(LogLinear, IsExactOnAProductOfPowers) {
  const auto law = [](const Numbers& row) {
    return 2 * std::pow(row[0], 0.5) * std::pow(row[1], 0.25) * std::pow(row[2], -0.1);
  };
  Numbers target;
  for (const Numbers& row : plane_rows()) target.push_back(law(row));
  const Numbers asked{400, 3e9, 8e6};
  expect_predicts(fit("log-linear", references_by(plane_rows(), target)), asked, law(asked));
}

TEST(Polynomial, IsExactOnAParabola) {
  const auto parabola = [](double x) { return 1 - 2 * x + 3 * x * x; };
  Numbers target;
  const Numbers source{1, 2, 4, 7};
  for (const double x : source) target.push_back(parabola(x));
  const Fit four = fit("polynomial", references(source, target));
  expect_predicts(four, {3}, 22);
  expect_predicts(four, {10}, 281);
  const Fit three = fit("polynomial", references({1, 2, 4}, {2, 9, 41}));
  expect_predicts(three, {10}, 281);
}

TEST(Polynomial, KeepsItsDigitsFarFromZero) {
  // 1, x, x^2 at 1e6 +- 1 are the same to twelve digits; the answer bends nevertheless.
  const Fit fitted = fit("polynomial", references({1e6 - 1, 1e6, 1e6 + 1}, {5, 4, 5}));
  EXPECT_NEAR(fitted->predict(Numbers{1e6 + 2}), 8.0, 1e-9);  // x is only known to 1e-10
}

TEST(Svr, IsTheClosedFormForTwoReferencesInKilowattHours) {
  // At x = 1 and 3 kWh the variance is 1, so gamma = 1 and the kernel between them is e^-4. Both
  // residuals lie at epsilon: the function is y -+ 1e-4 kWh there and, by symmetry, halfway in the
  // middle. The dual variable is 0.0199/(1 - e^-4) = 0.0203, below C = 0.1. Joules instead of kWh
  // would stop at C. Tolerance: kernels in single precision, 1e-7 of 0.02 kWh.
  const Fit fitted = fit("svr", references({1 * kKilowattHour, 3 * kKilowattHour},
                                           {0.02 * kKilowattHour, 0.06 * kKilowattHour}));
  constexpr double kTolerance = 1e-8;
  const auto predicted = [&fitted](double kwh) {
    return fitted->predict(Numbers{kwh * kKilowattHour}) / kKilowattHour;
  };
  EXPECT_NEAR(predicted(1), 0.0201, kTolerance);
  EXPECT_NEAR(predicted(2), 0.0400, kTolerance);
  EXPECT_NEAR(predicted(3), 0.0599, kTolerance);
  EXPECT_NEAR(predicted(1000), 0.0400, kTolerance);  // far from all it has seen
}

TEST(Svr, LeavesAFirstFeatureThatIsNoEnergyAsItIs) {
  References by_flops = references({1, 3}, {0.02 * kKilowattHour, 0.06 * kKilowattHour});
  by_flops.energy_first = false;
  EXPECT_NEAR(fit("svr", by_flops)->predict(Numbers{3}) / kKilowattHour, 0.0599, 1e-8);
}

TEST(TunedSvr, FitsWhatThePlainOneIsTooStiffFor) {
  // y = 3 x over 0.1 to 1.2 kWh needs slopes that C = 0.1 does not allow.
  Numbers source;
  Numbers target;
  for (int i = 1; i <= 12; ++i) {
    source.push_back(0.1 * i * kKilowattHour);
    target.push_back(3 * source.back());
  }
  const References given = references(source, target);
  const Numbers asked{1.15 * kKilowattHour};
  const double truth = 3 * asked[0];
  const double plain = std::abs(fit("svr", given)->predict(asked) - truth);
  const double tuned = std::abs(fit("svr-tuned", given)->predict(asked) - truth);
  EXPECT_LT(tuned, plain / 2);
  EXPECT_EQ(fit("svr-tuned", given)->predict(asked), fit("svr-tuned", given)->predict(asked));
}

TEST(Refusals, TooFewReferences) {
  const References empty = references(Numbers{}, {});
  const References one = references(Numbers{1}, Numbers{1});
  const References two = references({1, 2}, {1, 3});
  for (const char* rule :
       {"single:lowest", "ratio", "dual", "linear", "log-linear", "polynomial", "svr", "svr-tuned"})
    EXPECT_NE(refusal(rule, empty), "") << rule;
  for (const char* rule : {"dual", "linear", "log-linear", "polynomial", "svr", "svr-tuned"})
    EXPECT_NE(refusal(rule, one), "") << rule;
  for (const char* rule : {"polynomial", "svr-tuned"}) EXPECT_NE(refusal(rule, two), "") << rule;
  for (const char* rule : {"dual", "linear", "log-linear", "svr"})
    EXPECT_EQ(refusal(rule, two), "") << rule;
  EXPECT_EQ(refusal("none", empty), "");
}

TEST(Refusals, EqualEnergies) {
  const References equal = references({5, 5}, {1, 2});
  for (const char* rule : {"dual", "linear", "log-linear", "polynomial", "svr"})
    EXPECT_NE(refusal(rule, equal), "") << rule;
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
  const std::vector<Numbers> two{{1, 1e9}, {2, 3e9}};
  EXPECT_THAT(refusal("linear", references_by(two, {1, 2})), HasSubstr("3 coefficients"));
  EXPECT_THAT(refusal("log-linear", references_by(two, {1, 2})), HasSubstr("3 coefficients"));
}

TEST(Refusals, SeveralFeaturesForARuleOfOne) {
  const References given = references_by(plane_rows(), {1, 2, 3, 4, 6});
  for (const char* rule : {"none", "single:lowest", "ratio", "dual", "polynomial"})
    EXPECT_THAT(refusal(rule, given), HasSubstr("one feature")) << rule;
}

TEST(Refusals, NoneNeedsAnEnergy) {
  References by_flops = references({1, 2}, {1, 2});
  by_flops.energy_first = false;
  EXPECT_THAT(refusal("none", by_flops), HasSubstr("needs the energy"));
  EXPECT_EQ(refusal("ratio", by_flops), "");
}

TEST(Refusals, NumbersThatAreNotPositiveWhereRatiosOrLogarithmsAreTaken) {
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    for (const char* rule : {"single:lowest", "ratio", "dual", "log-linear"}) {
      EXPECT_THAT(refusal(rule, references({1, bad, 3}, {1, 2, 3})),
                  HasSubstr("reference b on the source machine"))
          << rule;
      EXPECT_THAT(refusal(rule, references({1, 2, 3}, {1, 2, bad})),
                  HasSubstr("reference c on the target machine"))
          << rule;
    }
    std::vector<Numbers> rows = plane_rows();
    rows[1][1] = bad;
    EXPECT_THAT(refusal("log-linear", references_by(rows, {1, 2, 3, 4, 6})),
                HasSubstr("feature of reference b"));
  }
}

TEST(Refusals, NumbersThatAreNotFinite) {
  for (const char* rule : {"linear", "polynomial", "svr", "svr-tuned"}) {
    EXPECT_NE(refusal(rule, references({1, 2, 3, 5}, {1, 2, 3, HUGE_VAL})), "") << rule;
    EXPECT_NE(refusal(rule, references({1, 2, HUGE_VAL, 5}, {1, 2, 3, 4})), "") << rule;
  }
}

TEST(Refusals, AnUnknownSingleReferenceIsAnError) {
  EXPECT_STREQ(error_of([] {
                 fit_normalizer(parse_normalizer("single:z"), references({1, 2}, {1, 2}));
               }).what(),
               "unknown reference 'z'; did you mean a, b?");
}

}  // namespace
}  // namespace isojoule
