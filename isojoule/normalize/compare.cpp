#include "isojoule/normalize/compare.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

constexpr int kMostRuns = 100;
constexpr int kMostReferences = 40;

double squared(double x) { return x * x; }

/// One training, and what the normalizer states of it where there is need of one.
struct Side {
  const ComparedTraining* training;
  std::size_t place;
  std::size_t machine;
  double source_j;
  Fit fit;  // null: measured on the common machine
  std::size_t row;
  LogDistribution told;  // of ln of the energy on the common machine in J
};

/// A variance of ln energy and how well it is known.
struct Spread {
  double variance = 0.0;
  double dof = 0.0;
  std::size_t runs = 1;  // that it is the variance of the mean of
};

/// Of the sum of independent ones, after Welch and Satterthwaite.
Spread sum(const Spread& a, const Spread& b) {
  Spread result{a.variance + b.variance, 0.0, std::max(a.runs, b.runs)};
  double squares = 0.0;
  for (const Spread& one : {a, b}) {
    if (one.variance > 0.0) squares += squared(one.variance) / std::max(one.dof, 1.0);
  }
  if (squares > 0.0) result.dof = squared(result.variance) / squares;
  return result;
}

Places references_of(const Dataset& dataset, const CompareQuestion& question, std::size_t from,
                     std::size_t on) {
  const std::array machines{from, on};
  for (const std::string& name : question.references) {
    if (name == question.first.workload || name == question.second.workload)
      throw Error(ErrorCode::usage, "reference '" + name + "' is one of the two that are compared");
  }
  if (!question.references.empty()) return workload_places(dataset, question.references, machines);
  Places places = dataset.known_on(machines);
  std::erase_if(places, [&](std::size_t place) {
    const std::string& name = dataset.workloads()[place].name;
    return name == question.first.workload || name == question.second.workload;
  });
  if (places.empty())
    throw Error(ErrorCode::bad_input, fmt::format("no reference is known on both '{}' and '{}'",
                                                  dataset.machines()[from], question.on));
  return places;
}

/// What the normalizer states.
const LogDistribution& value_or_throw(const Outcome<LogDistribution>& stated,
                                      const CompareQuestion& question) {
  if (stated) return *stated;
  throw Error(ErrorCode::usage, fmt::format("{} cannot compare trainings: {}",
                                            to_string(question.normalizer), stated.refused));
}

Side side_of(const Dataset& dataset, const CompareQuestion& question,
             const ComparedTraining& training) {
  if (!(training.amount > 0.0) || !std::isfinite(training.amount))
    throw Error(ErrorCode::usage, fmt::format("the amount of '{}' must be positive, not {}",
                                              training.workload, training.amount));
  const std::size_t on = dataset.machine(question.on);
  Side side{&training, 0, dataset.machine(training.machine), 0.0, nullptr, 0, {}};
  side.place = workload_places(dataset, std::array{training.workload}, std::array{side.machine})[0];
  side.source_j = dataset.cell(side.place, side.machine)->energy.in(joule);
  if (side.machine == on) {
    const double variance = log_variance(*dataset.cell(side.place, side.machine));
    side.told.parts = {{1.0, std::log(side.source_j), 0.0, 0.0, 4.0}};
    side.told.measuring_variance = variance;
    return side;
  }
  const PairView pair(dataset, side.machine, on,
                      references_of(dataset, question, side.machine, on));
  const auto learner = learn(question.normalizer, {Feature::energy}, pair.view());
  if (!learner) throw Error(ErrorCode::bad_input, learner.refused);
  const auto fit = (*learner)->fit(pair.references());
  if (!fit) throw Error(ErrorCode::bad_input, fit.refused);
  side.fit = *fit;
  side.row = pair.row(side.place);
  side.told = value_or_throw(side.fit->distribution(side.row), question);
  return side;
}

/// Of measuring: between runs as the question has it, else as repeats in the table tell it.
Spread spread_of(const Dataset& dataset, const Side& side) {
  if (side.training->measuring_sd > 0.0)
    return {squared(side.training->measuring_sd), side.training->measuring_dof, 1};
  const std::size_t repeats = dataset.cell(side.place, side.machine)->repeats;
  if (repeats < 2) return {};
  return {side.told.measuring_variance, static_cast<double>(repeats - 1), repeats};
}

LogDistribution difference(const LogDistribution& a, const LogDistribution& b) {
  LogDistribution result{
      {}, a.references_variance + b.references_variance, a.own_variance + b.own_variance};
  for (const MixturePart& x : a.parts) {
    for (const MixturePart& y : b.parts)
      result.parts.push_back({x.weight * y.weight, x.mean - y.mean, x.variance + y.variance,
                              x.noise_variance + y.noise_variance, std::min(x.tail, y.tail)});
  }
  return result;
}

LogDistribution difference(const CompareQuestion& question, const Side& a, const Side& b) {
  if (a.fit && a.machine == b.machine) return value_or_throw(a.fit->ratio(a.row, b.row), question);
  return difference(a.told, b.told);
}

/// Brings in amounts of work, and the spread of measuring that the normalizer does not know of: as
/// t, so that a spread known from a few runs is not taken for certain.
void complete(LogDistribution& told, double log_amount, const Spread& spread) {
  for (MixturePart& part : told.parts) {
    part.mean += log_amount;
    if (spread.variance <= 0.0) continue;
    part.tail = part.noise_variance > 0.0 ? std::min(part.tail, spread.dof) : spread.dof;
    part.noise_variance += spread.variance;
  }
}

