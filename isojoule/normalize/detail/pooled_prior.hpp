// Features and prior of the pooled normalizer, and how its two free scales are found.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/normalize/view.hpp"
#include "isojoule/stats/pooled_process.hpp"

namespace isojoule::detail {

/// What the features are made of, column by column; NaN: not known.
enum class Known : std::size_t {
  energy_j,
  duration_s,
  flops,
  parameters,
  variance,
  family,
  place,  ///< among the training rows; NaN: it is none
};
inline constexpr std::size_t kKnownColumns = 7;

/// Rows on a machine. The family is its place among `families`, or a number of its own behind them;
/// NaN: not known.
Matrix known_rows(const MachineColumns& columns, std::span<const std::size_t> rows,
                  std::span<const std::string> families);

/// What references, and for families workloads of other machines, have shown.
struct PooledKnown {
  struct Range {
    double lowest;
    double highest;
  };
  std::vector<std::optional<Range>> features;      ///< one for each; of logarithms
  std::vector<std::optional<std::size_t>> groups;  ///< families, in any order
};

/// Which features there are, and their means, as the training rows have them.
class PooledFeatures {
 public:
  explicit PooledFeatures(const Matrix& training);

  /// A row that lacks a feature stands at its mean, and has what its slope and the smooth part
  /// would have told of it as variance of its own.
  PooledRows rows(const Matrix& known) const;

  /// The ranges and families of rows.
  PooledKnown known(const Matrix& references) const;
  /// In what the first of some rows lies more than a factor of 2 beyond the references, or that its
  /// family has not been seen where families are known; empty if in nothing.
  std::string unlike(const Matrix& rows, const PooledKnown& known) const;

  /// The prior before anything is learnt.
  PooledPrior prior() const;

 private:
  struct Column {
    enum class Kind { energy, power, rate, work, intensity, parameters } kind;
    double slope_sd;
    double length;
    double mean;
    double missing_variance;  ///< of a row that lacks it
  };
  static std::string name(Column::Kind kind);
  /// What a row whose feature is not known departs by, the feature having this variance.
  static double missing_variance(const Column& column, double variance);
  static double value(Column::Kind kind, const Matrix& known, std::size_t row);
  std::vector<Column> columns_;
};

/// One source machine and what the training workloads use on others.
struct PooledData {
  PooledFeatures features;
  PooledRows rows;
  std::vector<PooledValue> values;
  std::size_t outputs = 0;
};

/// As one of the machines of a view sees the others. `rows` are rows of the view; those that are
/// not known on that machine are left out.
PooledData pooled_data(const View& view, std::size_t source, std::span<const std::size_t> machines,
                       std::span<const std::size_t> rows, std::span<const std::string> families);

/// The noise's and the smooth part's standard deviations as multiples of the prior's.
struct PooledScales {
  double noise = 1.0;
  double smooth = 1.0;
};

/// By the mean log likelihood over all ordered pairs of `machines` and log-normal priors of sd 0.5:
/// the most probable pair, to 2.5 %. {1, 1} for fewer than two machines.
PooledScales fit_scales(const View& view, std::span<const std::size_t> machines,
                        std::span<const std::size_t> rows, std::span<const std::string> families);

}  // namespace isojoule::detail
