#include "isojoule/stats/pooled_process.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

namespace isojoule {
namespace {

using Vector = Eigen::VectorXd;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

/// Cov[f(w), f(v)] of one output.
double prior_covariance(const PooledPrior& prior, const PooledRows& a, std::size_t i,
                        const PooledRows& b, std::size_t j) {
  double linear = 0.0;
  double squares = 0.0;
  for (std::size_t f = 0; f < prior.slope_sd.size(); ++f) {
    const double u = a.features(i, f);
    const double v = b.features(j, f);
    linear += prior.slope_sd[f] * prior.slope_sd[f] * u * v;
    const double d = (u - v) / prior.length[f];
    squares += d * d;
  }
  const double q = std::sqrt(3.0 * squares);
  double sum = prior.offset_sd * prior.offset_sd + linear +
               prior.smooth_sd * prior.smooth_sd * (1.0 + q) * std::exp(-q);
  if (a.group[i] && a.group[i] == b.group[j]) sum += prior.group_sd * prior.group_sd;
  return sum;
}

}  // namespace

struct PooledProcess::Factor {
  Eigen::MatrixXd latent;  // of the values, without noise
  Eigen::LLT<Eigen::MatrixXd> cholesky;
  Vector alpha;  // inverse covariance times values
};

PooledProcess::PooledProcess(PooledPrior prior, PooledRows rows, std::vector<PooledValue> values,
                             std::optional<PerNoise> weights)
    : prior_(std::move(prior)),
      rows_(std::move(rows)),
      values_(std::move(values)),
      factor_(std::make_shared<Factor>()) {
  assert(rows_.features.columns() == prior_.slope_sd.size());
  const std::size_t n = values_.size();
  weights_ =
      weights ? std::move(*weights)
              : PerNoise{std::vector<double>(rows_.group.size(), 1.0), std::vector<double>(n, 1.0)};
  if (n == 0) return;
  const std::size_t places = rows_.group.size();
  Matrix between(places, places);
  for (std::size_t i = 0; i < places; ++i) {
    for (std::size_t j = 0; j <= i; ++j)
      between(i, j) = between(j, i) = prior_covariance(prior_, rows_, i, rows_, j);
  }
  factor_->latent.resize(index(n), index(n));
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < n; ++i)
      factor_->latent(index(i), index(j)) =
          (values_[i].output == values_[j].output ? 1.0 : prior_.correlation) *
          between(values_[i].row, values_[j].row);
  }
  condition();
  if (weights) return;
  for (int round = 0; round < kRounds; ++round) {
    update_weights();
    condition();
  }
}

double PooledProcess::shared_variance(std::size_t row) const {
  return prior_.noise_sd * prior_.noise_sd * prior_.shared_noise / weights_.shared[row] +
         rows_.shared_variance[row];
}

double PooledProcess::own_variance(std::size_t value) const {
  return prior_.noise_sd * prior_.noise_sd * (1.0 - prior_.shared_noise) / weights_.own[value] +
         values_[value].variance;
}

PerNoise PooledProcess::noise() const {
  PerNoise means{std::vector<double>(rows_.group.size(), 0.0), {}};
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const double alpha = factor_->alpha[index(i)];
    means.shared[values_[i].row] += shared_variance(values_[i].row) * alpha;
    means.own.push_back(own_variance(i) * alpha);
  }
  return means;
}

void PooledProcess::condition() {
  const std::size_t n = values_.size();
  Eigen::MatrixXd all = factor_->latent;
  Vector z(index(n));
  for (std::size_t i = 0; i < n; ++i) {
    z[index(i)] = values_[i].value;
    for (std::size_t j = 0; j < n; ++j) {
      if (values_[i].row == values_[j].row)
        all(index(i), index(j)) += shared_variance(values_[i].row);
    }
    all(index(i), index(i)) += own_variance(i);
  }
  factor_->cholesky.compute(all);
  factor_->alpha = factor_->cholesky.solve(z);
  const double half_log_determinant = factor_->cholesky.matrixLLT().diagonal().array().log().sum();
  log_likelihood_ = -0.5 * z.dot(factor_->alpha) - half_log_determinant -
                    0.5 * static_cast<double>(n) * std::log(2.0 * std::numbers::pi);
}

void PooledProcess::update_weights() {
  const std::size_t n = values_.size();
  const Eigen::MatrixXd inverse =
      factor_->cholesky.solve(Eigen::MatrixXd::Identity(index(n), index(n)));
  const double s2 = prior_.noise_sd * prior_.noise_sd;
  // From the noise's posterior mean and variance: (nu + 1) / (nu + E[noise^2] / scale^2).
  const auto weight = [this](double prior_variance, double scale2, double alpha, double precision) {
    const double mean = prior_variance * alpha;
    const double variance =
        std::max(0.0, prior_variance - prior_variance * prior_variance * precision);
    return (prior_.tail + 1.0) / (prior_.tail + (mean * mean + variance) / scale2);
  };
  PerNoise next = weights_;
  std::vector<std::vector<std::size_t>> of_row(rows_.group.size());
  for (std::size_t i = 0; i < n; ++i) of_row[values_[i].row].push_back(i);
  for (std::size_t row = 0; row < of_row.size(); ++row) {
    if (of_row[row].empty()) continue;
    double alpha = 0.0;
    double precision = 0.0;
    for (const std::size_t i : of_row[row]) {
      alpha += factor_->alpha[index(i)];
      for (const std::size_t j : of_row[row]) precision += inverse(index(i), index(j));
    }
    next.shared[row] = weight(shared_variance(row), s2 * prior_.shared_noise, alpha, precision);
  }
  for (std::size_t i = 0; i < n; ++i)
    next.own[i] = weight(own_variance(i), s2 * (1.0 - prior_.shared_noise),
                         factor_->alpha[index(i)], inverse(index(i), index(i)));
  weights_ = std::move(next);
}

