#include "isojoule/stats/svr.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oracle/oracle.hpp"

namespace isojoule {
namespace {

using oracle::from_columns;
using testing::HasSubstr;
using Values = std::vector<double>;
using Columns = std::vector<Values>;

static_assert(!std::is_copy_constructible_v<Svr> && std::is_nothrow_move_constructible_v<Svr>);

/// The first rows of a table.
Matrix head(const Matrix& x, std::size_t rows) {
  Columns columns;
  for (std::size_t c = 0; c < x.columns(); ++c)
    columns.emplace_back(x.column(c).begin(),
                         x.column(c).begin() + static_cast<std::ptrdiff_t>(rows));
  return from_columns(columns);
}

SvrParameters parameters_of(const nlohmann::json& row) {
  SvrParameters parameters{.c = row.at("c"), .epsilon = row.at("epsilon")};
  if (!row.at("gamma").is_null()) parameters.gamma = row.at("gamma").get<double>();
  return parameters;
}

TEST(Svr, AgreesWithScikitLearn) {
  const auto answers = oracle::answers("stats.json");
  const auto& table = answers.at("workloads");
  const Values y = oracle::numbers(table.at("target"));
  for (const auto& expected : answers.at("svr")) {
    SCOPED_TRACE(expected.at("features").dump() + " " + expected.at("rows").dump());
    const Matrix x = oracle::features(table, expected.at("features"));
    const std::size_t rows = expected.at("rows");
    const auto svr = fit_svr(head(x, rows), std::span(y).first(rows), parameters_of(expected));
    ASSERT_TRUE(svr) << svr.refused;
    const double gamma = expected.at("fitted_gamma");
    EXPECT_NEAR(svr->gamma(), gamma, 1e-12 * gamma);
    EXPECT_EQ(svr->support_vectors(), expected.at("support_vectors").get<std::size_t>());
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double prediction = expected.at("predictions")[i];
      EXPECT_NEAR(svr->predict(x.row(i)), prediction, 1e-6 * std::abs(prediction));
    }
  }
}

TEST(Svr, TuningAgreesWithScikitLearn) {
  const auto answers = oracle::answers("stats.json");
  const auto& table = answers.at("workloads");
  const Values y = oracle::numbers(table.at("target"));
  for (const auto& expected : answers.at("tuning")) {
    const std::size_t rows = expected.at("rows");
    const SvrGrid grid{.c = oracle::numbers(expected.at("c")),
                       .epsilon = oracle::numbers(expected.at("epsilon")),
                       .folds = expected.at("folds")};
    const Matrix x = head(oracle::features(table, expected.at("features")), rows);
    const auto tuning = tune_svr(x, std::span(y).first(rows), expected.at("seed"), grid);
    ASSERT_TRUE(tuning) << tuning.refused;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < grid.c.size(); ++i) {
      for (std::size_t j = 0; j < grid.epsilon.size(); ++j) {
        const double error = expected.at("errors")[i][j];
        // An error is a difference of two numbers that agree to 1e-6, squared.
        EXPECT_NEAR(tuning->errors(i, j), error, 1e-5 * error);
        if (error < least) {
          least = error;
          EXPECT_LE(tuning->mean_squared_error, 1.00001 * error);
        }
      }
    }
    EXPECT_NEAR(tuning->mean_squared_error, least, 1e-5 * least);
  }
}

TEST(Svr, TuningTakesTheLeastAndOfEqualsTheFirst) {
  // A constant y lies in every tube: all errors are the same, none.
  const Matrix x = from_columns(Columns{{1, 2, 3, 4, 5, 6}});
  const auto tuning = tune_svr(x, Values(6, 2.0), 1);
  ASSERT_TRUE(tuning);
  EXPECT_EQ(tuning->best.c, SvrGrid{}.c.front());
  EXPECT_EQ(tuning->best.epsilon, SvrGrid{}.epsilon.front());
  EXPECT_FALSE(tuning->best.gamma);
  EXPECT_EQ(tuning->errors.rows(), 6U);
  EXPECT_EQ(tuning->errors.columns(), 6U);
  // A straight line is followed the better the more a residual costs.
  const auto line = tune_svr(x, Values{1, 2, 3, 4, 5, 6}, 1);
  EXPECT_GT(line->best.c, 0.1);
}

