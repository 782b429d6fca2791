// Support vector regression with the radial kernel, by LIBSVM.
//
// Chang and Lin, "LIBSVM: a library for support vector machines", ACM TIST 2(3), 2011. The same
// problem and defaults as sklearn.svm.SVR, except for C and epsilon. LIBSVM keeps its kernel in
// single precision and stops at a tolerance; tests hold it to scikit-learn's answers to 1e-6. Where
// it does not converge within ten million steps, it warns on stderr and the model is where it
// stopped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "isojoule/core/outcome.hpp"
#include "isojoule/stats/matrix.hpp"

namespace isojoule {

/// Defaults of Douwes and Serizel (2025), for energies in kWh, unscaled.
struct SvrParameters {
  double c = 0.1;         ///< cost of a residual beyond epsilon, positive
  double epsilon = 1e-4;  ///< half width of the tube without cost, not negative, in units of y
  std::optional<double> gamma = {};  ///< exp(-gamma |u - v|^2); empty: svr_scale_gamma
  double tolerance = 1e-3;           ///< where LIBSVM stops
};

/// 1 / (columns * variance over all entries together, divisor rows * columns): "scale" of
/// scikit-learn. Refused where there is no entry or the result is not positive and finite.
Outcome<double> svr_scale_gamma(const Matrix& x);

/// A fitted model. Moves, does not copy; predict may be called from several threads at once.
class Svr {
 public:
  Svr(Svr&&) noexcept;
  Svr& operator=(Svr&&) noexcept;
  ~Svr();

  /// `row` has as many numbers as the columns that were fitted, all finite.
  double predict(std::span<const double> row) const;
  std::size_t support_vectors() const;
  double gamma() const;

 private:
  friend Outcome<Svr> fit_svr(const Matrix&, std::span<const double>, const SvrParameters&);
  struct Model;
  explicit Svr(std::unique_ptr<Model> model);
  std::unique_ptr<Model> model_;
};

/// Refused: fewer than two rows, no columns, sizes that do not agree, numbers that are not finite,
/// parameters out of range, entries without variance. A y that is constant is not an error.
Outcome<Svr> fit_svr(const Matrix& x, std::span<const double> y,
                     const SvrParameters& parameters = {});

/// What tune_svr tries: every C with every epsilon. The default grid is in decades around the
/// values of the paper: C 0.001 to 100, epsilon 1e-6 to 0.1, for energies in kWh.
struct SvrGrid {
  std::vector<double> c = {1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0};
  std::vector<double> epsilon = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
  std::size_t folds = 5;
};

struct SvrTuning {
  SvrParameters best;
  double mean_squared_error;  ///< of the best, over all rows, each predicted when held out
  Matrix errors;              ///< that of all: row i is C i, column j is epsilon j of the grid
};

/// The C and epsilon with the least mean squared error of cross-validation, gamma by
/// svr_scale_gamma within each fold. Ties go to the first in the order of the grid, C before
/// epsilon. The row at place p of Random(derive_seed({seed, rows})).permutation(rows) is in fold
/// p mod min(folds, rows). Refused for fewer than three rows, for an empty grid or less than two
/// folds, and where one fold's training rows are refused by fit_svr.
Outcome<SvrTuning> tune_svr(const Matrix& x, std::span<const double> y, std::uint64_t seed,
                            const SvrGrid& grid = {});

}  // namespace isojoule
