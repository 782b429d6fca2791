// The parts of a channel's uncertainty budget (docs/uncertainty.md has the equations).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/core/uncertainty.hpp"

namespace isojoule {

/// Adds a component and renews the coverage factor: Student's t for the budget's confidence and the
/// effective degrees of freedom (Welch-Satterthwaite, GUM G.4.1, equation G.2b)
///
///     nu = u^4 / sum(u_i^4 / nu_i)
///
/// over the components whose degrees of freedom are known, u being the combined standard
/// uncertainty; the normal quantile if there are none. Components of one source with the same
/// degrees of freedom are one u_i. A component of 0 J changes nothing but is listed.
void add_component(UncertaintyBudget& budget, UncertaintyComponent component);

/// The gain of a calibrated channel lies anywhere in value +- half_width: u = |energy| half_width /
/// (value sqrt(3)) (GUM 4.3.7), common to all energies of the sensor. `energy` is the true one,
/// already divided by gain.value.
UncertaintyComponent gain_component(const Channel& channel, Energy energy);

/// What is known of one edge of a piece of a window.
struct EdgeEvidence {
  Power before{};  ///< mean power just before the edge
  Power after{};   ///< and just after
  Duration
      tick_standard{};  ///< how well the moments that the values nearest to it tell of are known
  Energy shape{};       ///< half-width of what the unknown course of the power between these
                        ///< two values may add
  Instant value_since;  ///< begin of the time that the value at the edge tells of: edges with the
                        ///< same one are placed by the same ticks
};

/// Both edges of one piece of a window. `steady` is 0 W for a counter, where a shifted tick adds or
/// takes energy; values of power are given more or less time by it, the sum of which stays the
/// piece's length, so that `steady` is then their mean in it.
struct PieceEdges {
  EdgeEvidence begin;
  EdgeEvidence end;
  Power steady{};
};

/// The edges of a window's pieces, one or more in time order. Each edge's ticks are known by
/// themselves,
///
///     u_tick = |P - steady| tick_standard,  P = (before + after) / 2,
///
/// except that a pause that lies within one value moves as a whole: of its two edges the difference
/// counts. A wrong lag shifts all edges alike and so only counts as far as their powers differ,
///
///     u_lag = |sum (P_end - P_begin)| lag_half_width / sqrt(3).
///
/// The course of the power between two values is rectangular, shape / sqrt(3), at each edge.
UncertaintyComponent edges_component(std::span<const PieceEdges> pieces, Duration lag_half_width);

/// One count more or less at each edge of each piece, rectangular: u = unit sqrt(pieces / 6).
UncertaintyComponent resolution_component(Energy unit, std::size_t pieces);

/// How long a window must be for its edges to be known within about 1 %: kQuotable times the time
/// within which a value cannot be placed: its refresh (as observed, if it was), or the time over
/// which it is averaged if that is longer. A window is then off by no more than 2 % of its length,
/// with a standard uncertainty below 1 %. (A wrong lag shifts a window and does not stretch it.)
/// The edges of several pieces are off independently, so that sqrt(pieces) as much is needed.
/// Empty if the refresh is not known.
std::optional<Duration> quotable_length(const Channel& channel, std::optional<Duration> observed,
                                        std::size_t pieces = 1);

inline constexpr double kQuotable = 50.0;

}  // namespace isojoule
