#include "isojoule/normalize/pooled_normalizer.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <optional>

#include "isojoule/normalize/detail/pooled_state.hpp"

namespace isojoule {
namespace {

using At = PooledProcess::NewOutput::At;

Matrix rows_of(std::initializer_list<std::span<const double>> workloads) {
  Matrix rows(workloads.size(), workloads.begin()->size());
  std::size_t r = 0;
  for (const std::span<const double> features : workloads) {
    for (std::size_t c = 0; c < features.size(); ++c) rows(r, c) = features[c];
    ++r;
  }
  return rows;
}

/// The variance of t noise of this squared scale, as far as it has one.
double noise_variance(const HeavyTailedNoise& noise) {
  const double tail = std::max(noise.tail, 2.5);
  return noise.sd * noise.sd * tail / (tail - 2.0);
}

double known_of(std::span<const double> features, detail::Known column) {
  return features[static_cast<std::size_t>(column)];
}

std::optional<std::size_t> place_of(std::span<const double> features) {
  const double place = known_of(features, detail::Known::place);
  return std::isnan(place) ? std::nullopt : std::optional(static_cast<std::size_t>(place));
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

PooledNormalizer::PooledNormalizer(std::vector<std::string> used,
                                   std::shared_ptr<const State> state)
    : FittedNormalizer(std::move(used)), state_(std::move(state)) {}

std::size_t PooledNormalizer::others() const { return state_->others; }

LogDistribution PooledNormalizer::log_energy(std::span<const double> features) const {
  const PooledRows asked = state_->features.rows(rows_of({features}));
  std::vector<std::optional<At>> at(state_->outputs.size());
  LogDistribution result;
  for (const State::Part& part : state_->parts) {
    auto& here = at[part.component];
    if (!here) here = state_->outputs[part.component].at(asked, 0, place_of(features));
    const auto told = part.fit.predict(here->mean, here->variance, here->with);
    result.parts.push_back({part.weight, std::log(features[0]) + told.mean, told.variance,
                            part.noise.sd * part.noise.sd, part.noise.tail});
    result.references_variance += part.weight * std::max(0.0, told.variance - here->noise_variance);
    result.own_variance += part.weight * (here->noise_variance + noise_variance(part.noise));
  }
  add_spread_of_means(result);
  split_off_measuring(result, known_of(features, detail::Known::variance));
  return result;
}

LogDistribution PooledNormalizer::log_ratio(std::span<const double> a,
                                            std::span<const double> b) const {
  const auto place_a = place_of(a);
  const auto place_b = place_of(b);
  struct Both {
    At a, b;
    double covariance;
  };
  const PooledRows asked = state_->features.rows(rows_of({a, b}));
  std::vector<std::optional<Both>> at(state_->outputs.size());
  LogDistribution result;
  for (const State::Part& part : state_->parts) {
    auto& here = at[part.component];
    const PooledProcess::NewOutput& output = state_->outputs[part.component];
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
    result.parts.push_back({part.weight,
                            std::log(a[0]) - std::log(b[0]) + told_a.mean - told_b.mean, both,
                            2.0 * part.noise.sd * part.noise.sd, part.noise.tail});
    result.references_variance += part.weight * common;
    result.own_variance += part.weight * (own + 2.0 * noise_variance(part.noise));
  }
  add_spread_of_means(result);
  split_off_measuring(result,
                      known_of(a, detail::Known::variance) + known_of(b, detail::Known::variance));
  return result;
}

double PooledNormalizer::do_predict(std::span<const double> features) const {
  return std::exp(mixture_quantile(log_energy(features).parts, 0.5));
}

Outcome<Interval<double>> PooledNormalizer::do_interval(std::span<const double> features,
                                                        double confidence) const {
  const LogDistribution told = log_energy(features);
  const double tail = 0.5 * (1.0 - confidence);
  return Interval<double>{std::exp(mixture_quantile(told.parts, tail)),
                          std::exp(mixture_quantile(told.parts, 1.0 - tail)), confidence};
}

std::string PooledNormalizer::do_unlike(std::span<const double> features) const {
  return state_->features.unlike(rows_of({features}), state_->known);
}

}  // namespace isojoule
