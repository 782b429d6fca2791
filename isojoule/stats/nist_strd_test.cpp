// The linear problems of the NIST Statistical Reference Datasets, scored in significant digits.
//
// Once with the powers of x as they are and once by a polynomial basis. The minimum of each is
// about a digit below what was seen. Where the certified coefficients are 1 beside values of y in
// the millions (Wampler1, 3, 4, 5) more is not to be had in doubles; where their standard deviation
// is certified as 0 (Wampler1, 2) the digits are those of an absolute error.
#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "isojoule/stats/least_squares.hpp"
#include "isojoule/stats/polynomial.hpp"

#include "oracle/oracle.hpp"

namespace isojoule {
namespace {

using Values = std::vector<double>;

/// -log10 of the relative error, or of the absolute one where the certified value is 0; at most 15.
double digits(double value, double certified) {
  const double scale = certified == 0.0 ? 1.0 : std::abs(certified);
  const double error = std::abs(value - certified) / scale;
  return error == 0.0 ? 15.0 : std::min(15.0, -std::log10(error));
}

double digits(std::span<const double> values, std::span<const double> certified) {
  if (values.size() != certified.size()) return -1.0;
  double least = 15.0;
  for (std::size_t i = 0; i < values.size(); ++i)
    least = std::min(least, digits(values[i], certified[i]));
  return least;
}

double residual_deviation(const LeastSquares& fit) {
  return std::sqrt(fit.residual_sum_of_squares /
                   static_cast<double>(fit.residual_degrees_of_freedom));
}

/// Of the intercept, where there is one, and the slopes.
Values standard_deviations(const LeastSquares& fit) {
  const double s = residual_deviation(fit);
  Values result;
  if (fit.has_intercept)
    result.push_back(s * std::sqrt(fit.leverage(Values(fit.slopes.size(), 0.0))));
  for (std::size_t j = 0; j < fit.slopes.size(); ++j) {
    double squares = 0.0;
    for (std::size_t k = 0; k < fit.slopes.size(); ++k) squares += fit.root(j, k) * fit.root(j, k);
    result.push_back(s * std::sqrt(squares));
  }
  return result;
}

Values coefficients(const LeastSquares& fit) {
  Values result = fit.slopes;
  if (fit.has_intercept) result.insert(result.begin(), fit.intercept);
  return result;
}

struct Problem {
  explicit Problem(const std::string& name)
      : json(oracle::answers("nist_strd.json", name)), y(oracle::numbers(json.at("y"))) {
    for (const auto& column : json.at("x")) x.push_back(oracle::numbers(column));
    certified = oracle::numbers(json.at("coefficients"));
    deviations = oracle::numbers(json.at("standard_deviations"));
    deviation = json.at("residual_standard_deviation");
  }

  /// x, x^2, ... as they are, for a fit that knows nothing of polynomials.
  Matrix powers() const {
    auto columns = x;
    for (int power = 2; power <= json.at("degree").get<int>(); ++power) {
      Values next;
      for (std::size_t i = 0; i < y.size(); ++i) next.push_back(columns.back()[i] * x.front()[i]);
      columns.push_back(next);
    }
    return oracle::from_columns(columns);
  }

  nlohmann::json json;
  Values y;
  std::vector<Values> x;
  Values certified;
  Values deviations;
  double deviation;
};

struct Least {
  const char* name;
  double coefficients;
  double deviations;  ///< of the coefficients and of the residuals
};

void PrintTo(const Least& least, std::ostream* out) { *out << least.name; }

class Direct : public testing::TestWithParam<Least> {};

TEST_P(Direct, FindsTheCertifiedDigits) {
  const Problem problem(GetParam().name);
  const auto fit = fit_least_squares(problem.powers(), problem.y,
                                     {.intercept = problem.json.at("intercept").get<bool>()});
  ASSERT_TRUE(fit) << fit.refused;
  const double found = digits(coefficients(*fit), problem.certified);
  const double sds = digits(standard_deviations(*fit), problem.deviations);
  const double sd = digits(residual_deviation(*fit), problem.deviation);
  RecordProperty("digits", std::to_string(found));
  RecordProperty("digits_of_deviations", std::to_string(std::min(sds, sd)));
  EXPECT_GE(found, GetParam().coefficients);
  EXPECT_GE(sds, GetParam().deviations);
  EXPECT_GE(sd, GetParam().deviations);
}

INSTANTIATE_TEST_SUITE_P(NistStrd, Direct,
                         testing::Values(Least{"Norris", 11, 13}, Least{"Pontius", 11, 12},
                                         Least{"NoInt1", 14, 14}, Least{"NoInt2", 14, 14},
                                         Least{"Longley", 12, 13}, Least{"Wampler1", 8, 8},
                                         Least{"Wampler2", 11, 12}, Least{"Wampler3", 8, 12},
                                         Least{"Wampler4", 7, 12}, Least{"Wampler5", 5, 12},
                                         Least{"Filip", 6, 6}),
                         [](const auto& test) { return std::string(test.param.name); });

class ByBasis : public testing::TestWithParam<Least> {};

TEST_P(ByBasis, FindsTheCertifiedDigits) {
  const Problem problem(GetParam().name);
  const auto& x = problem.x.front();
  const auto basis = make_polynomial_basis(x, problem.json.at("degree").get<int>());
  ASSERT_TRUE(basis);
  const auto fit = fit_least_squares(basis->columns(x), problem.y);
  ASSERT_TRUE(fit) << fit.refused;
  const auto in_x = basis->in_powers_of_x(fit->intercept, fit->slopes);
  const double found = digits(in_x, problem.certified);
  const double sd = digits(residual_deviation(*fit), problem.deviation);
  RecordProperty("digits", std::to_string(found));
  RecordProperty("digits_of_deviations", std::to_string(sd));
  EXPECT_GE(found, GetParam().coefficients);
  EXPECT_GE(sd, GetParam().deviations);
}

INSTANTIATE_TEST_SUITE_P(NistStrd, ByBasis,
                         testing::Values(Least{"Pontius", 11, 12}, Least{"Wampler1", 8, 8},
                                         Least{"Wampler2", 12, 12}, Least{"Wampler3", 8, 12},
                                         Least{"Wampler4", 8, 12}, Least{"Wampler5", 7, 12},
                                         Least{"Filip", 11, 12}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(NistStrd, LineFindsNorrisAsTheGeneralFitDoes) {
  const Problem norris("Norris");
  const auto line = fit_line(norris.x.front(), norris.y);
  ASSERT_TRUE(line);
  EXPECT_GE(digits(Values{line->intercept(), line->slope}, norris.certified), 11);
  const double variance = line->residual_sum_of_squares / 34;
  EXPECT_GE(digits(std::sqrt(variance), norris.deviation), 12);
  EXPECT_GE(digits(std::sqrt(variance * line->leverage(0)), norris.deviations[0]), 12);
  EXPECT_GE(digits(std::sqrt(variance / line->x_sum_of_squares), norris.deviations[1]), 12);
}

}  // namespace
}  // namespace isojoule
