#include <algorithm>
#include <string>
#include <utility>

#include "isojoule/stats/random.hpp"
#include "isojoule/stats/svr.hpp"

namespace isojoule {
namespace {

struct Rows {
  Matrix x;
  std::vector<double> y;
};

Rows select(const Matrix& x, std::span<const double> y, std::span<const std::size_t> places) {
  Rows rows{Matrix(places.size(), x.columns()), {}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    rows.y.push_back(y[places[i]]);
    for (std::size_t c = 0; c < x.columns(); ++c) rows.x(i, c) = x(places[i], c);
  }
  return rows;
}

/// The fold of each row.
std::vector<std::size_t> assign_folds(std::size_t rows, std::size_t folds, std::uint64_t seed) {
  std::vector<std::size_t> fold_of(rows);
  const auto permutation = Random(derive_seed({seed, rows})).permutation(rows);
  for (std::size_t p = 0; p < rows; ++p) fold_of[permutation[p]] = p % folds;
  return fold_of;
}

/// Adds one fold's squared errors, for the whole grid. Returns why a fit was refused, or nothing.
std::string add_errors(Matrix& errors, const Rows& train, const Rows& held, const SvrGrid& grid) {
  for (std::size_t i = 0; i < grid.c.size(); ++i) {
    for (std::size_t j = 0; j < grid.epsilon.size(); ++j) {
      const auto svr = fit_svr(train.x, train.y, {.c = grid.c[i], .epsilon = grid.epsilon[j]});
      if (!svr) return svr.refused;
      for (std::size_t r = 0; r < held.y.size(); ++r) {
        const double error = svr->predict(held.x.row(r)) - held.y[r];
        errors(i, j) += error * error;
      }
    }
  }
  return {};
}

SvrTuning least(Matrix errors, const SvrGrid& grid, std::size_t rows) {
  std::size_t best_c = 0;
  std::size_t best_epsilon = 0;
  for (std::size_t i = 0; i < grid.c.size(); ++i) {
    for (std::size_t j = 0; j < grid.epsilon.size(); ++j) {
      errors(i, j) /= static_cast<double>(rows);
      if (errors(i, j) < errors(best_c, best_epsilon)) {
        best_c = i;
        best_epsilon = j;
      }
    }
  }
  return {.best = {.c = grid.c[best_c], .epsilon = grid.epsilon[best_epsilon]},
          .mean_squared_error = errors(best_c, best_epsilon),
          .errors = std::move(errors)};
}

}  // namespace

Outcome<SvrTuning> tune_svr(const Matrix& x, std::span<const double> y, std::uint64_t seed,
                            const SvrGrid& grid) {
  using Tuning = Outcome<SvrTuning>;
  if (x.rows() != y.size()) return Tuning::refuse("regressors and values differ in number");
  if (y.size() < 3) return Tuning::refuse("tuning needs at least three rows");
  if (grid.folds < 2 || grid.c.empty() || grid.epsilon.empty())
    return Tuning::refuse("a grid needs a C, an epsilon and two folds");
  const std::size_t folds = std::min(grid.folds, y.size());
  const auto fold_of = assign_folds(y.size(), folds, seed);
  Matrix errors(grid.c.size(), grid.epsilon.size());
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<std::size_t> train;
    std::vector<std::size_t> held;
    for (std::size_t row = 0; row < y.size(); ++row)
      (fold_of[row] == fold ? held : train).push_back(row);
    auto reason = add_errors(errors, select(x, y, train), select(x, y, held), grid);
    if (!reason.empty()) return Tuning::refuse(std::move(reason));
  }
  return least(std::move(errors), grid, y.size());
}

}  // namespace isojoule
