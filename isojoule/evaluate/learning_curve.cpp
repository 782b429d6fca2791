#include "isojoule/evaluate/learning_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/features.hpp"
#include "isojoule/normalize/pooled.hpp"
#include "isojoule/stats/quantile.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

constexpr std::array<std::size_t, 10> kCounts{1, 2, 3, 4, 6, 8, 12, 16, 24, 32};
/// So many references are put in order; they are enough for any of kCounts where others have not
/// been run on the target.
constexpr std::size_t kMostOrdered = 64;

/// One workload under several numbers of references.
struct Prediction {
  Estimate<Energy> pooled;
  double ratio_j = 0.0;
};

/// By the geometric-mean ratio of the references.
double ratio_prediction(const MachinePair& pair, const Places& references, std::size_t asked) {
  References given;
  given.features = *select_features(pair, {Feature::energy}, references);
  for (const std::size_t row : references) {
    given.names.push_back(pair.names[row]);
    given.target_j.push_back(pair.target_j[row]);
  }
  const auto fit = fit_normalizer({NormalizerSpec::Rule::ratio, {}}, given);
  return (*fit)->predict(std::array{pair.source_j[asked]});
}

class Pair {
 public:
  Pair(const Dataset& dataset, std::size_t from, std::size_t to)
      : dataset_(dataset),
        from_(from),
        to_(to),
        places_(dataset.known_on(std::array{from})),
        pair_(make_pair(dataset, from, to, places_)) {
    for (std::size_t row = 0; row < pair_.size(); ++row) {
      if (!std::isnan(pair_.target_j[row])) both_.push_back(row);
    }
  }

  const MachinePair& rows() const { return pair_; }
  const Places& both() const { return both_; }

  /// Workload `asked` from the first `counts` of the others, one after the other.
  std::vector<Prediction> predict(std::size_t asked, std::span<const std::size_t> counts) const {
    Places train(pair_.size());
    std::iota(train.begin(), train.end(), std::size_t{0});
    std::erase(train, asked);
    const PooledModel model(dataset_, from_, to_, pair_, places_, train);
    const Places ordered = order(model, asked);
    const std::vector<double> features = model.features(pair_, std::array{asked}).row(0);
    std::vector<Prediction> predictions;
    for (const std::size_t count : counts) {
      Places references(ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>(count));
      std::ranges::sort(references);
      const auto fit = model.fit(pair_, references);
      const auto interval = (*fit)->interval(features, kConfidence);
      predictions.push_back({{(*fit)->predict(features) * joule,
                              Interval<Energy>{interval->lower * joule, interval->upper * joule,
                                               interval->confidence},
                              {}},
                             ratio_prediction(pair_, references, asked)});
    }
    return predictions;
  }

 private:
  /// The others that are known on both, the best references first.
  Places order(const PooledModel& model, std::size_t asked) const {
    const std::size_t trained = std::min(pair_.size() - 1, PooledModel::kMostTrained);
    const auto best = model.variance_references(std::min(trained, kMostOrdered));
    Places ordered;
    for (const std::size_t row : *best) {
      if (std::ranges::binary_search(both_, row)) ordered.push_back(row);
    }
    for (const std::size_t row : both_) {
      if (row != asked && std::ranges::find(ordered, row) == ordered.end()) ordered.push_back(row);
    }
    return ordered;
  }

  const Dataset& dataset_;
  std::size_t from_;
  std::size_t to_;
  Places places_;
  MachinePair pair_;
  Places both_;  // rows known on both machines, ascending
};

/// Rows to leave out: all, or so many evenly over their order by energy.
Places asked_of(const Pair& pair) {
  Places rows = pair.both();
  if (rows.size() <= kMostLeftOut) return rows;
  std::ranges::sort(rows, {}, [&](std::size_t row) { return pair.rows().source_j[row]; });
  Places chosen;
  for (std::size_t i = 0; i < kMostLeftOut; ++i)
    chosen.push_back(rows[i * rows.size() / kMostLeftOut]);
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace

PairErrors leave_one_out(const Dataset& dataset, const std::string& from, const std::string& to) {
  const Pair pair(dataset, dataset.machine(from), dataset.machine(to));
  if (pair.both().size() < 3)
    throw Error(
        ErrorCode::bad_input,
        fmt::format("'{}' and '{}' have {} workloads in common; leaving one out takes three", from,
                    to, pair.both().size()));
  const std::size_t all = pair.both().size() - 1;
  Places counts;
  for (const std::size_t count : kCounts) {
    if (count < all) counts.push_back(count);
  }
  counts.push_back(all);

  PairErrors result;
  std::vector<std::vector<double>> pooled(counts.size());
  std::vector<std::vector<double>> ratio(counts.size());
  std::vector<double> covered(counts.size(), 0.0);
  const Places asked = asked_of(pair);
  for (const std::size_t row : asked) {
    const double truth_j = pair.rows().target_j[row];
    const std::vector<Prediction> predictions = pair.predict(row, counts);
    for (std::size_t c = 0; c < counts.size(); ++c) {
      const Estimate<Energy>& energy = predictions[c].pooled;
      pooled[c].push_back(std::abs(energy.point.in(joule) / truth_j - 1.0));
      ratio[c].push_back(std::abs(predictions[c].ratio_j / truth_j - 1.0));
      if (energy.interval->lower.in(joule) <= truth_j &&
          truth_j <= energy.interval->upper.in(joule))
        covered[c] += 1.0 / static_cast<double>(asked.size());
    }
    result.left_out.push_back({pair.rows().names[row], truth_j * joule, predictions.back().pooled});
  }
  for (std::size_t c = 0; c < counts.size(); ++c)
    result.curve.push_back(
        {counts[c], *quantile(pooled[c], 0.5), *quantile(ratio[c], 0.5), covered[c]});
  return result;
}

}  // namespace isojoule
