// How accurate a sensor is that nobody compared with a meter: what was published of its family.
//
// The readings of all backends follow
//
//     shown = gain x true + offset x (1 - true / pivot)        (powers)
//
// where the pivot is the board's rated power (empty: no pivot, so that the whole offset shows). The
// gain is therefore the ratio at rated power, and the offset shows below it: a board that shows
// 1.044 P - 22.6 W is right within 1 % at 450 W and a third too low at 60 W. Over a time t,
//
//     E_shown = gain x E + offset x (t - E / pivot).
//
// Each half-width holds 90 %. Distributions are Student's t with kAccuracyDegreesOfFreedom, whose
// tails hold the boards that are far off; the meter's error is rectangular. docs/uncertainty.md has
// the model and how well it holds on boards that were left out; tools/accuracy-prior recomputes the
// rows that are published.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/estimate.hpp"
#include "isojoule/core/uncertainty.hpp"

namespace isojoule {

/// Changes with every change of the table. Stored beside each energy whose interval rests on it.
inline constexpr std::string_view kAccuracyVersion = "2026.1";

/// Of the gain's and of the offset's distributions.
inline constexpr double kAccuracyDegreesOfFreedom = 3.0;

/// What a row of the table rests on.
enum class AccuracyBasis {
  published,  ///< sensors of this family were compared with a meter, and the figures follow
  datasheet,  ///< the maker states it
  assumed     ///< no figure is known: wide on purpose
};
std::string_view to_string(AccuracyBasis basis);

/// A row of the table. Half-widths: the family part is common to all sensors of one type, the board
/// part is each sensor's own.
struct AccuracyPrior {
  std::string_view family;  ///< "nvml/turing-on"
  double gain;              ///< the centre; true energy is about shown / gain
  double gain_family;       ///< half-widths of the gain
  double gain_board;
  Power offset_family;  ///< half-widths of the offset, whose centre is 0
  Power offset_board;
  double meter;  ///< half-width of the error of the meter that all were compared with
  AccuracyBasis basis;
  std::string_view source;     ///< who found that, or why it is assumed
  std::string_view remark;     ///< "no board of this family was ever compared", or empty
  std::optional<Power> pivot;  ///< this channel's rated power; empty in the table

  friend bool operator==(const AccuracyPrior&, const AccuracyPrior&) = default;
};

/// All rows. Families are unique.
std::span<const AccuracyPrior> accuracy_table();

/// The family of a channel's sensor: Channel::family, or of traces that lack it what id, scope and
/// label show. Always the family of a row.
std::string_view accuracy_family(const Channel& channel);

/// What is known of the accuracy of a channel, with its pivot: a board's rated power is taken to be
/// half of Channel::max_power, since its backends bound the power by twice the highest limit.
/// Empty for modelled energies and gauges: how wrong a model is, no table of sensors says.
///
///   const auto prior = accuracy_prior(channel);       // RTX 4090: nvml/turing-on
///   const auto interval = true_energy(*prior, 24.0 * kilojoule, 60.0 * second);
std::optional<AccuracyPrior> accuracy_prior(const Channel& channel);

/// Standard uncertainties of an energy (half-width / t_0.95), by what they share with others.
struct AccuracyParts {
  Energy gain_family{};
  Energy gain_board{};
  Energy offset_family{};
  Energy offset_board{};
  Energy meter{};  ///< half-width / sqrt(3): rectangular
};

/// Of a true energy used in a time. The sign of an offset part is that of t - E / pivot, as
/// energies below and above rated power are off in opposite directions.
AccuracyParts accuracy_parts(const AccuracyPrior& prior, Energy energy, Duration time);

/// Of the sum of energies: the family parts and the meter's add up, the board parts add in
/// quadrature. `same_family` is false for sensors of different families, whose family parts add in
/// quadrature as well.
AccuracyParts sum_of(const AccuracyParts& a, const AccuracyParts& b, bool same_family);

/// Of a difference of energies of one sensor, such as gross less idle: everything is shared, so
/// that the parts subtract. With E_idle scaled to the same time the offset's share cancels but for
/// its part in the gradient, offset x (E_gross - E_idle) / pivot.
AccuracyParts difference_of(const AccuracyParts& gross, const AccuracyParts& idle);

/// The components "gain", "offset" and "meter" of a budget. Family and board part of one quantity
/// are one component: together they are one Student's t.
std::vector<UncertaintyComponent> accuracy_components(const AccuracyPrior& prior,
                                                      const AccuracyParts& parts);

/// The true energy given what was shown: all E with |shown - gain E| <= U(E), where U(E) is the
/// expanded uncertainty of accuracy_components. It is not symmetric about `shown`, which stays the
/// point, nor about shown / gain. `shown` must not be negative; the lower end is not either.
Interval<Energy> true_energy(const AccuracyPrior& prior, Energy shown, Duration time);

}  // namespace isojoule
