// One split of one pair of machines: what is fitted and scored there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "isojoule/evaluate/evaluate.hpp"
#include "isojoule/stats/splits.hpp"

namespace isojoule::detail {

/// A pair of machines as it is evaluated.
struct Pair {
  std::string source;
  std::string target;
  View view;
  MachineColumns there;  ///< the rows on the target

  std::size_t size() const { return view.size(); }
  const std::vector<std::string>& names() const { return view.columns().names; }
};

class PairSplit {
 public:
  /// `units`: what each row is left out with, its first row. All must outlive it.
  PairSplit(const Pair& pair, const Split& split, int index, std::uint64_t seed,
            const std::vector<std::size_t>& units, const EvaluationSinks& sinks);

  /// Reports one row and its predictions. `learner` has learnt from this split; `order` puts
  /// references in order, where the selection needs it.
  void run(Selection selection, const ReferenceCount& count, const Normalizer& normalizer,
           const FeatureSet& features, const Outcome<LearnerPointer>& learner,
           const Learner* order) const;

 private:
  using Places = std::vector<std::size_t>;

  /// Rows of the training part, ascending. All of them are no choice.
  Outcome<Places> choose(Selection selection, std::size_t count, std::uint64_t seed,
                         const Learner* order) const;
  /// Scores a fit and reports it, and its predictions where they are asked for.
  void finish(EvaluationRow& row, const Fitted& fit, const Places& references) const;
  EvaluationRow make_row(Selection selection, const ReferenceCount& count,
                         const Normalizer& normalizer, const FeatureSet& features) const;
  References references_at(const Places& rows, std::uint64_t seed) const;
  void refuse(EvaluationRow& row, std::string reason) const;
  void score(EvaluationRow& row, const Fitted& fit) const;
  void add_scores(EvaluationRow& row, const std::vector<double>& predicted_j,
                  const std::vector<Interval<double>>& intervals) const;
  void report(const EvaluationRow& row, const Fitted& fit,
              const std::shared_ptr<const FitFacts>& facts, const Places& places,
              bool is_reference) const;

  const Pair& pair_;
  const Split& split_;
  int index_;
  const Places& units_;
  std::uint64_t seed_;
  const EvaluationSinks& sinks_;
  std::vector<double> train_j_;  // on the source
  std::vector<double> truth_j_;  // of the test part, on the target
  std::vector<double> truth_kwh_;
};

}  // namespace isojoule::detail
