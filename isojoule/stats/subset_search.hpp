// Which few references would have been the best of all: every subset of a size, fitted and scored.
//
// The best of millions of subsets on a few dozen workloads is luck to a good part. So the result
// says how the scores of all subsets lie, and a problem can choose on some workloads (`scored`) and
// report on others: search_subsets with one mask, score_subset with the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "isojoule/core/outcome.hpp"
#include "isojoule/stats/score_distribution.hpp"

namespace isojoule {

/// The energies of the same workloads on two machines, x on the one that is predicted from and y on
/// the other, by the workload's place; J, each from 1e-30 to 1e30. A workload that lacks one of the
/// two is left out of this pair.
struct SubsetPair {
  std::vector<std::optional<double>> x = {};
  std::vector<std::optional<double>> y = {};
};

/// What is fitted to a subset, for each pair by itself.
enum class SubsetFit {
  linear,  ///< y = a + b x by ordinary least squares
  ratio,   ///< y = g x, with g the geometric mean of y/x
};

/// How its predictions of the scored workloads outside the subset are judged; small is good. Over
/// several pairs: the arithmetic mean of the pairs' scores.
enum class SubsetScore {
  /// The median of |prediction/y - 1|, or the mean of the two middle ones. A prediction below 0 is
  /// an error above 1.
  median_relative_error,
  /// linear: the mean of (prediction - y)^2, J^2, in which large workloads and, over several pairs,
  /// thirsty machines weigh most. ratio: the mean of (ln prediction - ln y)^2, without unit.
  squared_error,
};

struct SubsetProblem {
  std::vector<SubsetPair> pairs = {};  ///< at least one; all of the same length
  std::vector<bool> candidates = {};   ///< what subsets are chosen from; empty: all workloads
  std::vector<bool> scored = {};       ///< what is predicted, but for the subset itself; empty: all
  SubsetFit fit = SubsetFit::linear;
  SubsetScore score = SubsetScore::median_relative_error;
};

struct SubsetSearchOptions {
  std::size_t keep = 10;  ///< how many of the best are wanted
  unsigned threads = 0;   ///< 0: one for each hardware thread. The result does not depend on it.
};

struct ScoredSubset {
  std::vector<std::size_t> members;  ///< places of workloads, ascending
  double score = 0.0;
};

struct SubsetSearch {
  /// The best first; of equal scores, the subset that is first in lexicographic order.
  std::vector<ScoredSubset> best;
  ScoreDistribution scores;      ///< of all subsets that have one
  std::uint64_t evaluated = 0;   ///< subsets with a score
  std::uint64_t degenerate = 0;  ///< left out: for some pair, all x are equal (kDependent) and no
                                 ///< line is determined
  /// Candidates that are in no subset since an energy is missing in some pair: means over different
  /// pairs could not be compared. They are scored where they have their energies.
  std::vector<std::size_t> incomplete;
};

/// More subsets are refused.
inline constexpr double kMostSubsets = 2e9;

/// n! / (k! (n - k)!), exact up to 2^53 / n, rounded above; 0 for k > n.
double subset_count(std::size_t n, std::size_t k);

/// All subsets of `size` candidates with energies in all pairs. Sums, not refits: each subset's
/// score takes the same time whatever its size (squared error) or grows with the scored workloads
/// (median). Within 1e-9 of a plain refit, but where the x of the references nearly coincide, so
/// that a refit has not so many digits of the slope either. Throws Error(usage) for a size below 2
/// (ratio: 1) or above the candidates there are, masks that do not fit, nothing to keep, more than
/// kMostSubsets (the message says how many), and a size that may leave no scored workload in some
/// pair; Error(bad_input) for pairs of different lengths and energies beyond their range. Names
/// places counted from 1.
SubsetSearch search_subsets(const SubsetProblem& problem, std::size_t size,
                            const SubsetSearchOptions& options = {});

/// The score of one subset, by a plain refit. Its members need not be candidates. Refused where the
/// subset has none: a member without its energies, a line that is not determined, nothing scored
/// that is left. Throws as search_subsets, and Error(usage) for members that are not ascending
/// places of workloads.
Outcome<double> score_subset(const SubsetProblem& problem, std::span<const std::size_t> members);

}  // namespace isojoule
