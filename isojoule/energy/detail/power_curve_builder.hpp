// The power of one channel over a run, part by part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "isojoule/core/power_over_time.hpp"
#include "isojoule/energy/reading_judge.hpp"

namespace isojoule::detail {

/// What must be known of a run before powers can be put into its parts. Times count from the
/// trace's epoch.
struct RunFrame {
  Instant epoch;
  Duration first{};                       ///< event
  Duration width{};                       ///< of a part
  Duration zero{};                        ///< what the times of a PowerOverTime count from
  Duration gap{};                         ///< longer without a reading breaks a line
  std::vector<Instant> suspends = {};     ///< when they were seen, in time order
  std::vector<Duration> rest_edges = {};  ///< in the order in which they were found
};

/// Takes the good readings of one channel, not a gauge, in time order. See power_over_time for its
/// rules. Memory grows with the number of parts, not of readings.
class PowerCurveBuilder {
 public:
  /// `frame` outlives the builder.
  PowerCurveBuilder(const Channel& channel, const RunFrame& frame);

  void add(Instant time, std::uint64_t counts);
  /// Call it once, after the last reading.
  PowerCurve finish();

 private:
  using Entry = std::variant<PowerPoint, PowerBreak>;

  void take(const ReadingJudge::Judged& judged);
  double part_of(Duration time) const;
  Duration end_of(const Entry& entry) const;
  bool was_suspended(Instant from, Instant to) const;
  std::optional<PowerBreakCause> why_broken(const ReadingJudge::Judged& judged) const;
  void break_line(PowerBreakCause cause, Duration begin, Duration end);
  PowerBreak* same_break_in_part(PowerBreakCause cause, Duration time);
  void add_counts(Duration time, std::uint64_t counts);
  void add_power(Duration time, std::uint64_t counts);
  void flush_power();
  std::vector<Entry> broken_at_rests() const;

  Channel channel_;
  const RunFrame* frame_;
  ReadingJudge judge_;
  std::vector<ReadingJudge::Judged> judged_;  ///< by the reading being added; kept for its memory
  Duration gap_;
  std::optional<Duration> since_;  ///< where the part that is being filled begins; empty: with the
                                   ///< next good reading
  Duration latest_{};              ///< good reading
  std::uint64_t counts_ = 0;       ///< of a counter, since `since_`
  Power sum_{};                    ///< of a meter of power, since `since_`
  std::size_t summed_ = 0;
  std::vector<Entry> entries_;  ///< in time order, on the clock of RunFrame
};

}  // namespace isojoule::detail