TEST(Svr, TuningRefusesWhatItCannotDo) {
  const Matrix three = from_columns(Columns{{1, 2, 3}});
  EXPECT_TRUE(tune_svr(three, Values{1, 2, 3}, 1));
  EXPECT_FALSE(tune_svr(from_columns(Columns{{1, 2}}), Values{1, 2}, 1));
  EXPECT_FALSE(tune_svr(three, Values{1, 2}, 1));
  EXPECT_FALSE(tune_svr(three, Values{1, 2, 3}, 1, {.folds = 1}));
  EXPECT_FALSE(tune_svr(three, Values{1, 2, 3}, 1, {.c = {}}));
  EXPECT_FALSE(tune_svr(three, Values{1, 2, 3}, 1, {.c = {-1.0}}));
  // One fold's training rows are all alike.
  EXPECT_THAT(tune_svr(from_columns(Columns{{1, 1, 5}}), Values{1, 2, 3}, 1).refused,
              HasSubstr("variance"));
}

TEST(Svr, ScaleGammaIsOfAllEntriesTogether) {
  // Entries 1, 3, 5, 7: variance 5 by 4; 1 / (2 * 5).
  EXPECT_EQ(*svr_scale_gamma(from_columns(Columns{{1, 3}, {5, 7}})), 0.1);
  // Shifted by whole numbers it is the same.
  EXPECT_EQ(*svr_scale_gamma(from_columns(Columns{{1e9 + 1, 1e9 + 3}, {1e9 + 5, 1e9 + 7}})), 0.1);
  EXPECT_FALSE(svr_scale_gamma(Matrix()));
  EXPECT_FALSE(svr_scale_gamma(from_columns(Columns{{2, 2}, {2, 2}})));
}

TEST(Svr, RefusesDegenerateInput) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto why_not = [](const Columns& x, const Values& y, const SvrParameters& parameters = {}) {
    return fit_svr(from_columns(x), y, parameters).refused;
  };
  EXPECT_THAT(why_not({{1}}, {1}), HasSubstr("at least two rows"));
  EXPECT_THAT(why_not({{}}, {}), HasSubstr("at least two rows"));
  EXPECT_THAT(why_not({{1, 2}}, {1}), HasSubstr("differ in number"));
  EXPECT_THAT(why_not({{4, 4, 4}}, {1, 2, 3}), HasSubstr("no variance"));
  EXPECT_THAT(why_not({{1, nan}}, {1, 2}), HasSubstr("not finite"));
  EXPECT_THAT(why_not({{1, 2}}, {1, nan}), HasSubstr("not finite"));
  EXPECT_THAT(why_not({{1, 1e200}}, {1, 2}), HasSubstr("too large"));
  EXPECT_THAT(why_not({{1, 2}}, {1, 2}, {.c = 0}), HasSubstr("C is not"));
  EXPECT_THAT(why_not({{1, 2}}, {1, 2}, {.epsilon = -1}), HasSubstr("epsilon"));
  EXPECT_THAT(why_not({{1, 2}}, {1, 2}, {.gamma = 0.0}), HasSubstr("gamma"));
  EXPECT_THAT(why_not({{1, 2}}, {1, 2}, {.tolerance = 0}), HasSubstr("tolerance"));
  EXPECT_EQ(fit_svr(Matrix(2, 0), Values{1, 2}).refused, "there is no regressor");
}

TEST(Svr, OfAConstantIsThatConstant) {
  const auto svr = fit_svr(from_columns(Columns{{1, 2, 3}}), Values{5, 5, 5});
  ASSERT_TRUE(svr);
  EXPECT_NEAR(svr->predict(Values{10}), 5.0, 1e-4);  // epsilon
}

TEST(Svr, SaysNothingAndMoves) {
  testing::internal::CaptureStdout();
  auto fitted = fit_svr(from_columns(Columns{{1, 2, 3}}), Values{1, 4, 9});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  const double before = fitted->predict(Values{2.5});
  const Svr moved = *std::move(fitted.value);
  EXPECT_EQ(moved.predict(Values{2.5}), before);
}

}  // namespace
}  // namespace isojoule
