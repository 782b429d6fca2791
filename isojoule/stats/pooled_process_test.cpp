#include "isojoule/stats/pooled_process.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/stats/heavy_tailed.hpp"
#include "isojoule/stats/random.hpp"
#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

using testing::DoubleNear;

/// Rows of one feature, of no group.
PooledRows rows_at(const std::vector<double>& features) {
  PooledRows rows{Matrix(features.size(), 1), {}, {}};
  for (std::size_t i = 0; i < features.size(); ++i) {
    rows.features(i, 0) = features[i];
    rows.group.emplace_back();
    rows.shared_variance.push_back(0.0);
  }
  return rows;
}

/// Proportional law only: f is one constant per output.
PooledPrior constant() {
  PooledPrior prior;
  prior.smooth_sd = 0.0;
  prior.slope_sd = {0.0};
  prior.length = {1.0};
  return prior;
}

PerNoise ones(std::size_t rows, std::size_t values) {
  return {std::vector<double>(rows, 1.0), std::vector<double>(values, 1.0)};
}

using Nothing = std::vector<std::optional<std::size_t>>;

TEST(PooledProcess, OneValueIsConditionedAsByHand) {
  // Var z = a^2 + s^2; a new output at another row: rho a^2 / Var z times the value.
  PooledPrior prior = constant();
  prior.offset_sd = 0.5;
  prior.noise_sd = 0.1;
  const PooledProcess process(prior, rows_at({0.0}), {{0, 0, 0.8, 0.0}}, ones(1, 1));
  const double variance = 0.25 + 0.01;
  EXPECT_NEAR(process.log_likelihood(),
              -0.5 * 0.64 / variance - 0.5 * std::log(2.0 * std::numbers::pi * variance), 1e-12);
  const PooledProcess::NewOutput output(process, rows_at({1.0}), Nothing(1));
  EXPECT_NEAR(output.joint().mean[0], 0.125 / variance * 0.8, 1e-12);
  // r = 1/4 of the noise is shared and so part of a new output's f + g.
  EXPECT_NEAR(output.joint().covariance(0, 0), 0.25 + 0.0025 - 0.125 * 0.125 / variance, 1e-12);
}

TEST(PooledProcess, ARowOfTheProcessSharesItsNoise) {
  PooledPrior prior = constant();
  prior.offset_sd = 1e-6;
  prior.noise_sd = 0.1;
  prior.shared_noise = 0.5;
  const PooledProcess process(prior, rows_at({0.0}), {{0, 0, 0.2, 0.0}}, ones(1, 1));
  const PooledProcess::NewOutput output(process, rows_at({0.0, 0.0}), Nothing{0, std::nullopt});
  EXPECT_NEAR(output.joint().mean[0], 0.1, 1e-9);  // half of the noise is the row's
  EXPECT_NEAR(output.joint().mean[1], 0.0, 1e-9);
}

TEST(PooledProcess, ARowAskedLaterIsTheSameAsOneAskedAtOnce) {
  PooledPrior prior = constant();
  prior.smooth_sd = 0.3;
  prior.slope_sd = {0.2};
  const PooledProcess process(prior, rows_at({-1.0, 0.0, 2.0}),
                              {{0, 0, 0.1, 0.0}, {1, 0, 0.3, 0.0}, {2, 1, -0.2, 0.01}});
  const Nothing places{1, std::nullopt};
  const PooledProcess::NewOutput both(process, rows_at({0.0, 0.7}), places);
  const PooledProcess::NewOutput first(process, rows_at({0.0}), std::span(places).first(1));
  const auto later = first.at(rows_at({0.7}), 0, std::nullopt);
  EXPECT_NEAR(later.mean, both.joint().mean[1], 1e-12);
  EXPECT_NEAR(later.variance, both.joint().covariance(1, 1), 1e-12);
  EXPECT_NEAR(later.with[0], both.joint().covariance(0, 1), 1e-12);
}

