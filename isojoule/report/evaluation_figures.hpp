// The figures of an evaluation: those of the paper, and relative errors beside them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "isojoule/normalize/dataset.hpp"
#include "isojoule/evaluate/evaluation_study.hpp"
#include "isojoule/page/figure.hpp"

namespace isojoule {

/// "K80 -> P100"
std::string pair_text(const std::string& source, const std::string& target);

/// What the figures are made of. `dataset` and `study` must outlive it.
class EvaluationFigures {
 public:
  /// `pair` is shown first; `provenance` is a sentence for every caption.
  EvaluationFigures(const Dataset& dataset, const EvaluationStudy& study,
                    std::pair<std::string, std::string> pair, std::string provenance);

  /// 1 and 2: four panels for a pair, the second of the opposite direction where there is one.
  std::vector<Figure> panels();
  /// 3a (R2), 3b (MSE), 3c (MdAPE) by references.
  std::vector<Figure> references();
  /// 4: regressions on one split of a pair; 5a, 5b, 5c by regression.
  std::vector<Figure> regressions();
  /// 6a, 6b, 6c by features; 7a and 7b, the plane over energy and FLOPs, where they are known.
  std::vector<Figure> metrics();
  /// 8: predictions of each rule with intervals; 9: errors by workload; 10: by family.
  std::vector<Figure> errors();

  /// Sentences on what the figures do not hold.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  /// Whether the figures of points hold a pair: of many pairs, those from the two machines that are
  /// shown first.
  bool holds(const std::string& source) const;
  /// How many of the rows, which are of all pairs, they hold.
  std::size_t held(std::size_t rows) const;
  /// Which workloads a figure shows that would have so many rows of all; says so in a remark.
  std::vector<bool> shown(const std::string& figures, std::size_t rows);
  std::string family_of(std::size_t workload) const;
  std::vector<KeyEntry> family_key();
  std::vector<Figure> scores(const std::string& number, const std::string& title,
                             const std::vector<StudyExperiment>& experiments, const std::string& by,
                             const Axis& axis);
  std::vector<Figure> plane();
  Figure predictions();
  std::vector<Figure> aggregated_errors();
  std::string with_provenance(const std::string& caption) const;

  const Dataset& dataset_;
  const EvaluationStudy& study_;
  std::pair<std::string, std::string> pair_;
  std::string provenance_;
  Keyring keyring_;
  std::vector<std::size_t> workloads_;  // places in the dataset of the summary's workloads
  bool has_families_ = false;
  std::size_t held_pairs_ = 0;
  std::vector<std::string> remarks_;
};

}  // namespace isojoule
