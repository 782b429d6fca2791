#include "isojoule/evaluate/resampling.hpp"

#include <algorithm>

#include "isojoule/stats/quantile.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

constexpr int kDraws = 1000;
/// Of very large tables fewer: their intervals are narrow, and so are those of their ends.
constexpr int kFewDraws = 200;
constexpr std::size_t kManyTests = 10'000;

int draws_for(const NormalizerTests& normalizer) {
  std::size_t tests = 0;
  for (const auto& splits : normalizer) {
    for (const auto& split : splits) tests += split.size();
  }
  return tests > kManyTests ? kFewDraws : kDraws;
}

/// How often each unit (what is left out together) and each pair was drawn.
struct Draw {
  std::vector<std::size_t> pairs;  // places, with repetitions
  std::vector<int> units;          // times
};

Draw everything(std::size_t pairs, std::size_t units) {
  Draw draw{{}, std::vector<int>(units, 1)};
  for (std::size_t i = 0; i < pairs; ++i) draw.pairs.push_back(i);
  return draw;
}

void redraw(Draw& draw, const std::vector<std::size_t>& tested, Random& random) {
  for (std::size_t& pair : draw.pairs)
    pair = static_cast<std::size_t>(random.below(draw.pairs.size()));
  std::ranges::fill(draw.units, 0);
  for (std::size_t i = 0; i < tested.size(); ++i)
    ++draw.units[tested[static_cast<std::size_t>(random.below(tested.size()))]];
}

/// Units that stand in some test.
std::vector<std::size_t> tested_in(const NormalizerTests& normalizer) {
  std::vector<std::size_t> units;
  for (const auto& splits : normalizer) {
    for (const auto& tests : splits) {
      for (const TestError& test : tests) units.push_back(test.unit);
    }
  }
  std::ranges::sort(units);
  const auto [rest, end] = std::ranges::unique(units);
  units.erase(rest, end);
  return units;
}

/// Each split's tests in ascending order of their errors.
NormalizerTests sorted(NormalizerTests normalizer) {
  for (auto& splits : normalizer) {
    for (auto& tests : splits) std::ranges::sort(tests, {}, &TestError::error);
  }
  return normalizer;
}

/// The median error of sorted tests, each as often as it was drawn; empty where none was.
std::optional<double> median_error(const std::vector<TestError>& tests, const Draw& draw) {
  int total = 0;
  for (const TestError& test : tests) total += draw.units[test.unit];
  if (total == 0) return std::nullopt;
  const int low = (total - 1) / 2;
  const int high = total / 2;
  std::optional<double> first;
  int passed = 0;
  for (const TestError& test : tests) {
    passed += draw.units[test.unit];
    if (!first && passed > low) first = test.error;
    if (passed > high) return 0.5 * (*first + test.error);
  }
  return first;
}

/// The median over drawn pairs and their splits of the splits' median errors.
std::optional<double> median_of_medians(const NormalizerTests& normalizer, const Draw& draw) {
  std::vector<double> medians;
  for (const std::size_t pair : draw.pairs) {
    for (const auto& tests : normalizer[pair]) {
      if (const auto median = median_error(tests, draw)) medians.push_back(*median);
    }
  }
  return quantile(medians, 0.5);
}

std::optional<double> ratio_of(const NormalizerTests& normalizer, const NormalizerTests& other,
                               const Draw& draw) {
  const auto mine = median_of_medians(normalizer, draw);
  const auto theirs = median_of_medians(other, draw);
  if (!mine || !theirs || !(*theirs > 0.0)) return std::nullopt;
  return *mine / *theirs;
}

/// The mean over drawn pairs and their splits of the share that is held.
std::optional<double> coverage_of(const NormalizerTests& normalizer, const Draw& draw) {
  double sum = 0.0;
  double splits = 0.0;
  for (const std::size_t pair : draw.pairs) {
    for (const auto& tests : normalizer[pair]) {
      int held = 0;
      int total = 0;
      for (const TestError& test : tests) {
        total += draw.units[test.unit];
        held += *test.held ? draw.units[test.unit] : 0;
      }
      if (total == 0) continue;
      sum += static_cast<double>(held) / static_cast<double>(total);
      splits += 1.0;
    }
  }
  if (splits == 0.0) return std::nullopt;
  return sum / splits;
}

template <class Statistic>
std::optional<Interval<double>> bootstrap(const NormalizerTests& normalizer,
                                          const std::vector<std::size_t>& tested,
                                          std::uint64_t seed, Statistic statistic) {
  if (tested.empty()) return std::nullopt;
  Random random(seed);
  Draw draw = everything(normalizer.size(), tested.back() + 1);
  std::vector<double> values;
  for (int i = draws_for(normalizer); i > 0; --i) {
    redraw(draw, tested, random);
    if (const auto value = statistic(draw)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  const double tail = 0.5 * (1.0 - kConfidence);
  return Interval<double>{*quantile(values, tail), *quantile(values, 1.0 - tail), kConfidence};
}

bool is_alike(const NormalizerTests& a, const NormalizerTests& b) {
  return std::ranges::equal(a, b,
                            [](const auto& x, const auto& y) { return x.size() == y.size(); });
}

}  // namespace

std::optional<ErrorRatio> error_ratio(const NormalizerTests& normalizer,
                                      const NormalizerTests& other, std::uint64_t seed) {
  if (!is_alike(normalizer, other)) return std::nullopt;
  const std::vector<std::size_t> tested = tested_in(normalizer);
  if (tested.empty() || tested != tested_in(other)) return std::nullopt;
  const NormalizerTests mine = sorted(normalizer);
  const NormalizerTests theirs = sorted(other);
  const auto point = ratio_of(mine, theirs, everything(normalizer.size(), tested.back() + 1));
  const auto interval = bootstrap(normalizer, tested, seed,
                                  [&](const Draw& draw) { return ratio_of(mine, theirs, draw); });
  if (!point || !interval) return std::nullopt;
  return ErrorRatio{*point, *interval};
}

std::optional<Interval<double>> coverage_interval(const NormalizerTests& normalizer,
                                                  std::uint64_t seed) {
  for (const auto& splits : normalizer) {
    for (const auto& tests : splits) {
      if (!std::ranges::all_of(tests, [](const TestError& test) { return test.held.has_value(); }))
        return std::nullopt;
    }
  }
  return bootstrap(normalizer, tested_in(normalizer), seed,
                   [&](const Draw& draw) { return coverage_of(normalizer, draw); });
}

}  // namespace isojoule
