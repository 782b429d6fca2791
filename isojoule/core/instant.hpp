// Points on the monotonic clock.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// A point on CLOCK_MONOTONIC, in whole microseconds since the machine's boot.
///
/// Whole microseconds, so that a trace file keeps exactly the instants that were measured with. The
/// wall clock is never used for a difference: it may step.
class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant from_microseconds(std::int64_t us) { return Instant(us); }
  /// Nanoseconds are rounded down: 1999 ns is 1 us.
  static constexpr Instant from_nanoseconds(std::int64_t ns) {
    return Instant(ns / 1000 - (ns % 1000 < 0 ? 1 : 0));
  }
  /// Later than any that comes.
  static constexpr Instant max() { return Instant(std::numeric_limits<std::int64_t>::max()); }
  constexpr std::int64_t microseconds() const { return us_; }

  friend constexpr Duration operator-(Instant a, Instant b) {
    return static_cast<double>(a.us_ - b.us_) * microsecond;
  }
  /// Rounded to the nearest microsecond.
  friend Instant operator+(Instant a, Duration d) {
    return Instant(a.us_ + std::llround(d.in(microsecond)));
  }
  friend constexpr auto operator<=>(Instant, Instant) = default;

 private:
  explicit constexpr Instant(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

}  // namespace isojoule
