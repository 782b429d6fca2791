// From the readings of one channel to its energy in each of many windows, in one pass.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/measurement.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// A stretch of time to be measured.
struct Span {
  Instant begin;
  Instant end;  ///< not before begin
  bool whole_command = false;
};

/// Takes the readings of a channel in time order and gives the energy of each span.
///
/// Counters: E(t) grows by the steps of the counter (see classify_step) and is taken as linear
/// between two readings, so a span's edges are interpolated. Meters of power: E(t) is the integral
/// of the readings joined by straight lines (trapezoid over the real times; equal readings count as
/// much as others).
///
/// A counter that speaks for the whole command only learns of a process when that has been waited
/// for, all at once, so its steps are never divided: the command's energy is the last reading of
/// all less the last one at or before its begin.
///
/// A span's energy is missing, with the reason, where
///  - there is no reading at or before its begin, or none at or after its end;
///  - a counter was reset in it, or may have wrapped more than once;
///  - readings of power are further apart than kMaxPowerGap for more than kMaxUnseen of it;
///  - the channel only speaks for the whole command and the span is not that.
/// A failed reading is passed over: a counter loses nothing by it. So is a reading of power above
/// the channel's max_power.
///
/// Memory is proportional to the number of spans, not of readings; the time that a reading takes to
/// the number of spans that are open then.
class ChannelIntegrator {
 public:
  ChannelIntegrator(Channel channel, std::vector<Span> spans);

  /// Readings must come in time order; one that is not later than the last is passed over.
  void add(Instant time, Sample sample);

  /// One for each span, in the order given.
  std::vector<ChannelEnergy> finish() const;

 private:
  struct Reading {
    Instant time;
    std::uint64_t counts;
  };
  struct Progress {
    Span span;
    Instant until;  ///< steps count up to here: the span's end, if steps are divided at all
    ChannelEnergy result;
    Energy sum{};
    Duration unseen{};
    std::string broken;  ///< why no energy can be given
  };

  bool is_for_whole_command() const { return channel_.validity == Validity::whole_command; }
  bool is_possible(Sample sample) const;
  void open_spans(Instant time);
  template <class Count>
  void count_at(Instant time, Count count);
  void step(const Reading& from, const Reading& to);
  void step_counter(const Reading& from, const Reading& to);
  void step_power(const Reading& from, const Reading& to);
  template <class Visit>
  void for_each_overlap(const Reading& from, const Reading& to, Visit visit);
  std::string why_missing(const Progress& progress) const;

  Channel channel_;
  std::vector<Progress> spans_;
  std::vector<std::size_t> by_begin_;  ///< places in spans_
  std::size_t unopened_ = 0;           ///< place in by_begin_ of the first that has not begun
  std::vector<std::size_t> open_;      ///< that have begun, and go on
  std::vector<std::size_t> closing_;   ///< that have ended since the last good reading
  std::optional<Instant> first_;       ///< time of the first good reading
  std::optional<Reading> last_;
  std::optional<Reading> doubtful_;  ///< an impossible reading, kept until the next one judges it
};

/// Readings of power further apart than this are not joined without being counted as unseen.
inline constexpr Duration kMaxPowerGap = 2.0 * second;
/// The share of a span that may be unseen before its energy is missing.
inline constexpr double kMaxUnseen = 0.01;

}  // namespace isojoule
