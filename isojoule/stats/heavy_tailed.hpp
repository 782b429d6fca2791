// Normal variables seen through Student's t noise, and mixtures of what that gives.
//
//   z_i = f_i + e_i,  f ~ N(mean, covariance),  e_i ~ N(0, noise^2 / v_i + known_i),
//   v_i ~ Gamma(nu/2, nu/2)
// by mean-field variational Bayes: f normal, each v_i Gamma. The evidence is its lower bound on the
// density of z (exact as nu grows, and a known variance counts as none of the t noise).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "isojoule/stats/pooled_process.hpp"

namespace isojoule {

struct HeavyTailedNoise {
  double sd = 0.075;
  double tail = 4.0;               ///< nu
  std::vector<double> known = {};  ///< variances known beforehand, one for each value
};

/// Immutable; may be used by several threads.
class HeavyTailedFit {
 public:
  /// At least one value; the covariance positive definite with the noise added.
  HeavyTailedFit(const JointNormal& prior, std::span<const double> values,
                 const HeavyTailedNoise& noise);

  double evidence() const { return evidence_; }
  /// E[v_i]: 1 where nothing speaks against a value, much less for an outlier.
  const std::vector<double>& weights() const { return weights_; }

  struct Normal {
    double mean;
    double variance;
  };
  /// The posterior of a variable with this prior mean and variance, whose covariances with f are
  /// `with`.
  Normal predict(double mean, double variance, std::span<const double> with) const;
  /// The posterior covariance of two variables with this prior one, whose covariances with f are
  /// `with_a` and `with_b`.
  double covariance(double prior, std::span<const double> with_a,
                    std::span<const double> with_b) const;

 private:
  struct Factor;
  std::vector<double> weights_;
  std::shared_ptr<const Factor> factor_;
  double evidence_ = 0.0;
};

/// One part of a mixture: a normal variable plus independent t noise. Their sum is taken as
/// Student's t with the sum of the scales' squares and, after Satterthwaite,
/// nu (1 + variance / noise_variance)^2 degrees of freedom.
struct MixturePart {
  double weight = 1.0;
  double mean = 0.0;
  double variance = 0.0;        ///< of the normal variable
  double noise_variance = 0.0;  ///< the t noise's scale, squared; 0: there is none
  double tail = 4.0;            ///< nu
};

/// P(x <= at) of the mixture; the weights, positive, need not add up to 1.
double mixture_probability(std::span<const MixturePart> parts, double at);
/// The x with P(X <= x) = p, 0 < p < 1, to 1e-9 of the widest part's scale.
double mixture_quantile(std::span<const MixturePart> parts, double p);

}  // namespace isojoule
