#include "isojoule/normalize/detail/pooled_fitted.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace isojoule::detail {
namespace {

using At = PooledProcess::NewOutput::At;

/// The variance of t noise of this squared scale, as far as it has one.
double noise_variance(const HeavyTailedNoise& noise) {
  const double tail = std::max(noise.tail, 2.5);
  return noise.sd * noise.sd * tail / (tail - 2.0);
}

double variance_of(const Matrix& known, std::size_t row) {
  return known(row, static_cast<std::size_t>(Known::variance));
}

/// Adds to the references' variance that of the parts' means.
void add_spread_of_means(LogDistribution& result) {
  double mean = 0.0;
  for (const MixturePart& part : result.parts) mean += part.weight * part.mean;
  for (const MixturePart& part : result.parts)
    result.references_variance += part.weight * (part.mean - mean) * (part.mean - mean);
}

/// What repeats on the source tell of its energies' variance is no variance of the workload's own.
void split_off_measuring(LogDistribution& result, double variance) {
  result.measuring_variance = std::min(variance, result.own_variance);
  result.own_variance -= result.measuring_variance;
}

}  // namespace

PooledFitted::PooledFitted(std::vector<std::string> used,
                           std::shared_ptr<const PooledKnowledge> knowledge,
                           std::vector<PooledProcess::NewOutput> outputs,
                           std::vector<PooledPart> parts, PooledKnown known)
    : Fitted(std::move(used)),
      knowledge_(std::move(knowledge)),
      outputs_(std::move(outputs)),
      parts_(std::move(parts)),
      known_(std::move(known)) {}

LogDistribution PooledFitted::log_energy(std::size_t row) const {
  const Matrix known = knowledge_->features(std::array{row});
  const PooledRows asked = knowledge_->data.features.rows(known);
  const auto place = knowledge_->place(row);
  std::vector<std::optional<At>> at(outputs_.size());
  LogDistribution result;
  for (const PooledPart& part : parts_) {
    auto& here = at[part.component];
    if (!here) here = outputs_[part.component].at(asked, 0, place);
    const auto told = part.fit.predict(here->mean, here->variance, here->with);
    result.parts.push_back({part.weight, std::log(known(0, 0)) + told.mean, told.variance,
                            part.noise.sd * part.noise.sd, part.noise.tail});
    result.references_variance += part.weight * std::max(0.0, told.variance - here->noise_variance);
    result.own_variance += part.weight * (here->noise_variance + noise_variance(part.noise));
  }
  add_spread_of_means(result);
  split_off_measuring(result, variance_of(known, 0));
  return result;
}

Outcome<LogDistribution> PooledFitted::distribution(std::size_t row) const {
  return log_energy(row);
}

Outcome<LogDistribution> PooledFitted::ratio(std::size_t a, std::size_t b) const {
  const auto place_a = knowledge_->place(a);
  const auto place_b = knowledge_->place(b);
  struct Both {
    At a, b;
    double covariance;
  };
  const Matrix known = knowledge_->features(std::array{a, b});
  const PooledRows asked = knowledge_->data.features.rows(known);
  std::vector<std::optional<Both>> at(outputs_.size());
  LogDistribution result;
  for (const PooledPart& part : parts_) {
    auto& here = at[part.component];
    const PooledProcess::NewOutput& output = outputs_[part.component];
    if (!here)
      here = Both{output.at(asked, 0, place_a), output.at(asked, 1, place_b),
                  output.covariance(asked, 0, place_a, 1, place_b)};
    const auto told_a = part.fit.predict(here->a.mean, here->a.variance, here->a.with);
    const auto told_b = part.fit.predict(here->b.mean, here->b.variance, here->b.with);
    const double own = here->a.noise_variance + here->b.noise_variance;
    const double both =
        std::max(0.0, told_a.variance + told_b.variance -
                          2.0 * part.fit.covariance(here->covariance, here->a.with, here->b.with));
    const double common = std::max(0.0, both - own);
    result.parts.push_back(
        {part.weight, std::log(known(0, 0)) - std::log(known(1, 0)) + told_a.mean - told_b.mean,
         both, 2.0 * part.noise.sd * part.noise.sd, part.noise.tail});
    result.references_variance += part.weight * common;
    result.own_variance += part.weight * (own + 2.0 * noise_variance(part.noise));
  }
  add_spread_of_means(result);
  split_off_measuring(result, variance_of(known, 0) + variance_of(known, 1));
  return result;
}

Outcome<Prediction> PooledFitted::predict(std::size_t row, double confidence) const {
  const LogDistribution told = log_energy(row);
  const auto at = [&](double p) { return std::exp(mixture_quantile(told.parts, p)); };
  const double tail = 0.5 * (1.0 - confidence);
  return Prediction{at(0.5), Interval<double>{at(tail), at(1.0 - tail), confidence}};
}

std::string PooledFitted::unlike(std::size_t row) const {
  return knowledge_->data.features.unlike(knowledge_->features(std::array{row}), known_);
}

}  // namespace isojoule::detail
