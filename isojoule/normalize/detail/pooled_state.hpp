// What a fitted pooled rule holds.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "isojoule/normalize/detail/pooled_prior.hpp"
#include "isojoule/normalize/pooled_normalizer.hpp"

namespace isojoule {

struct PooledNormalizer::State {
  struct Part {
    std::size_t component;  ///< of outputs
    double multiple;        ///< of the noise
    HeavyTailedNoise noise;
    double weight;
    HeavyTailedFit fit;
  };
  detail::PooledFeatures features;
  std::vector<PooledProcess::NewOutput> outputs;  ///< one for each component
  std::vector<Part> parts;                        ///< their weights add up to 1
  detail::PooledKnown known;
  std::size_t others = 0;
};

}  // namespace isojoule
