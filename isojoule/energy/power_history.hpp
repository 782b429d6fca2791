// The power of one channel over the whole of a run, in constant memory.
#pragma once

#include <cstddef>
#include <vector>

#include "isojoule/energy/energy_steps.hpp"

namespace isojoule {

/// Mean power in bins of equal width, from `begin` on. When the bins are full, each two become one
/// of twice the width.
class PowerHistory {
 public:
  static constexpr std::size_t kMaxBins = 512;

  /// `width` is that of the first bins.
  PowerHistory(Instant begin, Duration width);

  /// Steps in time order. What lies before `begin` is left out.
  void add(const EnergyStep& step);

  /// Mean powers of the bins that are wholly covered by steps so far; the first that is not ends
  /// them.
  std::vector<Power> powers() const;
  Duration width() const { return width_; }

 private:
  struct Bin {
    Energy energy{};
    Duration seen{};
  };
  Instant end_of(std::size_t bins) const;
  void halve();

  Instant begin_;
  Duration width_;
  std::vector<Bin> bins_;
};

}  // namespace isojoule
