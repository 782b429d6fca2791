// How many scores there are of each height, where there are too many to keep.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace isojoule {

/// Counts of scores that are finite and not negative, fewer than 2^32, in buckets 2^-10 of their
/// power of two wide: what is answered is within 0.1 % of a score, however many there are and of
/// whatever height. 4 KiB of memory for each power of two that occurs. The order in which scores
/// were added does not matter. Threads take one each, merged in the end.
class ScoreDistribution {
 public:
  void add(double score) {
    const auto bits = std::bit_cast<std::uint64_t>(score);
    auto& page = pages_[bits >> kPageShift];
    if (page.empty()) page.resize(kBuckets);
    ++page[(bits >> kBucketShift) % kBuckets];
    if (score < least_) least_ = score;
    if (score > greatest_) greatest_ = score;
  }

  void merge(const ScoreDistribution& other);

  std::uint64_t count() const;

  /// At position (n - 1) p counted from the smallest, as isojoule::quantile; those of one bucket
  /// count as evenly spread over it. The least (p = 0) and the greatest (p = 1) are exact. Empty
  /// without scores; 0 <= p <= 1.
  std::optional<double> quantile(double p) const;

  /// The share of scores below this one, in [0, 1]; those of its own bucket count as evenly spread.
  /// Empty without scores.
  std::optional<double> share_below(double score) const;

 private:
  static constexpr unsigned kPageShift = 52;  // a page is an exponent of a double
  static constexpr unsigned kBucketShift = 42;
  static constexpr std::size_t kBuckets = std::size_t{1} << (kPageShift - kBucketShift);
  static constexpr std::size_t kPages = 2048;

  double at_rank(std::uint64_t rank, std::uint64_t count) const;

  std::vector<std::vector<std::uint32_t>> pages_ = std::vector<std::vector<std::uint32_t>>(kPages);
  double least_ = std::numeric_limits<double>::infinity();
  double greatest_ = 0.0;
};

}  // namespace isojoule
