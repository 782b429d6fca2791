#include "isojoule/evaluate/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/detail/in_order.hpp"
#include "isojoule/normalize/pooled.hpp"
#include "isojoule/stats/metrics.hpp"
#include "isojoule/stats/random.hpp"
#include "isojoule/stats/splits.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

// Streams of random numbers apart from that of the splits.
constexpr std::uint64_t kSelectionStream = 1;
constexpr std::uint64_t kFoldStream = 2;

std::vector<std::pair<std::size_t, std::size_t>> pairs_of(const Dataset& dataset,
                                                          const EvaluateOptions& options) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const auto& [source, target] : options.pairs) {
    if (source == target)
      throw Error(ErrorCode::usage, fmt::format("'{}' is paired with itself", source));
    pairs.emplace_back(dataset.machine(source), dataset.machine(target));
  }
  if (!pairs.empty()) return pairs;
  for (std::size_t source = 0; source < dataset.machines().size(); ++source) {
    for (std::size_t target = 0; target < dataset.machines().size(); ++target)
      if (source != target) pairs.emplace_back(source, target);
  }
  return pairs;
}

Places machines_of(const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  Places machines;
  for (const auto& [source, target] : pairs) machines.insert(machines.end(), {source, target});
  std::ranges::sort(machines);
  const auto [rest, end] = std::ranges::unique(machines);
  machines.erase(rest, end);
  return machines;
}

std::vector<Split> splits_of(const Dataset& dataset, const Places& workloads,
                             const EvaluateOptions& options) {
  std::vector<std::string> families;
  for (const std::size_t w : workloads) families.push_back(dataset.workloads()[w].family);
  if (options.grouping == Grouping::family && std::ranges::count(families, "") > 0)
    throw Error(ErrorCode::bad_input, "not every workload has a family: give the column family");
  std::vector<Split> splits;
  for (int i = 0; i < options.splits; ++i) {
    const auto index = static_cast<std::uint64_t>(i);
    Outcome<Split> split =
        options.grouping == Grouping::family
            ? group_split(options.seed, index, families, options.test_percent)
            : random_split(options.seed, index, workloads.size(), options.test_percent);
    if (!split) throw Error(ErrorCode::bad_input, "the data cannot be split: " + split.refused);
    splits.push_back(std::move(*split.value));
  }
  return splits;
}

std::vector<double> values_at(std::span<const double> values, const Places& places) {
  std::vector<double> result(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) result[i] = values[places[i]];
  return result;
}

std::vector<double> in_kilowatt_hours(std::vector<double> energies_j) {
  for (double& energy : energies_j) energy /= kilowatt_hour.in(joule);
  return energies_j;
}

/// Squares and sums of energies may be beyond the range of numbers where the energies are not.
std::optional<double> if_finite(std::optional<double> score) {
  return score && std::isfinite(*score) ? score : std::nullopt;
}

/// One split of one pair: what is fitted and scored there.
class PairSplit {
 public:
  PairSplit(const MachinePair& pair, const Split& split, int index, std::uint64_t seed,
            const Places& units, const PooledModel* pooled, const EvaluationSinks& sinks)
      : pair_(pair),
        split_(split),
        index_(index),
        units_(units),
        seed_(seed),
        pooled_(pooled),
        sinks_(sinks),
        train_j_(values_at(pair.source_j, split.train)),
        truth_j_(values_at(pair.target_j, split.test)),
        truth_kwh_(in_kilowatt_hours(truth_j_)) {}

