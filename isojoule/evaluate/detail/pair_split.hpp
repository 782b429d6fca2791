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

/// What is evaluated on each split of each pair.
struct Setting {
  Selection selection;
  ReferenceCount count;
  std::size_t normalizer;  ///< places in the options
  std::size_t features;
  std::string named;  ///< named_reference of the normalizer
  EvaluationRow row;  ///< as it begins: its texts
};

/// One row; its predictions do not know it yet.
struct Evaluated {
  EvaluationRow row;
  std::vector<PredictionRow> predictions;
};

class PairSplit {
 public:
  /// `units`: what each row is left out with, its first row. All must outlive it.
  PairSplit(const Pair& pair, const Split& split, int index, std::uint64_t seed,
            const std::vector<std::size_t>& units, bool with_predictions);

  /// `learner` has learnt from this split; `order` puts references in order, where the selection
  /// needs it.
  Evaluated run(const Setting& setting, const Outcome<LearnerPointer>& learner,
                const Learner* order) const;

 private:
  using Places = std::vector<std::size_t>;

  /// Rows of the training part, ascending. All of them are no choice.
  Outcome<Places> choose(Selection selection, std::size_t count, std::uint64_t seed,
                         const Learner* order) const;
  EvaluationRow row_of(const Setting& setting) const;
  bool holds(const Places& rows, const std::string& name) const;
  References references_at(Places rows, std::uint64_t seed) const;
  void score(EvaluationRow& row, const Fitted& fit) const;
  void add_scores(EvaluationRow& row, const std::vector<double>& predicted_j,
                  const std::vector<Interval<double>>& intervals) const;
  /// Of the references and then of the test part.
  std::vector<PredictionRow> predictions(const std::string& normalizer, const Fitted& fit,
                                         const Places& references) const;
  PredictionRow prediction(std::size_t place, bool is_reference, const Fitted& fit,
                           const std::shared_ptr<const FitFacts>& facts) const;

  const Pair& pair_;
  const Split& split_;
  int index_;
  const Places& units_;
  std::uint64_t seed_;
  bool with_predictions_;
  std::vector<double> train_j_;  // on the source
  std::vector<double> truth_j_;  // of the test part, on the target
  std::vector<double> truth_kwh_;
};

}  // namespace isojoule::detail
