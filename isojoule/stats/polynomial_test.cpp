#include "isojoule/stats/polynomial.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "isojoule/stats/least_squares.hpp"

#include "oracle/oracle.hpp"

namespace isojoule {
namespace {

using Values = std::vector<double>;

TEST(Polynomial, TakesTheRangeToMinusOneToOne) {
  const auto basis = make_polynomial_basis(Values{10, 30, 15}, 3);
  ASSERT_TRUE(basis);
  EXPECT_EQ(basis->row(10), (Values{-1, 1, -1}));
  EXPECT_EQ(basis->row(30), (Values{1, 1, 1}));
  EXPECT_EQ(basis->row(25), (Values{0.5, 0.25, 0.125}));
  const Matrix columns = basis->columns(Values{10, 25});
  EXPECT_EQ(columns.row(0), basis->row(10));
  EXPECT_EQ(columns.row(1), basis->row(25));
}

TEST(Polynomial, GivesBackPowersOfX) {
  // With centre 20 and scale 10: 5 + 2 t + 3 t^2 = 13 - x + 0.03 x^2.
  const PolynomialBasis basis{.centre = 20, .scale = 10, .degree = 2};
  const auto powers = basis.in_powers_of_x(5, Values{2, 3});
  ASSERT_EQ(powers.size(), 3U);
  EXPECT_NEAR(powers[0], 13, 1e-14);
  EXPECT_NEAR(powers[1], -1, 1e-15);
  EXPECT_NEAR(powers[2], 0.03, 1e-16);
}

TEST(Polynomial, IsRefusedWithoutWidth) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(make_polynomial_basis(Values{}, 2).refused, "there are no rows");
  EXPECT_EQ(make_polynomial_basis(Values{3, 3, 3}, 2).refused, "regressor 1 is constant");
  EXPECT_EQ(make_polynomial_basis(Values{3, 3 + 1e-9, 3}, 2).refused, "regressor 1 is constant");
  EXPECT_EQ(make_polynomial_basis(Values{1, nan, 2}, 2).refused, "a number is not finite");
}

TEST(Polynomial, ThroughTwoAbscissasIsRefused) {
  const Values x{1, 1, 4, 4};
  const auto basis = make_polynomial_basis(x, 2);
  ASSERT_TRUE(basis);
  // t is -1 or 1, so that its square is constant.
  EXPECT_EQ(fit_least_squares(basis->columns(x), Values{1, 2, 3, 4}).refused,
            "regressor 2 is constant");
}

TEST(Polynomial, AgreesWithScikitLearn) {
  const auto answers = oracle::answers("stats.json");
  const Values x = oracle::numbers(answers.at("workloads").at("energy"));
  const Values y = oracle::numbers(answers.at("workloads").at("target"));
  const auto basis = make_polynomial_basis(x, 2);
  const auto fit = fit_least_squares(basis->columns(x), y);
  ASSERT_TRUE(fit);
  const auto& expected = answers.at("polynomial");
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double prediction = expected.at("predictions")[i];
    EXPECT_NEAR(fit->predict(basis->row(x[i])), prediction, 1e-9 * std::abs(prediction));
  }
  const Values ends = oracle::numbers(expected.at("at_zero_and_twice_the_largest"));
  const double largest = *std::ranges::max_element(x);
  EXPECT_NEAR(fit->predict(basis->row(0)), ends[0], 1e-9 * std::abs(ends[0]));
  EXPECT_NEAR(fit->predict(basis->row(2 * largest)), ends[1], 1e-9 * std::abs(ends[1]));
  const auto powers = basis->in_powers_of_x(fit->intercept, fit->slopes);
  EXPECT_NEAR(powers[0], ends[0], 1e-9 * std::abs(ends[0]));
}

}  // namespace
}  // namespace isojoule