  void run(Selection selection, const ReferenceCount& count, const NormalizerSpec& normalizer,
           const FeatureSet& features) {
    EvaluationRow row = make_row(selection, count, normalizer, features);
    const auto stream = [&](std::uint64_t which) {
      return derive_seed({seed_, static_cast<std::uint64_t>(index_), pair_.size(), which});
    };
    const Outcome<Places> chosen = choose(selection, row.k, stream(kSelectionStream));
    if (!chosen) return refuse(row, chosen.refused);
    const Places& references = *chosen;
    if (normalizer.rule == NormalizerSpec::Rule::pooled) {
      const auto fit = pooled_->fit(pair_, references);
      if (!fit) return refuse(row, fit.refused);
      return finish(row, **fit, references, pooled_->features(pair_, references),
                    pooled_->features(pair_, split_.test));
    }
    const Outcome<Matrix> known = select_features(pair_, features, references);
    const Outcome<Matrix> asked = select_features(pair_, features, split_.test);
    if (!known) return refuse(row, known.refused);
    if (!asked) return refuse(row, asked.refused);
    const References given = references_at(references, *known, features, stream(kFoldStream));
    const std::string named = named_reference(normalizer);
    if (!named.empty() && std::ranges::find(given.names, named) == given.names.end())
      return refuse(row, named + " is not among the references of the split");
    const Outcome<Fit> fit = fit_normalizer(normalizer, given);
    if (!fit) return refuse(row, fit.refused);
    finish(row, **fit, references, *known, *asked);
  }

 private:
  /// Rows of the training part, ascending. All of them are no choice.
  Outcome<Places> choose(Selection selection, std::size_t count, std::uint64_t seed) const {
    if (selection == Selection::variance && count < split_.train.size()) {
      Outcome<Places> ordered = pooled_->variance_references(count);
      if (!ordered) return ordered;
      Places rows = *ordered;
      std::ranges::sort(rows);
      return rows;
    }
    Outcome<Places> chosen = select_references(selection, train_j_, count, seed);
    if (!chosen) return chosen;
    Places rows;
    rows.reserve(chosen->size());
    for (const std::size_t place : *chosen) rows.push_back(split_.train[place]);
    return rows;
  }

  /// Scores a fit and tells it, and its predictions where they are asked for.
  void finish(EvaluationRow& row, const FittedNormalizer& fit, const Places& references,
              const Matrix& known, const Matrix& asked) const {
    score(row, fit, asked);
    sinks_.row(row);
    if (!sinks_.prediction || !row.refused.empty()) return;
    report(row, fit, references, known, true);
    report(row, fit, split_.test, asked, false);
  }

  EvaluationRow make_row(Selection selection, const ReferenceCount& count,
                         const NormalizerSpec& normalizer, const FeatureSet& features) const {
    EvaluationRow row;
    row.source = pair_.source;
    row.target = pair_.target;
    row.split = index_;
    row.count = to_string(count);
    row.k = count.of(split_.train.size());
    row.selection = row.k == split_.train.size() ? "all" : to_string(selection);
    row.normalizer = to_string(normalizer);
    row.features = features_text(normalizer, to_string(features));
    row.train_rows = split_.train.size();
    row.test_rows = split_.test.size();
    return row;
  }

  References references_at(const Places& places, const Matrix& features, const FeatureSet& set,
                           std::uint64_t seed) const {
    References references;
    references.names.reserve(places.size());
    for (const std::size_t place : places) references.names.push_back(pair_.names[place]);
    references.features = features;
    references.target_j = values_at(pair_.target_j, places);
    references.energy_first = set.front() == Feature::energy;
    references.seed = seed;
    return references;
  }

  void refuse(EvaluationRow& row, std::string reason) const {
    row.refused = std::move(reason);
    sinks_.row(row);
  }

