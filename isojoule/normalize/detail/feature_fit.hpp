// Normalizers that see some features of a workload and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/stats/matrix.hpp"

namespace isojoule::detail {

/// References as numbers.
struct FeatureReferences {
  std::vector<std::string> names;
  Matrix features;               ///< on the source, a row each; energies in J
  std::vector<double> target_j;  ///< on the target
  bool energy_first = true;      ///< whether the first feature is the source's energy
  std::uint64_t seed = 1;
};

/// What is fitted to them. Immutable.
class FeatureFit {
 public:
  virtual ~FeatureFit() = default;
  /// Joules on the target for the features of one workload.
  virtual double predict(std::span<const double> features) const = 0;
  /// As Prediction::interval.
  virtual Outcome<Interval<double>> interval(std::span<const double> features,
                                             double confidence) const = 0;
};

/// A fit and the names of the references that it is based on.
struct FeatureModel {
  std::shared_ptr<const FeatureFit> fit;
  std::vector<std::string> used;
};

/// Contract as Learner::fit. `argument` is the normalizer's. May move from `references`.
using FitFeatures = Outcome<FeatureModel> (*)(const std::string& argument,
                                              FeatureReferences&& references);

/// A learner that has nothing to learn: it is fitted to features of the references.
LearnerPointer feature_learner(FitFeatures fit, const Normalizer& normalizer,
                               const FeatureSet& features, const View& view);

/// `learn` of a kind, for its function `fit`.
template <FitFeatures fit>
Outcome<LearnerPointer> learn_features(const Normalizer& normalizer, const FeatureSet& features,
                                       const View& view) {
  return feature_learner(fit, normalizer, features, view);
}

/// Why the numbers of the references cannot be used by a normalizer that takes ratios or
/// logarithms; empty if they can. All features and energies must be positive and finite.
std::string why_not_positive(const FeatureReferences& references);

/// Refusal of a normalizer that uses one feature only; empty if that is what is given.
std::string why_not_one_feature(const FeatureReferences& references);

inline Outcome<FeatureModel> refuse(std::string reason) {
  return Outcome<FeatureModel>::refuse(std::move(reason));
}

}  // namespace isojoule::detail