TEST(PooledProcess, ARowOfTheProcessAskedLaterIsTheSameAsAskedAtOnce) {
  PooledPrior prior = constant();
  prior.smooth_sd = 0.3;
  prior.slope_sd = {0.2};
  const PooledProcess process(prior, rows_at({-1.0, 0.0, 2.0}),
                              {{0, 0, 0.1, 0.0}, {1, 0, 0.9, 0.0}, {2, 1, -0.2, 0.01}});
  const Nothing places{std::nullopt, 1, 2};
  const PooledProcess::NewOutput all(process, rows_at({0.7, 0.0, 2.0}), places);
  const PooledProcess::NewOutput one(process, rows_at({0.7}), Nothing(1));
  const PooledRows later = rows_at({0.0, 2.0});
  const auto at = one.at(later, 0, 1);
  EXPECT_NEAR(at.mean, all.joint().mean[1], 1e-12);
  EXPECT_NEAR(at.variance, all.joint().covariance(1, 1), 1e-12);
  EXPECT_NEAR(at.with[0], all.joint().covariance(0, 1), 1e-12);
  EXPECT_NEAR(one.covariance(later, 0, 1, 1, 2), all.joint().covariance(1, 2), 1e-12);
  // Asked beside itself as a reference, it shares its noise with it.
  const PooledProcess::NewOutput itself(process, rows_at({0.0}), std::span(places).subspan(1, 1));
  EXPECT_NEAR(itself.at(later, 0, 1).with[0], itself.joint().covariance(0, 0), 1e-12);
}

TEST(PooledProcess, TwoRowsAskedLaterVaryTogetherAsTwoAskedAtOnce) {
  PooledPrior prior = constant();
  prior.smooth_sd = 0.3;
  prior.slope_sd = {0.2};
  const PooledProcess process(prior, rows_at({-1.0, 0.0, 2.0}),
                              {{0, 0, 0.1, 0.0}, {1, 0, 0.3, 0.0}, {2, 1, -0.2, 0.01}});
  const PooledProcess::NewOutput all(process, rows_at({0.0, 0.7, 1.1}), Nothing(3));
  const PooledProcess::NewOutput one(process, rows_at({0.0}), Nothing(1));
  const PooledRows later = rows_at({0.7, 1.1});
  EXPECT_NEAR(one.covariance(later, 0, std::nullopt, 1, std::nullopt), all.joint().covariance(1, 2),
              1e-12);
  EXPECT_NEAR(one.at(later, 0, std::nullopt).noise_variance, 0.075 * 0.075 / 4.0, 1e-15);
}

TEST(PooledProcess, WithoutValuesThePriorStands) {
  const PooledProcess process(constant(), rows_at({0.0}), {});
  const PooledProcess::NewOutput output(process, rows_at({3.0}), Nothing(1));
  EXPECT_EQ(output.joint().mean[0], 0.0);
  EXPECT_NEAR(output.joint().covariance(0, 0), 1.0 + 0.075 * 0.075 / 4.0, 1e-15);
}

TEST(PooledProcess, AnOutlierLosesItsWeight) {
  std::vector<PooledValue> values;
  for (std::size_t i = 0; i < 12; ++i)
    values.push_back({i, 0, i == 5 ? 1.0 : 0.01 * static_cast<double>(i % 3), 0.0});
  const PooledProcess process(constant(), rows_at(std::vector<double>(12, 0.0)), values);
  for (std::size_t i = 0; i < 12; ++i) {
    const double weight = process.weights().own[i];
    EXPECT_TRUE(i == 5 ? weight < 0.1 : weight > 0.8) << i << ": " << weight;
  }
}

JointNormal flat_prior(std::size_t n, double sd) {
  JointNormal prior{std::vector<double>(n, 0.0), Matrix(n, n)};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) prior.covariance(i, j) = sd * sd;
  }
  return prior;
}

TEST(HeavyTailedFit, ThinTailsGiveTheNormalDensity) {
  const std::vector<double> values{0.3, 0.1};
  const HeavyTailedFit fit(flat_prior(2, 0.5), values, {0.2, 1e7, {0.0, 0.0}});
  const double a = 0.29;  // variance
  const double b = 0.25;  // covariance
  const double determinant = a * a - b * b;
  const double square = (a * 0.09 - 2.0 * b * 0.03 + a * 0.01) / determinant;
  EXPECT_NEAR(fit.evidence(),
              -0.5 * square - 0.5 * std::log(determinant) - std::log(2.0 * std::numbers::pi), 1e-5);
}

TEST(HeavyTailedFit, TheEvidenceIsBelowTheDensity) {
  // One value with f known to be 0: its density is Student's t, by its formula.
  for (const double z : {0.0, 0.1, 0.5}) {
    const std::vector<double> values{z};
    const HeavyTailedFit fit(flat_prior(1, 1e-9), values, {0.1, 4.0, {0.0}});
    const double t = z / 0.1;
    const double density = 0.375 * std::pow(1.0 + t * t / 4.0, -2.5) / 0.1;
    EXPECT_LE(fit.evidence(), std::log(density) + 1e-12);
    EXPECT_NEAR(fit.evidence(), std::log(density), 1e-3);  // exact here but for the rounds
  }
}

