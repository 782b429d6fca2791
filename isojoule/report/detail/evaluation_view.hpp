// What the figures of an evaluation are made of and have in common.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/evaluate/evaluation_study.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/page/figure.hpp"
#include "isojoule/report/evaluation_figures.hpp"

namespace isojoule::detail {

/// A page is to stay small: points of figures are kept to five digits, which nobody can see, and of
/// more rows than these only some workloads, or splits, are shown. Scores are of all.
inline constexpr std::size_t kMostRows = 12'000;
inline constexpr std::size_t kMostSplitRows = 6'000;

/// A coordinate to that many digits.
std::optional<double> point(std::optional<double> value);

/// "workloads", "whole families".
const char* grouping_text(Grouping grouping);
Picker grouping_picker();

/// "min-max, 4", "all of the training part".
std::string references_text(const EvaluationRow& row);

std::size_t predictions_in(const std::vector<StudyExperiment>& experiments);

/// Which workloads of the summary a figure shows.
struct ShownWorkloads {
  std::vector<bool> is_shown;
  std::vector<std::string> remarks;  ///< a sentence, where it does not show all
};

/// A study as its figures see it. Nothing of it changes: a figure does not depend on which others
/// are made, or when. Dataset and study must outlive it.
class EvaluationView {
 public:
  EvaluationView(const Dataset& dataset, const EvaluationStudy& study,
                 std::pair<std::string, std::string> pair, std::string provenance);

  const Dataset& dataset() const { return dataset_; }
  const EvaluationStudy& study() const { return study_; }
  /// The one that is shown first.
  const std::pair<std::string, std::string>& pair() const { return pair_; }
  Picker pair_picker() const;

  /// A caption with what is known of the energies.
  std::string caption(const std::string& text) const;

  /// Whether figures of points hold a pair: of many pairs, those from the two machines that are
  /// shown first.
  bool holds(const std::string& source) const;
  std::size_t held_pairs() const { return held_pairs_; }
  /// How many of the rows, which are of all pairs, they hold.
  std::size_t held(std::size_t rows) const;
  /// What a figure shows that would have so many rows of all workloads: of too many, workloads
  /// chosen at random by the study's seed. `figures` begins the remark: "Figures 1 and 2".
  ShownWorkloads shown(const std::string& figures, std::size_t rows) const;

  /// Of a workload of the summary, by its place there: its name, its place in the dataset, its
  /// energy on a machine, its family or "no family".
  const std::string& name(std::size_t workload) const;
  std::size_t place(std::size_t workload) const { return workloads_[workload]; }
  double energy_j(std::size_t workload, const std::string& machine) const;
  std::string family(std::size_t workload) const;

  bool has_families() const { return has_families_; }
  /// Whether the plane over energy and FLOPs was fitted for a pair that is held.
  bool has_plane() const;

  /// A value has the same colour and marker in all figures.
  const std::vector<KeyEntry>& family_key() const { return family_key_; }  ///< empty without them
  const std::vector<KeyEntry>& regression_key() const { return regression_key_; }
  const std::vector<KeyEntry>& normalizer_key() const { return normalizer_key_; }

 private:
  void find_workloads();
  void make_keys();

  const Dataset& dataset_;
  const EvaluationStudy& study_;
  std::pair<std::string, std::string> pair_;
  std::string provenance_;
  std::vector<std::size_t> workloads_;  // places in the dataset of the summary's workloads
  bool has_families_ = false;
  std::size_t held_pairs_ = 0;
  std::vector<KeyEntry> family_key_;
  std::vector<KeyEntry> regression_key_;
  std::vector<KeyEntry> normalizer_key_;
};

/// Whether a row is the fit of the plane over energy and FLOPs.
bool is_plane_fit(const EvaluationRow& row);

}  // namespace isojoule::detail
