// The mixture by which the pooled normalizer predicts.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "isojoule/normalize/detail/pooled_state.hpp"

namespace isojoule::detail {
namespace {

/// The noise of the target's own, as multiples; a log-normal prior of this sd.
constexpr std::array<double, 8> kNoises{0.3, 0.45, 0.67, 1.0, 1.5, 2.2, 3.3, 5.0};
constexpr double kNoiseLogSd = 0.7;
/// Parts of the mixture with less are left out.
constexpr double kLeastWeight = 0.002;
/// By so many references the mixture's weights are judged where there are more.
constexpr std::size_t kJudges = 60;

using Parts = std::vector<PooledPart>;

/// One part, by the first `count` references; its weight is a logarithm, not scaled.
PooledPart part_of(std::size_t place, double multiple, const PooledComponent& component,
                   const JointNormal& joint, const PooledTarget& known, std::size_t count) {
  JointNormal first{{joint.mean.begin(), joint.mean.begin() + static_cast<std::ptrdiff_t>(count)},
                    Matrix(count, count)};
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) first.covariance(i, j) = joint.covariance(i, j);
  }
  const PooledPrior& prior = component.prior;
  HeavyTailedNoise noise{
      prior.noise_sd * std::sqrt(1.0 - prior.shared_noise) * multiple,
      prior.tail,
      {known.variances.begin(), known.variances.begin() + static_cast<std::ptrdiff_t>(count)}};
  HeavyTailedFit fit(first, std::span(known.values).first(count), noise);
  const double off = std::log(multiple) / kNoiseLogSd;
  const double log_weight = component.log_weight + fit.evidence() - 0.5 * off * off;
  return {place, multiple, std::move(noise), log_weight, std::move(fit)};
}

/// Scales logarithms of weights so that the weights add up to 1, and leaves out the least.
Parts weighed(Parts parts) {
  const double most = std::ranges::max_element(parts, {}, &PooledPart::weight)->weight;
  double total = 0.0;
  for (PooledPart& part : parts) total += part.weight = std::exp(part.weight - most);
  for (PooledPart& part : parts) part.weight /= total;
  std::erase_if(parts, [](const PooledPart& part) { return part.weight < kLeastWeight; });
  return parts;
}

}  // namespace

std::vector<PooledPart> pooled_parts(const std::vector<PooledComponent>& components,
                                     const std::vector<PooledProcess::NewOutput>& outputs,
                                     const PooledTarget& known) {
  const std::size_t all = known.values.size();
  const std::size_t some = std::min(all, kJudges);
  Parts parts;
  for (std::size_t c = 0; c < components.size(); ++c) {
    for (const double multiple : kNoises)
      parts.push_back(part_of(c, multiple, components[c], outputs[c].joint(), known, some));
  }
  parts = weighed(std::move(parts));
  if (some == all) return parts;
  for (PooledPart& part : parts) {
    const std::size_t c = part.component;
    part = part_of(c, part.multiple, components[c], outputs[c].joint(), known, all);
  }
  return weighed(std::move(parts));
}

}  // namespace isojoule::detail
