#include "isojoule/evaluate/detail/pair_split.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "isojoule/stats/metrics.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule::detail {
namespace {

using Places = std::vector<std::size_t>;

// Streams of random numbers apart from that of the splits.
constexpr std::uint64_t kSelectionStream = 1;
constexpr std::uint64_t kFoldStream = 2;

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

}  // namespace

PairSplit::PairSplit(const Pair& pair, const Split& split, int index, std::uint64_t seed,
                     const Places& units, const EvaluationSinks& sinks)
    : pair_(pair),
      split_(split),
      index_(index),
      units_(units),
      seed_(seed),
      sinks_(sinks),
      train_j_(values_at(pair.view.columns().energy_j(), split.train)),
      truth_j_(values_at(pair.there.energy_j(), split.test)),
      truth_kwh_(in_kilowatt_hours(truth_j_)) {}

void PairSplit::run(Selection selection, const ReferenceCount& count, const Normalizer& normalizer,
                    const FeatureSet& features, const Outcome<LearnerPointer>& learner,
                    const Learner* order) const {
  EvaluationRow row = make_row(selection, count, normalizer, features);
  const auto stream = [&](std::uint64_t which) {
    return derive_seed({seed_, static_cast<std::uint64_t>(index_), pair_.size(), which});
  };
  const Outcome<Places> chosen = choose(selection, row.k, stream(kSelectionStream), order);
  if (!chosen) return refuse(row, chosen.refused);
  if (!learner) return refuse(row, learner.refused);
  const References references = references_at(*chosen, stream(kFoldStream));
  const std::string named = named_reference(normalizer);
  const auto is_named = [&](std::size_t place) { return pair_.names()[place] == named; };
  if (!named.empty() && std::ranges::none_of(*chosen, is_named))
    return refuse(row, named + " is not among the references of the split");
  const Outcome<Fit> fit = (*learner)->fit(references);
  if (!fit) return refuse(row, fit.refused);
  finish(row, **fit, *chosen);
}

Outcome<std::vector<std::size_t>> PairSplit::choose(Selection selection, std::size_t count,
                                                    std::uint64_t seed,
                                                    const Learner* order) const {
  if (needs_learner(selection) && count < split_.train.size())
    return first_references(*order, count);
  Outcome<Places> chosen = select_references(selection, train_j_, count, seed);
  if (!chosen) return chosen;
  Places rows;
  rows.reserve(chosen->size());
  for (const std::size_t place : *chosen) rows.push_back(split_.train[place]);
  return rows;
}

void PairSplit::finish(EvaluationRow& row, const Fitted& fit, const Places& references) const {
  score(row, fit);
  sinks_.row(row);
  if (!sinks_.prediction || !row.refused.empty()) return;
  const auto facts =
      std::make_shared<const FitFacts>(FitFacts{row.normalizer, fit.used(), fit.others()});
  report(row, fit, facts, references, true);
  report(row, fit, facts, split_.test, false);
}

EvaluationRow PairSplit::make_row(Selection selection, const ReferenceCount& count,
                                  const Normalizer& normalizer, const FeatureSet& features) const {
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

References PairSplit::references_at(const Places& rows, std::uint64_t seed) const {
  return {rows, values_at(pair_.there.energy_j(), rows), values_at(pair_.there.variance, rows),
          seed};
}

void PairSplit::refuse(EvaluationRow& row, std::string reason) const {
  row.refused = std::move(reason);
  sinks_.row(row);
}

void PairSplit::score(EvaluationRow& row, const Fitted& fit) const {
  const std::size_t count = split_.test.size();
  std::vector<double> predicted_j(count);
  std::vector<TestError> tests;
  tests.reserve(count);
  std::vector<Interval<double>> intervals;
  intervals.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Outcome<Prediction> prediction = fit.predict(split_.test[i]);
    if (!prediction) {
      row.refused = prediction.refused;
      return;
    }
    predicted_j[i] = prediction->energy_j;
    if (!std::isfinite(predicted_j[i] / truth_j_[i])) {
      row.refused = "a prediction, or its relative error, is beyond the range of numbers";
      return;
    }
    TestError test{units_[split_.test[i]], std::abs(predicted_j[i] / truth_j_[i] - 1.0), {}};
    if (const auto& interval = prediction->interval) {
      intervals.push_back(*interval);
      test.held = interval->lower <= truth_j_[i] && truth_j_[i] <= interval->upper;
    }
    tests.push_back(test);
  }
  row.tests = std::move(tests);
  add_scores(row, predicted_j, intervals);
}

void PairSplit::add_scores(EvaluationRow& row, const std::vector<double>& predicted_j,
                           const std::vector<Interval<double>>& intervals) const {
  row.r2 = if_finite(r_squared(truth_j_, predicted_j));
  row.mse_kwh2 = if_finite(mean_squared_error(truth_kwh_, in_kilowatt_hours(predicted_j)));
  const RelativeErrors errors = *summarize_relative_errors(truth_j_, predicted_j);
  row.mdape = if_finite(errors.median);
  row.mape = if_finite(errors.mean);
  row.p90 = if_finite(errors.percentile_90);
  if (intervals.size() == predicted_j.size()) row.coverage90 = coverage(truth_j_, intervals);
}

void PairSplit::report(const EvaluationRow& row, const Fitted& fit,
                       const std::shared_ptr<const FitFacts>& facts, const Places& places,
                       bool is_reference) const {
  for (const std::size_t place : places) {
    PredictionRow prediction{&row, is_reference, {}};
    Answer& answer = prediction.answer;
    answer.workload = pair_.names()[place];
    answer.source = pair_.view.columns().energy_j()[place] * joule;
    answer.truth = pair_.there.energy_j()[place] * joule;
    answer.energy = estimate_of(*fit.predict(place));
    answer.unlike = fit.unlike(place);
    answer.fit = facts;
    sinks_.prediction(prediction);
  }
}

}  // namespace isojoule::detail