  void score(EvaluationRow& row, const FittedNormalizer& fit, const Matrix& asked) const {
    std::vector<double> predicted_j(asked.rows());
    std::vector<TestError> tests;
    std::vector<Interval<double>> intervals;
    intervals.reserve(asked.rows());
    std::vector<double> features(asked.columns());
    for (std::size_t i = 0; i < asked.rows(); ++i) {
      for (std::size_t c = 0; c < features.size(); ++c) features[c] = asked(i, c);
      predicted_j[i] = fit.predict(features);
      if (!std::isfinite(predicted_j[i] / truth_j_[i])) {
        row.refused = "a prediction, or its relative error, is beyond the range of numbers";
        return;
      }
      TestError test{units_[split_.test[i]], std::abs(predicted_j[i] / truth_j_[i] - 1.0), {}};
      const auto interval = fit.interval(features, kConfidence);
      if (interval) {
        intervals.push_back(*interval);
        test.held = interval->lower <= truth_j_[i] && truth_j_[i] <= interval->upper;
      }
      tests.push_back(test);
    }
    row.tests = std::move(tests);
    row.r2 = if_finite(r_squared(truth_j_, predicted_j));
    row.mse_kwh2 = if_finite(mean_squared_error(truth_kwh_, in_kilowatt_hours(predicted_j)));
    const RelativeErrors errors = *summarize_relative_errors(truth_j_, predicted_j);
    row.mdape = if_finite(errors.median);
    row.mape = if_finite(errors.mean);
    row.p90 = if_finite(errors.percentile_90);
    if (intervals.size() == asked.rows()) row.coverage90 = coverage(truth_j_, intervals);
  }

  void report(const EvaluationRow& row, const FittedNormalizer& fit, const Places& places,
              const Matrix& features, bool is_reference) const {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::vector<double> known = features.row(i);
      PredictionRow prediction;
      prediction.fit = &row;
      prediction.workload = pair_.names[places[i]];
      prediction.is_reference = is_reference;
      prediction.truth_j = pair_.target_j[places[i]];
      prediction.predicted_j = fit.predict(known);
      if (const auto interval = fit.interval(known, kConfidence)) {
        prediction.lower_j = interval->lower;
        prediction.upper_j = interval->upper;
      }
      prediction.unlike = fit.unlike(known);
      sinks_.prediction(prediction);
    }
  }

  const MachinePair& pair_;
  const Split& split_;
  int index_;
  const Places& units_;  // what each row is left out with: its first row
  std::uint64_t seed_;
  const PooledModel* pooled_;  // null where nothing asks for it
  const EvaluationSinks& sinks_;
  std::vector<double> train_j_;  // on the source
  std::vector<double> truth_j_;  // of the test part, on the target
  std::vector<double> truth_kwh_;
};

bool needs_pooled(const EvaluateOptions& options) {
  return std::ranges::find(options.selections, Selection::variance) != options.selections.end() ||
         std::ranges::find(options.normalizers, NormalizerSpec::Rule::pooled,
                           &NormalizerSpec::rule) != options.normalizers.end();
}

/// For each row the first that is left out together with it.
Places units_of(const MachinePair& pair, Grouping grouping) {
  Places units(pair.size());
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t row = 0; row < pair.size(); ++row)
    units[row] = grouping == Grouping::workload
                     ? row
                     : first.try_emplace(pair.families[row], row).first->second;
  return units;
}

/// Everything that is evaluated on one pair. `pooled` holds a model for each split, or none.
void evaluate_pair(const MachinePair& pair, const std::vector<Split>& splits,
                   const std::vector<PooledModel>& pooled, const EvaluateOptions& options,
                   const EvaluationSinks& sinks) {
  const Places units = units_of(pair, options.grouping);
  for (const Selection selection : options.selections) {
    for (const ReferenceCount& count : options.counts) {
      for (const NormalizerSpec& normalizer : options.normalizers) {
        for (const FeatureSet& features : options.features) {
          const bool sees_all = normalizer.rule == NormalizerSpec::Rule::pooled;
          if (sees_all && &features != &options.features.front()) continue;
          for (std::size_t i = 0; i < splits.size(); ++i) {
            const std::size_t rows = splits[i].train.size();
            const bool takes_all = count.of(rows) == rows;
            if (takes_all && selection != options.selections.front()) continue;
            const PooledModel* model = pooled.empty() ? nullptr : &pooled[i];
            PairSplit(pair, splits[i], static_cast<int>(i), options.seed, units, model, sinks)
                .run(selection, count, normalizer, features);
          }
        }
      }
    }
  }
}

/// A row with its predictions, kept until it is its pair's turn to be told.
struct KeptRow {
  EvaluationRow row;
  std::vector<PredictionRow> predictions;
};

