// What the pooled normalizer has learnt, and what it holds once it is fitted.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/normalize/detail/pooled_prior.hpp"
#include "isojoule/normalize/view.hpp"
#include "isojoule/stats/heavy_tailed.hpp"

namespace isojoule::detail {

/// One set of hyperparameters.
struct PooledComponent {
  PooledPrior prior;
  PooledProcess process;
  double correction;  ///< how much of the correction to a proportional law there is
  double log_weight;  ///< before the references
};

/// Of a view, before anything of the target is known.
struct PooledKnowledge {
  View view;
  std::vector<std::size_t> train;     ///< rows of the view that it has learnt from
  std::vector<std::string> families;  ///< of these
  std::vector<std::size_t> machines;  ///< of the outputs, in the dataset
  PooledData data;
  std::vector<PooledComponent> components;
  std::size_t base = 0;  ///< the component that references are chosen by

  /// Where a row stands among the training rows.
  std::optional<std::size_t> place(std::size_t row) const;
  /// What is known of rows of the view, with their places.
  Matrix features(std::span<const std::size_t> rows) const;
};

/// One part of the mixture that predicts.
struct PooledPart {
  std::size_t component;
  double multiple;  ///< of the noise
  HeavyTailedNoise noise;
  double weight;
  HeavyTailedFit fit;
};

/// What is known of the target's references, as logarithms of ratios to the source.
struct PooledTarget {
  std::vector<double> values;
  std::vector<double> variances;
};

/// Components by multiples of the noise, weighed by the references' evidence: first by some of the
/// references, then those that count by all of them. The weights add up to 1. `outputs`: the target
/// under each component.
std::vector<PooledPart> pooled_parts(const std::vector<PooledComponent>& components,
                                     const std::vector<PooledProcess::NewOutput>& outputs,
                                     const PooledTarget& target);

}  // namespace isojoule::detail