TEST(HeavyTailedFit, AgreesWithALongGibbsRun) {
  // Exact conditionals: f normal, v Gamma. The approximation is of the mean's spread, so the mean
  // is held to a fifth of the posterior's sd.
  const std::vector<double> values{0.10, 0.12, 0.15, 0.90};
  const HeavyTailedFit fit(flat_prior(4, 0.5), values, {0.05, 4.0, {0.0, 0.0, 0.0, 0.0}});
  const std::vector<double> with(4, 0.25);
  const auto told = fit.predict(0.0, 0.25, with);

  Random random(3);
  const auto normal = [&random] {
    return std::sqrt(-2.0 * std::log(1.0 - random.uniform())) *
           std::cos(2.0 * std::numbers::pi * random.uniform());
  };
  std::vector<double> weights(4, 1.0);
  double sum = 0.0;
  double squares = 0.0;
  constexpr int kSweeps = 40000;
  constexpr int kBurned = 1000;
  for (int sweep = 0; sweep < kSweeps + kBurned; ++sweep) {
    double precision = 4.0;
    double weighted = 0.0;
    for (std::size_t i = 0; i < 4; ++i) {
      precision += weights[i] / 0.0025;
      weighted += weights[i] * values[i] / 0.0025;
    }
    const double f = weighted / precision + normal() / std::sqrt(precision);
    for (std::size_t i = 0; i < 4; ++i) {
      // Gamma(5/2, rate): half a chi-square of five degrees of freedom.
      double chi = 0.0;
      for (int k = 0; k < 5; ++k) chi += std::pow(normal(), 2);
      const double off = (values[i] - f) / 0.05;
      weights[i] = chi / (4.0 + off * off);
    }
    if (sweep < kBurned) continue;
    sum += f;
    squares += f * f;
  }
  const double mean = sum / kSweeps;
  const double sd = std::sqrt(squares / kSweeps - mean * mean);
  EXPECT_NEAR(told.mean, mean, 0.2 * sd);
  EXPECT_GT(std::sqrt(told.variance), 0.6 * sd);  // mean-field makes it too narrow, by so much
  EXPECT_LT(std::sqrt(told.variance), 1.1 * sd);
}

TEST(HeavyTailedFit, TheCovarianceIsThatOfASum) {
  // Var(a + b) = Var a + Var b + 2 Cov: each asked for by itself.
  JointNormal prior{{0.1, -0.2}, Matrix(2, 2)};
  prior.covariance(0, 0) = prior.covariance(1, 1) = 0.5;
  prior.covariance(0, 1) = prior.covariance(1, 0) = 0.3;
  const HeavyTailedFit fit(prior, std::array{0.4, 0.1}, {0.1, 4.0, {0.0, 0.0}});
  const std::array a{0.2, 0.35};
  const std::array b{0.4, 0.1};
  const std::array sum{0.6, 0.45};
  const double together = fit.covariance(0.15, a, b);
  EXPECT_NEAR(fit.predict(0.0, 0.6 + 0.7 + 2 * 0.15, sum).variance,
              fit.predict(0.0, 0.6, a).variance + fit.predict(0.0, 0.7, b).variance + 2 * together,
              1e-12);
}

TEST(Mixture, WithoutNoiseItIsNormal) {
  const std::array parts{MixturePart{1.0, 1.0, 4.0, 0.0, 4.0}};
  EXPECT_NEAR(mixture_probability(parts, 1.0 - 2.0 * 1.6448536269514722), 0.05, 1e-12);
}

TEST(Mixture, OnePartOfPureNoiseIsStudentsT) {
  const std::array parts{MixturePart{1.0, 2.0, 0.0, 0.01, 4.0}};
  EXPECT_NEAR(mixture_quantile(parts, 0.95), 2.0 + 0.1 * student_t_quantile(0.95, 4.0), 1e-8);
  EXPECT_NEAR(mixture_quantile(parts, 0.5), 2.0, 1e-8);
}

TEST(Mixture, MuchLatentVarianceIsNearlyNormal) {
  const std::array parts{MixturePart{1.0, 0.0, 1.0, 1e-4, 4.0}};
  EXPECT_NEAR(mixture_quantile(parts, 0.95), 1.6448536 * std::sqrt(1.0001), 1e-5);
}

TEST(Mixture, WeightsNeedNotAddUpToOneAndPartsMayLieFarApart) {
  const std::array parts{MixturePart{3.0, -10.0, 0.0, 1e-4, 4.0},
                         MixturePart{1.0, 10.0, 0.0, 1e-4, 4.0}};
  EXPECT_NEAR(mixture_probability(parts, 0.0), 0.75, 1e-6);
  EXPECT_LT(mixture_quantile(parts, 0.7), -9.0);
  EXPECT_GT(mixture_quantile(parts, 0.8), 9.0);
}

}  // namespace
}  // namespace isojoule
