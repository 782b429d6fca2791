// What the pooled rule says once it has seen its references: of one workload, and of two at once.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/stats/heavy_tailed.hpp"

namespace isojoule {

/// The distribution of a logarithm, and what its variance is made of.
struct LogDistribution {
  std::vector<MixturePart> parts;    ///< their weights add up to 1
  double references_variance = 0.0;  ///< of the common law: more references would lessen it
  double measuring_variance = 0.0;   ///< of the energies on the source, as repeats there tell it
  double own_variance = 0.0;  ///< of what departs from the law in its own way: only a run on the
                              ///< target itself would tell
};

/// Features are rows of PooledModel::features. Immutable; may be used by several threads.
class PooledNormalizer final : public FittedNormalizer {
 public:
  struct State;
  PooledNormalizer(std::vector<std::string> used, std::shared_ptr<const State> state);

  /// How many other machines it has learnt from; 0: it stands on its priors and the references.
  std::size_t others() const;
  /// ln of the energy on the target in J.
  LogDistribution log_energy(std::span<const double> features) const;
  /// ln E_B(a) - ln E_B(b) of two workloads on one source: what the references leave open of both
  /// alike cancels. The t noises of both are taken as one with the sum of their squared scales.
  LogDistribution log_ratio(std::span<const double> a, std::span<const double> b) const;

 private:
  double do_predict(std::span<const double> features) const override;
  Outcome<Interval<double>> do_interval(std::span<const double> features,
                                        double confidence) const override;
  std::string do_unlike(std::span<const double> features) const override;

  std::shared_ptr<const State> state_;
};

}  // namespace isojoule
