// What the pooled normalizer learns from a view: docs/method.md.
//
// Model and its noise: stats/pooled_process.hpp. Features of the source, natural logarithms, each
// less its mean over the training workloads: energy, power E/T, rate F/T (F/E where T is not
// known), and intensity F/P (P where F is not known). A feature that fewer than 80 % of the
// training workloads have is left out; a workload without it stands at its mean. All machines but
// the source are outputs: the others with the training workloads, the target with its references.
// Several sets of hyperparameters are mixed by the references' evidence, among them one without any
// correction, which is the law of the geometric-mean ratio.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "isojoule/normalize/detail/pooled_state.hpp"
#include "isojoule/normalize/normalizer.hpp"

namespace isojoule::detail {

class PooledLearner final : public Learner {
 public:
  /// Of more than kMostTrained learnable rows that many are taken, evenly over their order by
  /// energy; of more than kMostMachines others those whose laws are the most unlike each other.
  explicit PooledLearner(const View& view);

  Outcome<Fit> fit(const References& references) const override;
  /// Each time the row that most reduces the mean posterior standard deviation over the training
  /// rows. The 15 % with the lowest weight (likely contaminated on the source) come only after all
  /// others.
  Outcome<std::vector<ReferenceStep>> order(std::size_t count,
                                            std::span<const double> costs) const override;
  Outcome<std::vector<DoubtedCell>> doubts(double below) const override;
  std::optional<std::size_t> others() const override { return knowledge_->data.outputs; }

  static constexpr std::size_t kMostTrained = 500;
  static constexpr std::size_t kMostMachines = 8;

 private:
  std::shared_ptr<const PooledKnowledge> knowledge_;
};

}  // namespace isojoule::detail
