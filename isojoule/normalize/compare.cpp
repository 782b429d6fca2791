#include "isojoule/normalize/compare.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/detail/pooled_table.hpp"
#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

constexpr int kMostRuns = 100;
constexpr int kMostReferences = 40;

double squared(double x) { return x * x; }

/// One training, and what the rule tells of it where there is need of a rule.
struct Side {
  const ComparedTraining* training;
  std::size_t place;
  std::size_t machine;
  double source_j;
  std::shared_ptr<const PooledNormalizer> fit;  // null: measured on the common machine
  std::vector<double> features;
  double repeats_variance = 0.0;
  std::size_t runs = 1;  // that its energy comes from, as far as measuring_variance knows
};

Places references_of(const Dataset& dataset, const CompareQuestion& question, std::size_t from,
                     std::size_t on) {
  const std::array machines{from, on};
  if (!question.references.empty())
    return detail::workload_places(dataset, question.references, machines);
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

Side side_of(const Dataset& dataset, const CompareQuestion& question,
             const ComparedTraining& training) {
  if (!(training.amount > 0.0) || !std::isfinite(training.amount))
    throw Error(ErrorCode::usage, fmt::format("the amount of '{}' must be positive, not {}",
                                              training.workload, training.amount));
  const std::size_t on = dataset.machine(question.on);
  Side side{&training, 0, dataset.machine(training.machine), 0.0, nullptr, {}, 0.0, 1};
  side.place =
      detail::workload_places(dataset, std::array{training.workload}, std::array{side.machine})[0];
  side.source_j = dataset.cell(side.place, side.machine)->energy.in(joule);
  if (side.machine == on) {
    side.repeats_variance = log_variance(*dataset.cell(side.place, side.machine));
    side.runs = dataset.cell(side.place, side.machine)->repeats;
    return side;
  }
  const detail::PooledTable table(dataset, side.machine, on,
                                  references_of(dataset, question, side.machine, on));
  const auto fit = table.fit();
  if (!fit) throw Error(ErrorCode::bad_input, fit.refused);
  side.fit = *fit;
  side.features = table.features(side.place);
  return side;
}

/// Of ln of its energy: between runs, and where the common machine has measured it, what the
/// table's repeats tell of it; elsewhere the rule knows of them.
double measuring_variance(const Side& side) {
  return squared(side.training->measuring_sd) + side.repeats_variance;
}

/// Of ln of the energy on the common machine in J, without the spread of measuring.
LogDistribution told_of(const Side& side) {
  if (side.fit) return side.fit->log_energy(side.features);
  return {{{1.0, std::log(side.source_j), 0.0, 0.0, 4.0}}, 0.0, 0.0};
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

LogDistribution difference(const Side& a, const Side& b) {
  if (a.fit && a.machine == b.machine) return a.fit->log_ratio(a.features, b.features);
  return difference(told_of(a), told_of(b));
}

/// Brings in amounts of work and the spread of measuring.
void complete(LogDistribution& told, double log_amount, double measuring_variance) {
  for (MixturePart& part : told.parts) {
    part.mean += log_amount;
    part.variance += measuring_variance;
  }
}

bool has_spread(const LogDistribution& told) {
  return std::ranges::any_of(told.parts, [](const MixturePart& part) {
    return part.variance + part.noise_variance > 0.0;
  });
}

constexpr const char* kNoSpread = "nothing is known of how far runs of it scatter";

template <class T>
Estimate<T> estimate(const LogDistribution& told, T unit) {
  if (!has_spread(told)) return {std::exp(told.parts.front().mean) * unit, {}, kNoSpread};
  const double tail = 0.5 * (1.0 - kConfidence);
  const auto at = [&](double p) { return std::exp(mixture_quantile(told.parts, p)) * unit; };
  return {at(0.5), Interval<T>{at(tail), at(1.0 - tail), kConfidence}, {}};
}

ComparedEnergy energy_of(const Side& side) {
  LogDistribution told = told_of(side);
  complete(told, std::log(side.training->amount), measuring_variance(side));
  ComparedEnergy result{
      side.source_j * side.training->amount * joule, estimate(told, joule), {}, {}, {}};
  if (side.fit) {
    result.unlike = side.fit->unlike(side.features);
    result.used = side.fit->used();
    result.others = side.fit->others();
  }
  return result;
}

/// The standard normal quantile.
double normal_quantile(double p) { return student_t_quantile(p, 1e9); }

/// Smallest whole number that is not below x, no more than `most` + 1.
int at_least(double x, int most) {
  return x < static_cast<double>(most) ? std::max(1, static_cast<int>(std::ceil(x))) : most + 1;
}

Settling settling_of(const Comparison& comparison, double certainty, std::size_t references,
                     std::size_t runs_so_far) {
  using By = Settling::By;
  if (comparison.verdict != Verdict::indistinguishable) return {};
  const double allowed = squared(std::log(comparison.ratio.point) / normal_quantile(certainty));
  const auto so_far = static_cast<double>(runs_so_far);
  const double measuring = squared(comparison.measuring_sd);
  const double rule = squared(comparison.references_sd);
  const double own = squared(comparison.own_sd);
  if (rule + own < allowed) {
    const int runs = at_least(so_far * measuring / (allowed - rule - own), kMostRuns);
    if (runs <= kMostRuns) return {By::repeats, std::max(2, runs)};
  }
  if (rule > 0.0 && own + measuring < allowed) {
    const auto now = static_cast<double>(references);
    const int more = at_least(now * (rule / (allowed - own - measuring) - 1.0), kMostReferences);
    if (more <= kMostReferences) return {By::references, more};
  }
  if (rule + own > 0.0) {
    const int runs = allowed > 0.0 ? at_least(measuring / allowed, kMostRuns) : kMostRuns + 1;
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
  const double measuring = measuring_variance(one) + measuring_variance(other);
  LogDistribution told = difference(one, other);
  complete(told, std::log(question.first.amount / question.second.amount), measuring);

  Comparison result;
  result.first = energy_of(one);
  result.second = energy_of(other);
  result.ratio = estimate(told, 1.0);
  result.measuring_sd = std::sqrt(measuring);
  result.references_sd = std::sqrt(told.references_variance);
  result.own_sd = std::sqrt(told.own_variance);
  if (has_spread(told)) {
    result.probability_less = mixture_probability(told.parts, 0.0);
    if (*result.probability_less >= question.certainty) result.verdict = Verdict::less;
    if (1.0 - *result.probability_less >= question.certainty) result.verdict = Verdict::more;
    result.settling = settling_of(result, question.certainty,
                                  std::max(result.first.used.size(), result.second.used.size()),
                                  std::max(one.runs, other.runs));
  } else {
    result.settling = {Settling::By::repeats, 2};
  }
  return result;
}

}  // namespace isojoule
