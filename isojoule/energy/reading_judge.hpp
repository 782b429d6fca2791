// Which readings of a channel are believed.
#pragma once

#include <cstdint>
#include <optional>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/energy/counter.hpp"

namespace isojoule {

/// Judges the good readings of one channel of energy or power, one after the other. Energies (see
/// Segmenter) and power over time (see power_over_time) both rest on its verdicts, so that neither
/// shows what the other calls missing.
///
/// No meter of power shows more than the channel's max_power. A step of a counter is what
/// classify_step says. Of a counter a single impossible reading is left out, and the next one is
/// judged by the reading before it; if that is impossible, too, the counter has jumped.
///
///     ReadingJudge judge(channel);
///     const auto judged = judge.add({time, counts});
///     if (judged.step && judged.step->energy) energy += *judged.step->energy;
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
    impossible,  ///< more than the device can draw, or a jump of a counter that the next one judges
    late,        ///< not later than the reading before it
  };

  struct Judged {
    Verdict verdict;
    std::optional<Reading> before;     ///< the one taken before it; empty for the first
    std::optional<CounterDelta> step;  ///< of a counter since `before`, of a reading that was taken
  };
  /// Takes the next reading. What is not taken changes nothing for those that follow, except that
  /// two impossible readings of a counter in a row are a jump.
  Judged add(const Reading& reading);

  /// The last one taken.
  const std::optional<Reading>& last() const { return last_; }

 private:
  Channel channel_;
  std::optional<Reading> last_;
  bool doubtful_ = false;  ///< the reading before this one was an impossible one of a counter
};

}  // namespace isojoule
