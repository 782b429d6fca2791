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

Evaluated refused(Evaluated done, std::string reason) {
  done.row.refused = std::move(reason);
  return done;
}

/// Squares and sums of energies may be beyond the range of numbers where the energies are not.
std::optional<double> if_finite(std::optional<double> score) {
  return score && std::isfinite(*score) ? score : std::nullopt;
}

}  // namespace

PairSplit::PairSplit(const Pair& pair, const Split& split, int index, std::uint64_t seed,
                     const Places& units, bool with_predictions)
    : pair_(pair),
      split_(split),
      index_(index),
      units_(units),
      seed_(seed),
      with_predictions_(with_predictions),
      train_j_(values_at(pair.view.columns().energy_j(), split.train)),
      truth_j_(values_at(pair.there.energy_j(), split.test)),
      truth_kwh_(in_kilowatt_hours(truth_j_)) {}

Evaluated PairSplit::run(const Setting& setting, const Outcome<LearnerPointer>& learner,
                         const Learner* order) const {
  Evaluated done{row_of(setting), {}};
  const auto stream = [&](std::uint64_t which) {
    return derive_seed({seed_, static_cast<std::uint64_t>(index_), pair_.size(), which});
  };
  Outcome<Places> chosen = choose(setting.selection, done.row.k, stream(kSelectionStream), order);
  if (!chosen) return refused(std::move(done), std::move(chosen.refused));
  if (!learner) return refused(std::move(done), learner.refused);
  if (!setting.named.empty() && !holds(*chosen, setting.named))
    return refused(std::move(done), setting.named + " is not among the references of the split");
  const References references = references_at(std::move(*chosen.value), stream(kFoldStream));
  Outcome<Fit> fit = (*learner)->fit(references);
  if (!fit) return refused(std::move(done), std::move(fit.refused));
  score(done.row, **fit);
  if (with_predictions_ && done.row.refused.empty())
    done.predictions = predictions(done.row.normalizer, **fit, references.rows);
  return done;
}

Outcome<std::vector<std::size_t>> PairSplit::choose(Selection selection, std::size_t count,
                                                    std::uint64_t seed,
                                                    const Learner* order) const {
  if (count == split_.train.size()) return split_.train;
  if (needs_learner(selection)) return first_references(*order, count);
  Outcome<Places> chosen = select_references(selection, train_j_, count, seed);
  if (!chosen) return chosen;
  for (std::size_t& place : *chosen.value) place = split_.train[place];
  return chosen;
}

EvaluationRow PairSplit::row_of(const Setting& setting) const {
  EvaluationRow row = setting.row;
  row.source = pair_.source;
  row.target = pair_.target;
  row.split = index_;
  row.train_rows = split_.train.size();
  row.test_rows = split_.test.size();
  row.k = setting.count.of(row.train_rows);
  if (row.k == row.train_rows) row.selection = "all";
  return row;
}

bool PairSplit::holds(const Places& rows, const std::string& name) const {
  return std::ranges::any_of(rows, [&](std::size_t row) { return pair_.names()[row] == name; });
}

References PairSplit::references_at(Places rows, std::uint64_t seed) const {
  std::vector<double> energy_j = values_at(pair_.there.energy_j(), rows);
  std::vector<double> variance = values_at(pair_.there.variance, rows);
  return {std::move(rows), std::move(energy_j), std::move(variance), seed};
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

std::vector<PredictionRow> PairSplit::predictions(const std::string& normalizer, const Fitted& fit,
                                                  const Places& references) const {
  const auto facts =
      std::make_shared<const FitFacts>(FitFacts{normalizer, fit.used(), fit.others()});
  std::vector<PredictionRow> rows;
  rows.reserve(references.size() + split_.test.size());
  for (const std::size_t place : references) rows.push_back(prediction(place, true, fit, facts));
  for (const std::size_t place : split_.test) rows.push_back(prediction(place, false, fit, facts));
  return rows;
}

PredictionRow PairSplit::prediction(std::size_t place, bool is_reference, const Fitted& fit,
                                    const std::shared_ptr<const FitFacts>& facts) const {
  PredictionRow row{nullptr, is_reference, {}};
  Answer& answer = row.answer;
  answer.workload = pair_.names()[place];
  answer.source = pair_.view.columns().energy_j()[place] * joule;
  answer.truth = pair_.there.energy_j()[place] * joule;
  answer.energy = estimate_of(*fit.predict(place));
  answer.unlike = fit.unlike(place);
  answer.fit = facts;
  return row;
}

}  // namespace isojoule::detail
