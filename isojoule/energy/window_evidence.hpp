// What the segments of one window tell of its uncertainty.
#pragma once

#include <optional>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/energy/segmenter.hpp"
#include "isojoule/energy/uncertainty.hpp"
#include "isojoule/energy/unseen_power.hpp"

namespace isojoule {

/// The segments on both sides of one; nullptr where there is none whose energy is known.
struct Neighbours {
  const Segment* before = nullptr;
  const Segment* after = nullptr;
};

/// What a meter of power that shows the mean over a time W, longer than its refresh, smears over an
/// edge from the side of more power to the other, if the load changes there: with a change D, the
/// meter goes from one power to the other evenly within W, and misses at the edge the energy
///
///     D W / 8 = (slope of the meter's power at the edge) W^2 / 8,
///
/// positive for a rise: the integral of the meter's power up to the edge is too large by it. 0 J
/// for other channels.
Energy smear(const Channel& channel, const Neighbours& neighbours);

/// Gathers, in constant memory, what a window's uncertainty budget is made of.
class WindowEvidence {
 public:
  /// A segment that lies in the window, or `part` of it does.
  void add(const Segment& segment, Duration part);
  /// The window begins at `edge`, which lies in the segment.
  void begin_in(const Channel& channel, const Segment& segment, const Neighbours& neighbours,
                Instant edge);
  void end_in(const Channel& channel, const Segment& segment, const Neighbours& neighbours,
              Instant edge);
  /// The window goes on for `missing` after the last segment, which is `last`.
  void end_after(const Segment& last, Duration missing);

  /// Takes the evidence of the window's next piece. What spreads and is unseen is of one load,
  /// which is learnt from all of them; each has edges of its own.
  void join(const WindowEvidence& next);

  /// The budget of a window of this length and energy, which is already divided by the gain.
  UncertaintyBudget budget(const Channel& channel, Duration length, Energy energy) const;

 private:
  std::optional<UncertaintyComponent> unseen(const Channel& channel, Duration length) const;
  std::optional<UncertaintyComponent> gaps() const;
  UncertaintyComponent smeared(Duration averaging) const;
  Power spread() const;
  Power mean() const { return mean_watts_ * watt; }
  std::size_t pieces() const { return joined_.size() + 1; }
  std::vector<PieceEdges> edges(const Channel& channel) const;

  /// A piece that was joined to this one.
  struct Joined {
    std::optional<EdgeEvidence> begin;
    std::optional<EdgeEvidence> end;
    Power mean;
  };

  std::optional<EdgeEvidence> begin_;
  std::optional<EdgeEvidence> end_;
  std::size_t count_ = 0;    ///< segments
  double mean_watts_ = 0.0;  ///< of their mean powers, and the sum of squares around it (Welford)
  double squares_ = 0.0;
  UnseenPower unseen_;
  double gap_squares_ = 0.0;  ///< of the lengths of gaps, s^2
  Power own_mean_{};          ///< before others were joined
  std::vector<Joined> joined_;
};

}  // namespace isojoule
