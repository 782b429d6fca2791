#include "isojoule/stats/score_distribution.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace isojoule {

void ScoreDistribution::merge(const ScoreDistribution& other) {
  for (std::size_t page = 0; page < kPages; ++page) {
    if (other.pages_[page].empty()) continue;
    pages_[page].resize(kBuckets);
    for (std::size_t i = 0; i < kBuckets; ++i) pages_[page][i] += other.pages_[page][i];
  }
  least_ = std::min(least_, other.least_);
  greatest_ = std::max(greatest_, other.greatest_);
}

std::uint64_t ScoreDistribution::count() const {
  std::uint64_t count = 0;
  for (const auto& page : pages_) count = std::accumulate(page.begin(), page.end(), count);
  return count;
}

double ScoreDistribution::at_rank(std::uint64_t rank, std::uint64_t count) const {
  if (rank == 0) return least_;
  if (rank + 1 >= count) return greatest_;
  for (std::uint64_t page = 0; page < kPages; ++page)
    for (std::uint64_t i = 0; i < pages_[page].size(); ++i) {
      const std::uint64_t here = pages_[page][i];
      if (rank >= here) {
        rank -= here;
        continue;
      }
      const std::uint64_t bucket = page << (kPageShift - kBucketShift) | i;
      const auto low = std::max(least_, std::bit_cast<double>(bucket << kBucketShift));
      const auto high = std::min(greatest_, std::bit_cast<double>((bucket + 1) << kBucketShift));
      return low + (high - low) * (static_cast<double>(rank) + 0.5) / static_cast<double>(here);
    }
  return greatest_;
}

std::optional<double> ScoreDistribution::quantile(double p) const {
  assert(p >= 0.0 && p <= 1.0);
  const std::uint64_t n = count();
  if (n == 0) return std::nullopt;
  const double position = static_cast<double>(n - 1) * p;
  const auto below = static_cast<std::uint64_t>(position);
  const auto above = std::min(below + 1, n - 1);
  return std::lerp(at_rank(below, n), at_rank(above, n), position - std::floor(position));
}

std::optional<double> ScoreDistribution::share_below(double score) const {
  const std::uint64_t n = count();
  if (n == 0) return std::nullopt;
  if (score <= least_) return 0.0;
  if (score > greatest_) return 1.0;
  const auto bits = std::bit_cast<std::uint64_t>(score);
  double below = 0.0;
  for (std::uint64_t page = 0; page <= bits >> kPageShift; ++page) {
    const bool last = page == bits >> kPageShift;
    const auto buckets = last ? (bits >> kBucketShift) % kBuckets : kBuckets;
    for (std::uint64_t i = 0; i < buckets && i < pages_[page].size(); ++i) below += pages_[page][i];
    if (last && !pages_[page].empty()) {
      const auto within = static_cast<double>(bits % (std::uint64_t{1} << kBucketShift));
      below += pages_[page][buckets] * std::ldexp(within, -static_cast<int>(kBucketShift));
    }
  }
  return below / static_cast<double>(n);
}

}  // namespace isojoule
