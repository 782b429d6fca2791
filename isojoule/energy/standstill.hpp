// Sensors that stand still.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/energy/reading_judge.hpp"

namespace isojoule {

/// Finds when a measured channel stood still: a counter that did not rise, a meter that showed 0 W.
/// Nothing that is switched on uses no energy, so what such a sensor shows is no measurement of 0 J
/// but no measurement at all. Modelled channels may stand still: a process that waits uses no CPU
/// time.
///
/// A counter is given the time in which it must have risen: kRefreshes of its refreshes, what
/// kCounts of its counts take at 1 W, and at least kShortest.
class Standstill {
 public:
  explicit Standstill(const Channel& channel);

  /// Two readings in a row that were taken.
  void add(const ReadingJudge::Reading& before, const ReadingJudge::Reading& reading);

  /// Why a span has no energy; empty where the channel stood still for no more than kMaxUnseen of
  /// it.
  std::string why_missing(Instant begin, Instant end) const;

  static constexpr Duration kShortest = 1.0 * second;
  static constexpr double kRefreshes = 10.0;
  static constexpr double kCounts = 10.0;
  /// The share of a span that may be unseen before its energy is missing.
  static constexpr double kMaxUnseen = 0.01;

 private:
  struct Stretch {
    Instant begin;
    Instant end;
  };
  Duration within(Instant begin, Instant end) const;

  bool looks_ = false;  ///< at all
  bool is_counter_ = false;
  Duration patience_{};
  std::optional<Stretch> now_;   ///< it stands still
  std::vector<Stretch> before_;  ///< longer than its patience, each at least a second: few
};

}  // namespace isojoule
