// The pooled normalizer: a Gaussian process on ln E_B - ln E_A over what is known of a workload.
//
// Model and its noise: stats/pooled_process.hpp. Features of A, natural logarithms, each less its
// mean over the training workloads: energy, power E/T, rate F/T (F/E where T is not known), and
// intensity F/P (P where F is not known). A feature that fewer than 80 % of the training workloads
// have is left out; a workload without it stands at its mean. All machines but A are outputs: the
// others with the training workloads, B with its references. Several sets of hyperparameters are
// mixed by the references' evidence, among them one without any correction, which is the law of the
// geometric-mean ratio. docs/method.md says how they were chosen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "isojoule/normalize/dataset.hpp"
#include "isojoule/normalize/pooled_normalizer.hpp"

namespace isojoule {

/// What is known before anything of the target machine is. Immutable; may be used by several
/// threads.
class PooledModel {
 public:
  /// `pair` holds workloads that are known on the source, `places` where they stand in the dataset;
  /// `train` are the rows of `pair` whose energies on other machines may be used. Of the target,
  /// and of rows outside `train`, nothing is looked at. More than kMostTrained training rows: that
  /// many are taken, evenly over their order by energy. More than kMostMachines others: the ones
  /// whose laws are the most unlike each other.
  PooledModel(const Dataset& dataset, std::size_t source, std::size_t target,
              const MachinePair& pair, std::span<const std::size_t> places,
              std::span<const std::size_t> train);

  /// Whether another machine than source and target has told anything.
  bool has_others() const;

  /// Rows of `pair` among `train`, the best reference first: each time the one that most reduces
  /// the mean posterior standard deviation over the training workloads. The 15 % with the lowest
  /// weight (likely contaminated on the source) come only after all others. At most `count`.
  Outcome<std::vector<std::size_t>> variance_references(std::size_t count) const;

  /// One reference of variance_references.
  struct Step {
    std::size_t row;
    double mean_sd;  ///< of ln energy over the training workloads, once this one is known too
  };
  /// The same with what each brings. `costs`, one positive number for each training row: each time
  /// the one that reduces the mean the most for its cost; empty: all cost alike.
  Outcome<std::vector<Step>> variance_steps(std::size_t count,
                                            std::span<const double> costs = {}) const;

  /// What weighs little, though its neighbours in features do not.
  struct Doubt {
    std::size_t row;                     ///< of the pair
    std::optional<std::size_t> machine;  ///< of the dataset; empty: the source, against all others
    double weight;                       ///< of the noise: 1 where nothing speaks against it
    double factor;                       ///< measured over what the others let expect
  };
  /// Energies that weigh less than `below` with everything known, the least first. A run beside
  /// another one on a board is such a row; so is a workload that truly is unlike all others.
  std::vector<Doubt> doubts(double below) const;

  /// The features of rows of a pair, as predict of the fit takes them.
  Matrix features(const MachinePair& pair, std::span<const std::size_t> rows) const;

  /// Learns the references: rows of `pair`, their energies on the target known. Refused without a
  /// reference. More than kMostTrained: that many are taken, evenly over their order by energy.
  Outcome<std::shared_ptr<const PooledNormalizer>> fit(
      const MachinePair& pair, std::span<const std::size_t> references) const;

  static constexpr std::size_t kMostTrained = 500;
  static constexpr std::size_t kMostMachines = 8;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace isojoule