class Kept {
 public:
  explicit Kept(bool with_predictions) : with_predictions_(with_predictions) {}

  EvaluationSinks sinks() {
    EvaluationSinks sinks;
    sinks.row = [this](const EvaluationRow& row) { rows_.push_back({row, {}}); };
    if (with_predictions_)
      sinks.prediction = [this](const PredictionRow& p) { rows_.back().predictions.push_back(p); };
    return sinks;
  }
  std::vector<KeptRow> take() { return std::move(rows_); }

 private:
  bool with_predictions_;
  std::vector<KeptRow> rows_;
};

void tell(std::vector<KeptRow>& rows, const EvaluationSinks& sinks) {
  for (KeptRow& kept : rows) {
    sinks.row(kept.row);
    for (PredictionRow& prediction : kept.predictions) {
      prediction.fit = &kept.row;
      sinks.prediction(prediction);
    }
  }
}

void check(const EvaluateOptions& options) {
  if (options.splits < 1 || options.splits > 1'000'000)
    throw Error(ErrorCode::usage, "splits must be from 1 to 1000000");
  if (options.selections.empty() || options.counts.empty() || options.normalizers.empty() ||
      options.features.empty())
    throw Error(
        ErrorCode::usage,
        "an evaluation needs a selection, a number of references, a normalizer and features");
}

void check_named_references(const EvaluateOptions& options,
                            const std::vector<std::string>& workloads) {
  for (const NormalizerSpec& normalizer : options.normalizers) {
    const std::string named = named_reference(normalizer);
    if (!named.empty() && std::ranges::find(workloads, named) == workloads.end())
      throw unknown_name("reference", named, workloads);
  }
}

EvaluationSummary summarize(const Dataset& dataset, const Places& machines,
                            const Places& workloads) {
  EvaluationSummary summary;
  for (const std::size_t m : machines) summary.machines.push_back(dataset.machines()[m]);
  for (const std::size_t w : workloads) summary.workloads.push_back(dataset.workloads()[w].name);
  for (std::size_t w = 0; w < dataset.workloads().size(); ++w) {
    const bool known = std::ranges::any_of(
        machines, [&](std::size_t m) { return dataset.cell(w, m).has_value(); });
    summary.left_out += known ? 1 : 0;
  }
  summary.left_out -= workloads.size();
  return summary;
}

}  // namespace

EvaluationSummary evaluate(const Dataset& dataset, const EvaluateOptions& options,
                           const EvaluationSinks& sinks) {
  constexpr std::size_t kFewest = 3;  // one to test, two to fit
  check(options);
  const auto pairs = pairs_of(dataset, options);
  const Places machines = machines_of(pairs);
  if (machines.size() < 2)
    throw Error(ErrorCode::bad_input, "an evaluation needs two machines, there is " +
                                          std::to_string(dataset.machines().size()));
  const Places workloads = dataset.known_on(machines);
  if (workloads.size() < kFewest)
    throw Error(ErrorCode::bad_input,
                fmt::format("the machines have {} workload{} in common; it takes three at least",
                            workloads.size(), workloads.size() == 1 ? "" : "s"));
  EvaluationSummary summary = summarize(dataset, machines, workloads);
  check_named_references(options, summary.workloads);
  const std::vector<Split> splits = splits_of(dataset, workloads, options);
  const auto evaluated = [&](std::size_t place) {
    const auto& [source, target] = pairs[place];
    const MachinePair pair = make_pair(dataset, source, target, workloads);
    std::vector<PooledModel> pooled;
    for (std::size_t i = 0; needs_pooled(options) && i < splits.size(); ++i)
      pooled.emplace_back(dataset, source, target, pair, workloads, splits[i].train);
    Kept kept(sinks.prediction != nullptr);
    evaluate_pair(pair, splits, pooled, options, kept.sinks());
    return kept.take();
  };
  detail::in_order(pairs.size(), evaluated,
                   [&sinks](std::vector<KeptRow> rows) { tell(rows, sinks); });
  return summary;
}

}  // namespace isojoule
