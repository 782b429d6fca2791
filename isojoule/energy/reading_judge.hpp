// Which readings of a channel are believed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/energy/counter.hpp"

namespace isojoule {

/// Judges the good readings of one channel of energy or power, one after the other. Energies (see
/// Segmenter) and power over time (see power_over_time) both rest on its verdicts, so that neither
/// shows what the other calls missing.
///
/// No meter of power shows more than the channel's max_power. A step of a counter is what
/// classify_step says; a reading of a counter is judged by its neighbours on both sides, so each
/// waits for the next. It is left out as impossible where the reading before it and one of the next
/// two fit together and it does not fit between them: too high or too low, once or twice in a row.
/// Where three in a row fit each other and not what was before, the counter jumped or was reset.
///
///     ReadingJudge judge(channel);
///     std::vector<ReadingJudge::Judged> judged;
///     judge.add({time, counts}, judged);
///     for (const auto& one : judged)
///       if (one.step && one.step->energy) energy += *one.step->energy;
///     judge.finish(judged);  // after the last, with the same loop
class ReadingJudge {
 public:
  /// `channel` is no gauge.
  explicit ReadingJudge(Channel channel);

  /// A reading that succeeded.
  struct Reading {
    Instant time;
    std::uint64_t counts;
  };

  enum class Verdict {
    taken,       ///< a good reading
    impossible,  ///< more than the device can draw, or it does not fit between its neighbours
    late,        ///< not later than the reading before it
  };

  struct Judged {
    Verdict verdict;
    Reading reading;
    std::optional<Reading> before;     ///< the one taken before it; empty for the first
    std::optional<CounterDelta> step;  ///< of a counter since `before`, of a reading that was taken
  };
  /// Takes the next reading, and puts those that can be judged now, in time order, into `judged`
  /// instead of what was there. What is not taken changes nothing for those that follow.
  void add(const Reading& reading, std::vector<Judged>& judged);
  /// Judges those that still wait; call it after the last reading.
  void finish(std::vector<Judged>& judged);

 private:
  enum class Ending { more_may_come, none_come };
  bool fits(const Reading& from, const Reading& to) const;
  bool is_left_out(Ending ending) const;
  bool is_decided(Ending ending) const;
  void decide(Ending ending, std::vector<Judged>& judged);
  Judged take(const Reading& reading);

  Channel channel_;
  std::optional<Reading> last_;   ///< taken
  std::vector<Reading> waiting_;  ///< of a counter, a few at most
};

}  // namespace isojoule
