#include <algorithm>
#include <cassert>
#include <cmath>

#include "isojoule/challenge/challenge.hpp"
#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

/// A product or ratio that neither overflowed nor vanished.
bool is_sound(double value) { return std::isnormal(value) && value > 0; }
bool is_sound(Energy value) { return is_sound(value.in(joule)); }

/// To three decimals of a kilowatt-hour.
Energy published(Energy energy) {
  constexpr double kSteps = 1000.0;
  return std::round(energy.in(kilowatt_hour)*kSteps) / kSteps * kilowatt_hour;
}

Energy rounded(Energy energy, const ChallengeRule& rule) {
  return rule.published_rounding ? published(energy) : energy;
}

void check(const ChallengeRule& rule) {
  if (!is_sound(rule.reference) || !is_sound(rule.score_reference))
    throw Error(ErrorCode::usage, "the reference energies of the rule must be positive");
}

/// Why a submission has no normalized energy; empty if it may have one.
std::string why_not_normalized(const Submission& submission) {
  if (!submission.energy) return "no energy is reported";
  if (!submission.baseline) return "no baseline energy is reported";
  if (submission.energy->value == Energy{})
    return "its energy is reported as " + submission.energy->text;
  if (submission.baseline->value == Energy{})
    return "its baseline energy is reported as " + submission.baseline->text;
  return {};
}

/// The normalizer's interval, widened by the digits of the energy that was predicted from.
void take_prediction(const Submission& submission, const ChallengeRule& rule,
                     WeightedScore& result) {
  const Outcome<Estimate<Energy>>& predicted = submission.predicted->energy;
  result.normalized = Outcome<Energy>::refuse(predicted.refused);
  if (!predicted) return;
  const Reported<Energy>& own = *submission.energy;
  const auto& interval = predicted->interval;
  // A line's interval can reach below zero, where no energy is.
  const Energy point = predicted->point;
  result.normalized = rounded(point, rule);
  result.normalized_possible = Possible<Energy>{
      rounded(std::max(Energy{}, interval ? interval->lower : point) * (own.lower / own.value),
              rule),
      rounded((interval ? interval->upper : point) * (own.upper / own.value), rule)};
}

void normalize_energy(const Submission& submission, const ChallengeRule& rule,
                      WeightedScore& result) {
  if (submission.predicted) return take_prediction(submission, rule, result);
  const std::string why_not = why_not_normalized(submission);
  result.normalized = Outcome<Energy>::refuse(why_not);
  if (!submission.energy || !submission.baseline) return;
  const auto& [energy, energy_lower, energy_upper, energy_text] = *submission.energy;
  const auto& [baseline, baseline_lower, baseline_upper, baseline_text] = *submission.baseline;
  const auto translated = [&rule](Energy own, Energy own_baseline) {
    return own * (rule.reference / own_baseline);
  };
  Possible<Energy> possible{translated(energy_lower, baseline_upper), std::nullopt};
  if (baseline_lower > Energy{}) possible.upper = translated(energy_upper, baseline_lower);
  if (why_not.empty()) {
    const Energy value = translated(energy, baseline);
    if (!is_sound(value) || !is_sound(possible.lower) || !is_sound(*possible.upper)) {
      result.normalized =
          Outcome<Energy>::refuse("its normalized energy is beyond what a double holds");
      return;
    }
    result.normalized = rounded(value, rule);
  }
  possible.lower = rounded(possible.lower, rule);
  if (possible.upper) possible.upper = rounded(*possible.upper, rule);
  result.normalized_possible = possible;
}

void weigh_score(const std::optional<Reported<double>>& score, const ChallengeRule& rule,
                 WeightedScore& result) {
  const auto refuse = Outcome<double>::refuse;
  result.ew_score = refuse(!score ? "no score is reported" : result.normalized.refused);
  if (!score || !result.normalized_possible) return;
  const auto weighted = [&rule](double own, Energy normalized) {
    return own * (rule.score_reference / normalized);
  };
  const Possible<Energy>& energy = *result.normalized_possible;
  Possible<double> possible;
  if (energy.upper && *energy.upper > Energy{})
    possible.lower = weighted(score->lower, *energy.upper);
  if (energy.lower > Energy{}) possible.upper = weighted(score->upper, energy.lower);
  if (result.normalized && *result.normalized == Energy{}) {
    result.ew_score = refuse("its normalized energy rounds to 0.000 kWh");
  } else if (result.normalized) {
    const double value = weighted(score->value, *result.normalized);
    if (!std::isfinite(value) || (possible.upper && !std::isfinite(*possible.upper))) {
      result.ew_score = refuse("its EW-score is beyond what a double holds");
      return;
    }
    result.ew_score = value;
  }
  result.ew_score_possible = possible;
}

}  // namespace

WeightedScore weigh(const Submission& submission, std::size_t score, const ChallengeRule& rule) {
  assert(score < submission.scores.size());
  check(rule);
  WeightedScore result;
  normalize_energy(submission, rule, result);
  weigh_score(submission.scores[score], rule, result);
  return result;
}

Outcome<Energy> normalized_energy(const Submission& submission, const ChallengeRule& rule) {
  check(rule);
  WeightedScore result;
  ChallengeRule full_precision = rule;
  full_precision.published_rounding = false;
  normalize_energy(submission, full_precision, result);
  return result.normalized;
}

}  // namespace isojoule
