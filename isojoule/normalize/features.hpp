// Which numbers a normalizer sees of a workload.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/outcome.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/stats/matrix.hpp"

namespace isojoule {

/// In the order of their columns.
enum class Feature {
  energy,      ///< on the source machine, J
  flops,       ///< of one forward pass, FLOP
  parameters,  ///< number
  duration,    ///< on the source machine, s
};

/// At least one feature, each once, ascending.
using FeatureSet = std::vector<Feature>;

/// "energy+flops+params": members joined by '+', in any order. Throws Error(unknown_name) with the
/// known ones, Error(usage) for one that stands twice.
FeatureSet parse_features(std::string_view text);
/// The canonical text: "energy+flops+params+duration" in that order.
std::string to_string(const FeatureSet& features);

/// The features of some rows of a pair, one row each. Refused where a value is not known, naming it
/// and the workload.
Outcome<Matrix> select_features(const MachinePair& pair, const FeatureSet& features,
                                std::span<const std::size_t> rows);

}  // namespace isojoule
