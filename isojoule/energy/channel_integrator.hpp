// From the readings of one channel to its energy in each of many windows, in one pass.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/measurement.hpp"
#include "isojoule/energy/reading_judge.hpp"
#include "isojoule/energy/segmenter.hpp"
#include "isojoule/energy/span_sweep.hpp"
#include "isojoule/energy/standstill.hpp"
#include "isojoule/energy/window_evidence.hpp"

namespace isojoule {

/// Takes the readings of a channel of energy or power (not a gauge) in time order and gives the
/// energy of each span, with its uncertainty.
///
/// E(t) grows by the energy of the segments between the moments that the readings tell of (see
/// Segmenter: there the sensor's lag and refresh are taken off). Counters: it is taken as linear in
/// a segment. Meters of power: it is the integral of the readings joined by straight lines
/// (trapezoid over the real times; equal readings count as much as others), or of the means that a
/// sensor holds over its whole refresh. All of it is divided by the channel's gain.
///
/// A span's edges fall within segments. Where the refresh is known the edge is taken as what it
/// mostly is, the moment at which the load changes: with u the edge's place in the segment, s, a
/// and b the mean powers of the segment and of its neighbours, the part before the edge has the
/// energy
///
///     u (s + (1 - u) (a - b)) x length,  between 0 and s x length,
///
/// which is exact for a power of a before and b after the edge, and s u x length for a steady one.
/// A meter that looks at a part of the time only gives the piece inside the span the power of its
/// nearest value within. Without a known refresh edges follow the straight line.
///
/// Where the last values tell of a moment before the span's end, although a reading was taken after
/// it, the energy goes on with the last segment's power. No value is behind by more than its lag
/// and a refresh and a half.
///
/// A counter that speaks for the whole command only learns of a process when that has been waited
/// for, all at once, so its steps are never divided: the command's energy is the last reading of
/// all less the last one at or before its begin.
///
/// A span's energy is missing, with the reason, where
///  - there is no reading at or before its begin, or none at or after its end;
///  - a counter was reset in it, or may have wrapped more than once;
///  - its last values tell of less than half of it;
///  - the sensor stood still for more than kMaxUnseen of it (see Standstill);
///  - readings of power are further apart than kMaxPowerGap for more than kMaxUnseen of it;
///  - the channel only speaks for the whole command and the span is not that.
/// A failed reading is passed over: a counter loses nothing by it. So is one that ReadingJudge
/// finds impossible.
///
/// Modelled channels have no uncertainty budget: how wrong a model is, no reading tells.
///
/// A window of several pieces has the sum of their energies, which is missing where one of them is.
/// Its budget is not their budgets' sum: see WindowEvidence::join and edges_component.
///
/// Memory is proportional to the number of spans, not of readings; the time that a reading takes to
/// the number of spans that are open then.
class ChannelIntegrator {
 public:
  ChannelIntegrator(Channel channel, const std::vector<Span>& spans);

  /// Readings must come in time order; one that is not later than the last is passed over.
  void add(Instant time, Sample sample);

  /// One for each span, in the order given.
  std::vector<ChannelEnergy> finish() const;
  /// One for each window, in the order given. `unused` says of each whether the device reported
  /// that it did nothing in it, so that 0 W may be true; empty: nothing is known.
  std::vector<ChannelEnergy> finish(const std::vector<Pieces>& windows,
                                    const std::vector<bool>& unused = {}) const;

 private:
  struct Progress {
    Span span;
    ChannelEnergy result;
    Energy sum{};
    Duration length{};
    Duration unseen{};  ///< in gaps longer than kMaxPowerGap
    WindowEvidence evidence;
    std::string broken;  ///< why no energy can be given
  };

  bool is_for_whole_command() const { return channel_.validity == Validity::whole_command; }
  void take(const ReadingJudge::Judged& judged);
  void count_at(Instant time, std::size_t ChannelEnergy::* what);
  void count_reading(Instant before, Instant time);
  void push(const Segment& segment);
  void emit(const Segment* after);
  void remember(const Segment& segment);
  Power recent_power() const;
  void add_part(Progress& progress, const Segment& segment, const Neighbours& neighbours,
                Instant begin, Instant end);
  Duration unshown(const Span& span) const;
  void extend(Progress& progress) const;
  static void join(Progress& window, const Progress& piece);
  ChannelEnergy energy_of(const Pieces& pieces, bool unused) const;
  std::string why_missing(const Progress& window, const Progress& piece, bool unused) const;
  std::string caution(Duration length, std::size_t pieces) const;

  Channel channel_;
  std::vector<Progress> spans_;
  SpanSweep readings_;  ///< for what is counted of the readings
  SpanSweep segments_;  ///< for energy, which comes later
  ReadingJudge judge_;
  std::vector<ReadingJudge::Judged> judged_;  ///< by the reading being added; kept for its memory
  Segmenter segmenter_;
  Standstill standstill_;
  std::vector<Segment> completed_;  ///< by the reading being added; kept for its memory
  std::optional<Segment> before_;   ///< the segment before `pending_`
  Energy recent_{};                 ///< of the last kRecent refreshes
  Duration recent_length_{};
  std::optional<Segment> pending_;  ///< waits for the one after it
};

/// Readings of power further apart than this are not joined without being counted as unseen.
inline constexpr Duration kMaxPowerGap = 2.0 * second;
/// The share of a span that may be unseen before its energy is missing.
inline constexpr double kMaxUnseen = Standstill::kMaxUnseen;

}  // namespace isojoule