struct PooledProcess::NewOutput::Root {
  Eigen::MatrixXd of_rows;  // inverse Cholesky factor times the covariance of values and rows

  /// Inverse Cholesky factor times a vector.
  static Vector whitened(const PooledProcess& process, const Vector& cross) {
    return process.factor_->cholesky.matrixL().solve(cross);
  }
  /// Covariances of the values with row `row` of others.
  static Vector cross(const PooledProcess& process, const PooledRows& others, std::size_t row,
                      Place place) {
    Vector cross = noise(process, place);
    for (std::size_t i = 0; i < process.values_.size(); ++i)
      cross[index(i)] +=
          process.prior_.correlation *
          prior_covariance(process.prior_, process.rows_, process.values_[i].row, others, row);
    return cross;
  }
  /// Those with the noise of a row of the process; 0 for none of its rows.
  static Vector noise(const PooledProcess& process, Place place) {
    Vector cross = Vector::Zero(index(process.values_.size()));
    for (std::size_t i = 0; i < process.values_.size(); ++i) {
      if (place == process.values_[i].row) cross[index(i)] = process.shared_variance(*place);
    }
    return cross;
  }
};

PooledProcess::NewOutput::NewOutput(PooledProcess process, PooledRows rows,
                                    std::span<const std::optional<std::size_t>> places)
    : process_(std::move(process)), rows_(std::move(rows)), places_(places.begin(), places.end()) {
  const PooledPrior& prior = process_.prior_;
  const std::size_t m = rows_.group.size();
  const std::size_t n = process_.values_.size();
  assert(places.size() == m);
  joint_ = {std::vector<double>(m, 0.0), Matrix(m, m)};
  std::vector<double> shared(m);
  for (std::size_t i = 0; i < m; ++i) {
    shared[i] =
        places[i] ? process_.shared_variance(*places[i])
                  : prior.noise_sd * prior.noise_sd * prior.shared_noise + rows_.shared_variance[i];
    for (std::size_t j = 0; j <= i; ++j)
      joint_.covariance(i, j) = joint_.covariance(j, i) =
          prior_covariance(prior, rows_, i, rows_, j);
    joint_.covariance(i, i) += shared[i];
  }
  if (n == 0) return;
  Eigen::MatrixXd cross(index(n), index(m));
  for (std::size_t j = 0; j < m; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t row = process_.values_[i].row;
      cross(index(i), index(j)) =
          prior.correlation * prior_covariance(prior, process_.rows_, row, rows_, j) +
          (places[j] == row ? shared[j] : 0.0);
    }
  }
  const Vector mean = cross.transpose() * process_.factor_->alpha;
  const auto root = std::make_shared<Root>();
  root->of_rows = process_.factor_->cholesky.matrixL().solve(cross);
  const Eigen::MatrixXd told = root->of_rows.transpose() * root->of_rows;
  for (std::size_t i = 0; i < m; ++i) {
    joint_.mean[i] = mean[index(i)];
    for (std::size_t j = 0; j < m; ++j) joint_.covariance(i, j) -= told(index(i), index(j));
  }
  root_ = root;
}

PooledProcess::NewOutput::At PooledProcess::NewOutput::at(const PooledRows& others, std::size_t row,
                                                          Place place) const {
  const PooledPrior& prior = process_.prior_;
  const std::size_t m = rows_.group.size();
  const double noise =
      place ? process_.shared_variance(*place)
            : prior.noise_sd * prior.noise_sd * prior.shared_noise + others.shared_variance[row];
  At result{0.0, prior_covariance(prior, others, row, others, row) + noise, noise,
            std::vector<double>(m)};
  for (std::size_t j = 0; j < m; ++j)
    result.with[j] = prior_covariance(prior, rows_, j, others, row) +
                     (place && places_[j] == place ? noise : 0.0);
  if (process_.values_.empty()) return result;
  const Vector cross = Root::cross(process_, others, row, place);
  result.mean = cross.dot(process_.factor_->alpha);
  const Vector root = Root::whitened(process_, cross);
  result.variance -= root.squaredNorm();
  if (place)
    result.noise_variance -= Root::whitened(process_, Root::noise(process_, place)).squaredNorm();
  const Vector told = root_->of_rows.transpose() * root;
  for (std::size_t j = 0; j < m; ++j) result.with[j] -= told[index(j)];
  return result;
}

double PooledProcess::NewOutput::covariance(const PooledRows& others, std::size_t a, Place place_a,
                                            std::size_t b, Place place_b) const {
  const double before = prior_covariance(process_.prior_, others, a, others, b);
  if (process_.values_.empty()) return before;
  const Vector root_a = Root::whitened(process_, Root::cross(process_, others, a, place_a));
  const Vector root_b = Root::whitened(process_, Root::cross(process_, others, b, place_b));
  return before - root_a.dot(root_b);
}

}  // namespace isojoule
