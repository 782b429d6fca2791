// From the readings of one channel to stretches of time whose energy is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/energy/reading_judge.hpp"
#include "isojoule/energy/refresh_observer.hpp"

namespace isojoule {

/// The time between two moments that values of a channel tell of. The power in it is the straight
/// line between its ends' powers; its energy is exact for a counter, and for a meter of power as
/// far as that saw it.
struct Segment {
  Instant begin;
  Instant end;
  Power first{};              ///< at `begin`
  Power last{};               ///< at `end`
  Duration begin_standard{};  ///< standard uncertainty of `begin`
  Duration end_standard{};
  bool is_mean = false;  ///< the powers are the mean over it, and nothing tells of their course
  bool gap = false;      ///< far longer than usual between two readings
  bool wrap = false;     ///< the counter went round in it
  bool reset = false;    ///< the counter started anew in it
  std::string unknown;   ///< why its energy is not known; empty: it is

  Duration length() const { return end - begin; }
  Power mean() const { return (first + last) / 2.0; }
};

/// Turns readings into segments, one after the other without holes.
///
/// A value tells of the moment `lag` before it was renewed; a mean over `averaging` of the middle
/// of that time, which cannot be less than half of it before. Where readings are closer together
/// than the sensor's refresh T, the renewal lies between the last reading of the old value and the
/// first of the new one; else within T before the reading. The middle is taken and the width kept
/// as uncertainty. A value that has not changed for longer than 1.5 T was renewed and is the same.
///
/// A counter's segments end where it was renewed (see classify_step for what a step can be). A
/// meter that shows the mean over its whole refresh tells of all the time between two renewals: its
/// segments are that, with that mean. Other values are joined by straight lines.
///
/// A counter may be renewed faster than it is said to be. Where two readings are far closer than T
/// and the counter rose between them by what its power gives for that short time, not for T, it is
/// renewed at least that often from then on; the value before is placed anew, with its power for
/// the time between.
///
/// For a channel without a refresh each reading is of the moment it was taken, less the lag.
class Segmenter {
 public:
  explicit Segmenter(const Channel& channel);

  /// Takes the next reading, which a ReadingJudge of the channel took, and puts the segments that
  /// it completes, none to two, into `segments` instead of what was there.
  void add(const ReadingJudge::Judged& taken, std::vector<Segment>& segments);

  /// The first and the last good reading's time.
  std::optional<Instant> first_reading() const { return first_; }
  std::optional<Instant> last_reading() const { return last_; }
  const RefreshObserver& observer() const { return observer_; }
  /// A counter was seen to be renewed faster than the channel says.
  bool is_faster_than_said() const { return fastest_.has_value(); }

 private:
  using Reading = ReadingJudge::Reading;
  /// A moment that a value tells of.
  struct Knot {
    Instant time;
    Duration standard;
    std::uint64_t counts;
  };

  bool is_ticked() const { return channel_.refresh.has_value(); }
  bool is_held() const;
  Duration refresh() const;
  Duration delay() const;
  Knot knot(std::optional<Instant> before, const Reading& reading) const;
  Knot next_knot(const Reading& from, const Reading& to) const;
  bool is_renewed(const Reading& from, const Reading& to) const;
  Segment between(const Knot& from, const Knot& to) const;
  bool shows_haste(const Reading& from, const Reading& to) const;
  void hasten(const Reading& from, const Reading& to, std::vector<Segment>& segments);
  void step_counter(const Reading& from, const Reading& to, const CounterDelta& delta,
                    std::vector<Segment>& segments);
  void step_power(const Reading& from, const Reading& to, std::vector<Segment>& segments);
  void take(const Reading& from, const Reading& to);

  Channel channel_;
  RefreshObserver observer_;
  std::optional<Instant> first_;
  std::optional<Instant> last_;
  std::optional<Knot> knot_;
  std::optional<Instant> reset_at_;  ///< a reset is seen at once: the lag is of energies only
  std::optional<Power> counted_;     ///< of a counter's last segment
  std::optional<Duration> fastest_;  ///< a counter was seen to be renewed within this
};

}  // namespace isojoule
