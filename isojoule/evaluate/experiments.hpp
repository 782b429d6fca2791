// Named experiments: what an evaluation varies, and what it holds fixed.
#pragma once

#include <string>
#include <vector>

#include "isojoule/evaluate/evaluate.hpp"

namespace isojoule {

struct Experiment {
  std::string name;   ///< "3.1"; empty for none of the paper's
  std::string title;  ///< "Section 3.1, references"
  std::vector<Selection> selections;
  std::vector<ReferenceCount> counts;
  std::vector<Normalizer> normalizers;
  std::vector<FeatureSet> features;
  int splits = 5;
};

/// Sections 3.1 (references), 3.2 (regressions) and 3.3 (metrics) of Douwes and Serizel (2025).
const std::vector<Experiment>& paper_experiments();

/// One of them. Throws Error(unknown_name).
const Experiment& paper_experiment(const std::string& name);

/// Linear regression on the energy with all references.
const Experiment& plain_experiment();

/// All normalizers alike, each by the same references, over 40 splits.
const Experiment& comparison_experiment();

}  // namespace isojoule
