#include "isojoule/stats/heavy_tailed.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/Dense>
#include <boost/math/special_functions/digamma.hpp>

#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

constexpr int kRounds = 6;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

/// What the lower bound adds to the normal density for one weight with q(v) = Gamma((nu+1)/2,
/// rate): (E[ln v] - ln E[v]) / 2 - KL(q(v) || p(v)).
double weight_term(double nu, double rate) {
  const double shape = (nu + 1.0) / 2.0;
  const double prior = nu / 2.0;
  const double psi = boost::math::digamma(shape);
  const double divergence = (shape - prior) * psi - std::lgamma(shape) + std::lgamma(prior) +
                            prior * (std::log(rate) - std::log(prior)) +
                            shape * (prior - rate) / rate;
  return 0.5 * (psi - std::log(shape)) - divergence;
}

}  // namespace

struct HeavyTailedFit::Factor {
  Eigen::LLT<Eigen::MatrixXd> cholesky;
  Eigen::VectorXd alpha;
};

HeavyTailedFit::HeavyTailedFit(const JointNormal& prior, std::span<const double> values,
                               const HeavyTailedNoise& noise)
    : weights_(values.size(), 1.0) {
  const std::size_t n = values.size();
  assert(n > 0 && prior.mean.size() == n && noise.known.size() == n);
  const double scale2 = noise.sd * noise.sd;
  const auto factor = std::make_shared<Factor>();
  Eigen::MatrixXd latent(index(n), index(n));
  Eigen::VectorXd deviation(index(n));
  for (std::size_t j = 0; j < n; ++j) {
    deviation[index(j)] = values[j] - prior.mean[j];
    for (std::size_t i = 0; i < n; ++i) latent(index(i), index(j)) = prior.covariance(i, j);
  }
  const auto condition = [&] {
    Eigen::MatrixXd all = latent;
    for (std::size_t i = 0; i < n; ++i)
      all(index(i), index(i)) += scale2 / weights_[i] + noise.known[i];
    factor->cholesky.compute(all);
    factor->alpha = factor->cholesky.solve(deviation);
  };
  condition();
  std::vector<double> rates(n, (noise.tail + 1.0) / 2.0);
  for (int round = 0; round < kRounds; ++round) {
    const Eigen::MatrixXd inverse =
        factor->cholesky.solve(Eigen::MatrixXd::Identity(index(n), index(n)));
    for (std::size_t i = 0; i < n; ++i) {
      const double variance = scale2 / weights_[i];
      const double mean = variance * factor->alpha[index(i)];
      const double left =
          std::max(0.0, variance - variance * variance * inverse(index(i), index(i)));
      rates[i] = (noise.tail + (mean * mean + left) / scale2) / 2.0;
    }
    for (std::size_t i = 0; i < n; ++i) weights_[i] = (noise.tail + 1.0) / 2.0 / rates[i];
    condition();
  }
  evidence_ = -0.5 * deviation.dot(factor->alpha) -
              factor->cholesky.matrixLLT().diagonal().array().log().sum() -
              0.5 * static_cast<double>(n) * std::log(2.0 * std::numbers::pi);
  for (const double rate : rates) evidence_ += weight_term(noise.tail, rate);
  factor_ = factor;
}

HeavyTailedFit::Normal HeavyTailedFit::predict(double mean, double variance,
                                               std::span<const double> with) const {
  const Eigen::Map<const Eigen::VectorXd> cross(with.data(), index(with.size()));
  const Eigen::VectorXd root = factor_->cholesky.matrixL().solve(cross);
  return {mean + cross.dot(factor_->alpha), std::max(0.0, variance - root.squaredNorm())};
}

double HeavyTailedFit::covariance(double prior, std::span<const double> with_a,
                                  std::span<const double> with_b) const {
  const Eigen::Map<const Eigen::VectorXd> a(with_a.data(), index(with_a.size()));
  const Eigen::Map<const Eigen::VectorXd> b(with_b.data(), index(with_b.size()));
  return prior - a.dot(factor_->cholesky.solve(b));
}

namespace {

/// P(x <= at) of one part.
double probability(const MixturePart& part, double at) {
  const double t = (at - part.mean) / std::sqrt(part.variance + part.noise_variance);
  if (part.noise_variance <= 0.0) return 0.5 * std::erfc(-t / std::numbers::sqrt2);
  const double ratio = 1.0 + part.variance / part.noise_variance;
  const double half = 0.5 * student_t_two_sided(t, part.tail * ratio * ratio);
  return t < 0.0 ? half : 1.0 - half;
}

}  // namespace

double mixture_probability(std::span<const MixturePart> parts, double at) {
  double below = 0.0;
  double total = 0.0;
  for (const MixturePart& part : parts) {
    below += part.weight * probability(part, at);
    total += part.weight;
  }
  return below / total;
}

double mixture_quantile(std::span<const MixturePart> parts, double p) {
  assert(!parts.empty() && p > 0.0 && p < 1.0);
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  double widest = 0.0;
  for (const MixturePart& part : parts) {
    const double scale = std::sqrt(part.variance + part.noise_variance);
    widest = std::max(widest, scale);
    low = std::min(low, part.mean - scale);
    high = std::max(high, part.mean + scale);
  }
  double step = widest;
  while (mixture_probability(parts, low) > p) {
    low -= step;
    step *= 2.0;
  }
  step = widest;
  while (mixture_probability(parts, high) < p) {
    high += step;
    step *= 2.0;
  }
  while (high - low > 1e-9 * widest) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (mixture_probability(parts, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace isojoule
