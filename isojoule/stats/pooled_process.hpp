// A Gaussian process over several outputs known at the same rows, with heavy-tailed noise.
//
// For output c at row w with features u,
//   z_c(w) = f_c(w) + g(w) + h_c(w)
//   Cov[f_c(w), f_d(v)] = rho_cd (a_b^2 + sum_j a_j^2 u_j u'_j + a_r^2 M(D) + a_f^2 [same group])
//   rho_cc = 1, rho_cd = correlation; M Matern's function of order 3/2, D^2 = sum_j
//   ((u_j-u'_j)/l_j)^2 g(w), the noise that all outputs of a row share: variance s^2 r / omega_w +
//   what is known of it h_c(w), the noise of its own: variance s^2 (1-r) / v_cw + what is known of
//   it
// omega and v are Gamma(nu/2, nu/2): each noise is Student's t. They are replaced by the means of
// their mean-field approximation (variational Bayes; the same updates as EM for t noise).
//
// Values are immutable once made and may be used by several threads. Shapes are asserted.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "isojoule/stats/matrix.hpp"

namespace isojoule {

/// Standard deviations and lengths, all positive but for slope_sd, smooth_sd and group_sd, which
/// may be 0.
struct PooledPrior {
  double offset_sd = 1.0;        ///< a_b
  double smooth_sd = 0.25;       ///< a_r
  double group_sd = 0.0;         ///< a_f
  double noise_sd = 0.075;       ///< s
  double shared_noise = 0.25;    ///< r, in (0, 1)
  double correlation = 0.5;      ///< rho between different outputs
  double tail = 4.0;             ///< nu
  std::vector<double> slope_sd;  ///< a_j, one for each feature
  std::vector<double> length;    ///< l_j
};

/// Where outputs are known or asked for.
struct PooledRows {
  Matrix features;                                ///< rows x features
  std::vector<std::optional<std::size_t>> group;  ///< one for each row; empty: of no group
  std::vector<double> shared_variance;            ///< what is known of g's variance
};

/// One known output.
struct PooledValue {
  std::size_t row = 0;
  std::size_t output = 0;
  double value = 0.0;
  double variance = 0.0;  ///< what is known of h's variance
};

/// A number for each noise: their weights, 1 where nothing speaks against a value, or their means.
struct PerNoise {
  std::vector<double> shared;  ///< omega, one for each row
  std::vector<double> own;     ///< v, one for each value
};

/// A normal distribution of f + g of one output at some rows.
struct JointNormal {
  std::vector<double> mean;
  Matrix covariance;
};

class PooledProcess {
 public:
  class NewOutput;

  /// `weights` empty: found by `kRounds` updates.
  PooledProcess(PooledPrior prior, PooledRows rows, std::vector<PooledValue> values,
                std::optional<PerNoise> weights = std::nullopt);

  /// The density of the values, the weights given.
  double log_likelihood() const { return log_likelihood_; }
  const PerNoise& weights() const { return weights_; }

  /// The posterior means of the noises, shared (one for each row) and own (one for each value).
  PerNoise noise() const;

  static constexpr int kRounds = 6;

 private:
  struct Factor;
  double shared_variance(std::size_t row) const;
  double own_variance(std::size_t value) const;
  void condition();
  void update_weights();

  PooledPrior prior_;
  PooledRows rows_;
  std::vector<PooledValue> values_;
  PerNoise weights_;
  std::shared_ptr<Factor> factor_;  // never changed once the constructor has ended
  double log_likelihood_ = 0.0;
};

/// What a process tells of an output that none of its values is of. Copies what it needs.
class PooledProcess::NewOutput {
 public:
  /// At `rows`. `places` says which of them are rows of the process, whose noise they then share.
  NewOutput(PooledProcess process, PooledRows rows,
            std::span<const std::optional<std::size_t>> places);

  const JointNormal& joint() const { return joint_; }

  struct At {
    double mean;
    double variance;
    double noise_variance;     ///< that of g alone
    std::vector<double> with;  ///< covariances with the rows of joint()
  };
  using Place = std::optional<std::size_t>;
  /// At row `row` of others. `place` says which row of the process it is, if any: then it shares
  /// that row's noise, of which the values have told.
  At at(const PooledRows& others, std::size_t row, Place place) const;
  /// The covariance of two different rows of others.
  double covariance(const PooledRows& others, std::size_t a, Place place_a, std::size_t b,
                    Place place_b) const;

 private:
  struct Root;
  PooledProcess process_;
  PooledRows rows_;
  std::vector<Place> places_;  // of rows_
  JointNormal joint_;
  std::shared_ptr<const Root> root_;
};

}  // namespace isojoule
