#include "isojoule/report/error_ratio.hpp"

#include <algorithm>

#include "isojoule/stats/quantile.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

constexpr int kDraws = 1000;
constexpr double kConfidence = 0.9;

std::optional<double> ratio_of_medians(const PairedErrors& errors) {
  const double other = *quantile(errors.other, 0.5);
  if (!(other > 0.0)) return std::nullopt;
  return *quantile(errors.rule, 0.5) / other;
}

void append(PairedErrors& all, const PairedErrors& pair, std::size_t split) {
  all.rule.push_back(pair.rule[split]);
  all.other.push_back(pair.other[split]);
}

}  // namespace

std::optional<ErrorRatio> error_ratio(const std::vector<PairedErrors>& pairs, std::uint64_t seed) {
  if (pairs.empty() || std::ranges::any_of(pairs, [](const auto& p) { return p.rule.empty(); }))
    return std::nullopt;
  PairedErrors all;
  for (const PairedErrors& pair : pairs) {
    for (std::size_t i = 0; i < pair.rule.size(); ++i) append(all, pair, i);
  }
  const auto point = ratio_of_medians(all);
  if (!point) return std::nullopt;
  Random random(seed);
  std::vector<double> ratios;
  for (int draw = 0; draw < kDraws; ++draw) {
    PairedErrors drawn;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const PairedErrors& pair = pairs[static_cast<std::size_t>(random.below(pairs.size()))];
      for (std::size_t j = 0; j < pair.rule.size(); ++j)
        append(drawn, pair, static_cast<std::size_t>(random.below(pair.rule.size())));
    }
    if (const auto ratio = ratio_of_medians(drawn)) ratios.push_back(*ratio);
  }
  if (ratios.empty()) return std::nullopt;
  const double tail = 0.5 * (1.0 - kConfidence);
  return ErrorRatio{*point, {*quantile(ratios, tail), *quantile(ratios, 1.0 - tail), kConfidence}};
}

}  // namespace isojoule
