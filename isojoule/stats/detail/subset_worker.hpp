// One thread's share of a search through all subsets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "isojoule/stats/detail/selection_network.hpp"
#include "isojoule/stats/detail/subset_pair.hpp"
#include "isojoule/stats/subset_search.hpp"

namespace isojoule::detail {

/// What all threads read. Subsets are of the places in `candidates`.
struct SubsetPlan {
  const SubsetProblem* problem = nullptr;  ///< its masks filled in
  std::vector<std::size_t> candidates;     ///< workloads, ascending
  std::vector<double> weight;              ///< 1 where the candidate is scored, else 0; padded
  std::size_t size = 0;
  std::vector<PreparedPair> pairs;
  std::vector<SelectionNetwork> networks;  ///< one for each pair, where medians are wanted
};

/// Keeps the best of what it is given. Of equal scores, those given first win.
class BestSubsets {
 public:
  explicit BestSubsets(std::size_t keep) : keep_(keep) {}
  bool wants(double score) const { return score < limit_; }
  void add(ScoredSubset subset);
  std::vector<ScoredSubset>& best() { return best_; }

 private:
  std::size_t keep_;
  double limit_ = std::numeric_limits<double>::infinity();
  std::vector<ScoredSubset> best_;
};

/// Subsets go by their prefix, which is all members but the last: sums over the prefix are kept,
/// one step of them for each of its members, and all last members are tried at once, in lanes. Both
/// in lexicographic order. The sums are updated as means and sums of squares about them (Welford,
/// Technometrics 4(3), 1962), in which nothing cancels.
class SubsetWorker {
 public:
  SubsetWorker(const SubsetPlan& plan, std::size_t keep);

  /// All subsets of `count` prefixes from number `first` on, numbered in lexicographic order. Calls
  /// must be in ascending order.
  void walk(std::uint64_t first, std::uint64_t count);

  /// After the last walk, and before anything is read.
  void finish() { flush(); }

  BestSubsets best;
  ScoreDistribution scores;
  std::uint64_t degenerate = 0;

 private:
  /// Sums over some members, for one pair.
  struct Sums {
    double x = 0.0;  // means
    double r = 0.0;
    double xx = 0.0;  // sums of squares and products about them
    double xr = 0.0;
    double low = 0.0;  // least and greatest x
    double high = 0.0;
    Left left;
  };

  /// Lanes of one prefix: its last members are `last`, `last` + 1, ...
  struct Segment {
    std::size_t lane;
    std::size_t lanes;
    std::size_t last;
  };

  void start_at(std::uint64_t number);
  bool next_prefix(std::size_t& changed);
  void update_sums(std::size_t from);
  void try_last_members();
  void fit_lines(std::size_t pair, const Segment& segment);
  void fit_ratios(std::size_t pair, const Segment& segment);
  void sum_squares(std::size_t pair, const Segment& segment);
  void list_members(const Segment& segment);
  void take_medians(std::size_t pair, std::size_t first);
  double refit_all(const std::vector<std::size_t>& members) const;
  void flush();
  std::vector<std::size_t> members(std::size_t lane) const;

  const SubsetPlan& plan_;
  std::size_t prefix_size_;
  std::vector<std::size_t> prefix_;
  std::vector<double> steps_;               // [members so far] 1 / (n + 1)
  std::vector<Sums> sums_;                  // [members so far][pair]
  std::vector<std::size_t> scored_before_;  // [members so far]: how many of them are scored

  // The batch: lanes that wait for their scores.
  std::size_t lanes_ = 0;
  std::vector<Segment> segments_;
  std::vector<std::size_t> prefixes_;      // of each segment
  std::vector<std::size_t> lane_members_;  // for medians: of each lane, all members
  std::vector<std::size_t> scored_;        // for medians: of each lane, how many of them are scored
  std::vector<double> level_;              // [pair][lane] h
  std::vector<double> slope_;              // [pair][lane] b
  std::vector<double> total_;              // of each lane: the pairs' scores
  std::vector<double> bad_;                // of each lane: above 0 where a line is not determined
  std::vector<double> cancelled_;          // of each lane: above 0 where a sum has too few digits
  std::vector<LaneRow> errors_;
};

}  // namespace isojoule::detail