bool has_spread(const LogDistribution& told) {
  return std::ranges::any_of(told.parts, [](const MixturePart& part) {
    return part.variance + part.noise_variance > 0.0;
  });
}

constexpr const char* kNoSpread = "how far runs of it scatter is not known";

template <class T>
Estimate<T> estimate(const LogDistribution& told, T unit) {
  if (!has_spread(told))
    return {std::exp(told.parts.front().mean) * unit, Outcome<Interval<T>>::refuse(kNoSpread)};
  const double tail = 0.5 * (1.0 - kConfidence);
  const auto at = [&](double p) { return std::exp(mixture_quantile(told.parts, p)) * unit; };
  return {at(0.5), Interval<T>{at(tail), at(1.0 - tail), kConfidence}};
}

/// What is left for `complete` to bring in: the normalizer has taken what the table's repeats show.
Spread unknown_to_normalizer(const Side& side, const Spread& spread) {
  return side.fit && side.training->measuring_sd <= 0.0 ? Spread{} : spread;
}

Answer answer_of(const CompareQuestion& question, const Side& side, const Spread& spread) {
  LogDistribution told = side.told;
  complete(told, std::log(side.training->amount), unknown_to_normalizer(side, spread));
  Answer answer;
  answer.workload = side.training->workload;
  answer.source = side.source_j * side.training->amount * joule;
  answer.energy = estimate(told, joule);
  FitFacts facts{to_string(question.normalizer), {}, std::nullopt};
  if (side.fit) {
    answer.unlike = side.fit->unlike(side.row);
    facts.used = side.fit->used();
    facts.others = side.fit->others();
  }
  answer.fit = std::make_shared<const FitFacts>(std::move(facts));
  return answer;
}

/// The standard normal quantile.
double normal_quantile(double p) { return student_t_quantile(p, 1e9); }

/// Smallest whole number that is not below x, no more than `most` + 1.
int at_least(double x, int most) {
  return x < static_cast<double>(most) ? std::max(1, static_cast<int>(std::ceil(x))) : most + 1;
}

Settling settling_of(const Comparison& comparison, double certainty, const Spread& spread) {
  using By = Settling::By;
  if (comparison.verdict != Verdict::indistinguishable) return {};
  const double allowed = squared(std::log(comparison.ratio.point) / normal_quantile(certainty));
  const auto references = static_cast<double>(
      std::max(comparison.first.fit->used.size(), comparison.second.fit->used.size()));
  const double rule = squared(comparison.references_sd);
  const double own = squared(comparison.own_sd);
  const double measuring = spread.variance;
  const double one_run = measuring * static_cast<double>(spread.runs);
  if (measuring > 0.0 && rule + own < allowed) {
    const int runs = at_least(one_run / (allowed - rule - own), kMostRuns);
    if (runs <= kMostRuns) return {By::repeats, std::max(2, runs)};
  }
  if (rule > 0.0 && own + measuring < allowed) {
    const int more =
        at_least(references * (rule / (allowed - own - measuring) - 1.0), kMostReferences);
    if (more <= kMostReferences) return {By::references, more};
  }
  if (rule + own > 0.0) {
    if (measuring <= 0.0) return {By::on_machine, 0};
    const int runs = allowed > 0.0 ? at_least(one_run / allowed, kMostRuns) : kMostRuns + 1;
    if (runs <= kMostRuns) return {By::on_machine, runs};
  }
  return {By::never, 0};
}

void check(const CompareQuestion& question) {
  if (!(question.certainty > 0.5 && question.certainty < 1.0))
    throw Error(ErrorCode::usage, fmt::format("the certainty must lie between 0.5 and 1, not {}",
                                              question.certainty));
  if (question.first.workload == question.second.workload &&
      question.first.machine == question.second.machine)
    throw Error(ErrorCode::usage, fmt::format("'{}' on '{}' is compared with itself",
                                              question.first.workload, question.first.machine));
}

}  // namespace

Comparison compare_trainings(const Dataset& dataset, const CompareQuestion& question) {
  check(question);
  const Side one = side_of(dataset, question, question.first);
  const Side other = side_of(dataset, question, question.second);
  const Spread spread_one = spread_of(dataset, one);
  const Spread spread_other = spread_of(dataset, other);
  LogDistribution told = difference(question, one, other);
  complete(told, std::log(question.first.amount) - std::log(question.second.amount),
           sum(unknown_to_normalizer(one, spread_one), unknown_to_normalizer(other, spread_other)));

  Comparison result;
  result.first = answer_of(question, one, spread_one);
  result.second = answer_of(question, other, spread_other);
  result.ratio = estimate(told, 1.0);
  const Spread measuring = sum(spread_one, spread_other);
  result.measuring_sd = std::sqrt(measuring.variance);
  result.references_sd = std::sqrt(told.references_variance);
  result.own_sd = std::sqrt(told.own_variance);
  if (has_spread(told)) {
    result.probability_less = mixture_probability(told.parts, 0.0);
    if (*result.probability_less >= question.certainty) result.verdict = Verdict::less;
    if (1.0 - *result.probability_less >= question.certainty) result.verdict = Verdict::more;
    result.settling = settling_of(result, question.certainty, measuring);
  } else {
    result.settling = {Settling::By::repeats, 0};
  }
  return result;
}

}  // namespace isojoule
