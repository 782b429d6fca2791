// Which workloads to run on a new machine, so that what others used there can be told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/quantity.hpp"
#include "isojoule/evaluate/selection.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/stats/subset_search.hpp"

namespace isojoule {

struct SuggestedReference {
  std::string workload;
  Energy source;                  ///< what it uses on the machine where all is known
  std::optional<double> mean_sd;  ///< of variance: the standard deviation of ln energy on the new
                                  ///< machine, mean over all workloads, with this one and those
                                  ///< before it measured
};

/// `count` references by a selection, for a machine of which nothing is known, from all that `from`
/// and the other machines tell. Of variance the best first, else in the order of the names. With
/// `weigh_cost`, variance takes each time what reduces the deviation most for each joule on `from`.
/// Throws Error(unknown_name) for the machine, Error(usage) for more references than workloads.
std::vector<SuggestedReference> suggest_references(const Dataset& dataset, const std::string& from,
                                                   Selection selection, std::size_t count,
                                                   std::uint64_t seed, bool weigh_cost);

/// An energy of a table that nothing explains.
struct DoubtfulRow {
  std::string workload;
  std::string machine;
  double weight;  ///< from 0 to about 1: how much it still counts
  double factor;  ///< measured over expected
};

/// What the normalizer that doubts energies gives a weight below `below`, seen from `from`: a row
/// of that machine where all others disagree with it. Throws Error(unknown_name) for the machine,
/// Error(bad_input) where there is no other to compare with.
std::vector<DoubtfulRow> doubtful_rows(const Dataset& dataset, const std::string& from,
                                       double below);

/// A set of references and its errors (subset_search.hpp), mean over all ordered pairs of machines.
struct JudgedReferences {
  std::vector<std::string> workloads;
  double chosen_by;               ///< on the half that it was chosen by
  std::optional<double> on_rest;  ///< on the other half; empty where it has no score there
};

struct ExhaustiveReferences {
  std::vector<JudgedReferences> best;
  double median_error;  ///< of all sets, on the half that they were chosen by
  std::uint64_t sets = 0;
  std::uint64_t degenerate = 0;
};

/// All sets of `count` of the workloads known on all machines, scored by the median relative error
/// on one random half of the workloads; the best `keep` are then scored on the other. References
/// are left out of both. Throws as search_subsets.
ExhaustiveReferences search_references(const Dataset& dataset, SubsetFit fit, std::size_t count,
                                       std::size_t keep, std::uint64_t seed);

}  // namespace isojoule
