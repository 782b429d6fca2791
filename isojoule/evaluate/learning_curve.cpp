#include "isojoule/evaluate/learning_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/features.hpp"
#include "isojoule/normalize/question.hpp"
#include "isojoule/stats/quantile.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

constexpr std::array<std::size_t, 10> kCounts{1, 2, 3, 4, 6, 8, 12, 16, 24, 32};
/// So many references are put in order; they are enough for any of kCounts where others have not
/// been run on the target.
constexpr std::size_t kMostOrdered = 64;

/// One workload under several numbers of references.
struct Shown {
  Estimate<Energy> energy;
  double baseline_j = 0.0;
};

template <class T>
T value_or_throw(const Normalizer& normalizer, const Outcome<T>& outcome) {
  if (outcome) return *outcome;
  throw Error(ErrorCode::usage, to_string(normalizer) + ": " + outcome.refused);
}

class CurvePair {
 public:
  CurvePair(const Dataset& dataset, std::size_t from, std::size_t to, Normalizer normalizer,
            Normalizer baseline)
      : normalizer_(std::move(normalizer)),
        baseline_(std::move(baseline)),
        view_(dataset, from, to, dataset.known_on(std::array{from})),
        there_(columns_on(dataset, to, dataset.known_on(std::array{from}))) {
    for (std::size_t row = 0; row < view_.size(); ++row) {
      if (!std::isnan(truth_j(row))) both_.push_back(row);
    }
  }

  const std::string& name(std::size_t row) const { return view_.columns().names[row]; }
  double source_j(std::size_t row) const { return view_.columns().energy_j()[row]; }
  double truth_j(std::size_t row) const { return there_.energy_j()[row]; }
  const Places& both() const { return both_; }

  /// Workload `asked` from the first `counts` of the others, one after the other.
  std::vector<Shown> predict(std::size_t asked, std::span<const std::size_t> counts) const {
    Places train(view_.size());
    std::iota(train.begin(), train.end(), std::size_t{0});
    std::erase(train, asked);
    const View view = view_.learning(std::move(train));
    const auto learner = value_or_throw(normalizer_, learn(normalizer_, kFeatureSet, view));
    const auto baseline = value_or_throw(baseline_, learn(baseline_, kFeatureSet, view));
    const Places ordered = order(*learner, asked);
    std::vector<Shown> shown;
    for (const std::size_t count : counts) {
      const References references =
          references_at({ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>(count)});
      const auto fit = value_or_throw(normalizer_, learner->fit(references));
      const auto simple = value_or_throw(baseline_, baseline->fit(references));
      shown.push_back({estimate_of(value_or_throw(normalizer_, fit->predict(asked))),
                       value_or_throw(baseline_, simple->predict(asked)).energy_j});
    }
    return shown;
  }

 private:
  /// The others that are known on both, the best references first.
  Places order(const Learner& learner, std::size_t asked) const {
    Places ordered;
    for (const ReferenceStep& step : value_or_throw(normalizer_, learner.order(kMostOrdered))) {
      if (std::ranges::binary_search(both_, step.row)) ordered.push_back(step.row);
    }
    for (const std::size_t row : both_) {
      if (row != asked && std::ranges::find(ordered, row) == ordered.end()) ordered.push_back(row);
    }
    return ordered;
  }

  References references_at(Places rows) const {
    std::ranges::sort(rows);
    References references;
    for (const std::size_t row : rows) {
      references.energy_j.push_back(truth_j(row));
      references.variance.push_back(there_.variance[row]);
    }
    references.rows = std::move(rows);
    return references;
  }

  inline static const FeatureSet kFeatureSet{Feature::energy};
  Normalizer normalizer_;
  Normalizer baseline_;
  View view_;
  MachineColumns there_;  // the rows on the target
  Places both_;           // rows known on both machines, ascending
};

/// Rows to leave out: all, or so many evenly over their order by energy.
Places asked_of(const CurvePair& pair) {
  Places rows = pair.both();
  if (rows.size() <= kMostLeftOut) return rows;
  std::ranges::sort(rows, {}, [&](std::size_t row) { return pair.source_j(row); });
  Places chosen;
  for (std::size_t i = 0; i < kMostLeftOut; ++i)
    chosen.push_back(rows[i * rows.size() / kMostLeftOut]);
  std::ranges::sort(chosen);
  return chosen;
}

/// Numbers of references of the curve, where there are so many in all.
Places counts_of(std::size_t all) {
  Places counts;
  for (const std::size_t count : kCounts) {
    if (count < all) counts.push_back(count);
  }
  counts.push_back(all);
  return counts;
}

}  // namespace

PairErrors leave_one_out(const Dataset& dataset, const std::string& from, const std::string& to,
                         const Normalizer& normalizer, const Normalizer& baseline) {
  const CurvePair pair(dataset, dataset.machine(from), dataset.machine(to), normalizer, baseline);
  if (pair.both().size() < 3)
    throw Error(
        ErrorCode::bad_input,
        fmt::format("'{}' and '{}' have {} workloads in common; leaving one out takes three", from,
                    to, pair.both().size()));
  const Places counts = counts_of(pair.both().size() - 1);
  PairErrors result{to_string(normalizer), to_string(baseline), {}, {}};
  std::vector<std::vector<double>> errors(counts.size());
  std::vector<std::vector<double>> of_baseline(counts.size());
  std::vector<double> covered(counts.size(), 0.0);
  const Places asked = asked_of(pair);
  for (const std::size_t row : asked) {
    const double truth_j = pair.truth_j(row);
    const std::vector<Shown> shown = pair.predict(row, counts);
    for (std::size_t c = 0; c < counts.size(); ++c) {
      const Estimate<Energy>& energy = shown[c].energy;
      errors[c].push_back(std::abs(energy.point.in(joule) / truth_j - 1.0));
      of_baseline[c].push_back(std::abs(shown[c].baseline_j / truth_j - 1.0));
      if (energy.interval && energy.interval->lower.in(joule) <= truth_j &&
          truth_j <= energy.interval->upper.in(joule))
        covered[c] += 1.0 / static_cast<double>(asked.size());
    }
    Answer answer;
    answer.workload = pair.name(row);
    answer.source = pair.source_j(row) * joule;
    answer.truth = truth_j * joule;
    answer.energy = shown.back().energy;
    result.left_out.push_back(std::move(answer));
  }
  for (std::size_t c = 0; c < counts.size(); ++c)
    result.curve.push_back(
        {counts[c], *quantile(errors[c], 0.5), *quantile(of_baseline[c], 0.5), covered[c]});
  return result;
}

}  // namespace isojoule
