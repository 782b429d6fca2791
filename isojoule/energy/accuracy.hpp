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
///   const auto prior = accuracy_prior(channel);  // RTX 4090: nvml/turing-on
///   for (auto& part : accuracy_components(*prior, channel.component, 24.0 * kilojoule, minute))
///     add_component(budget, std::move(part));
std::optional<AccuracyPrior> accuracy_prior(const Channel& channel);

/// The components of a true energy used in a time by the sensor of `component`: gain and offset,
/// each of the family and of the board, and the meter's, with what they share with other energies.
/// Scales of Student's t are half-widths / t_0.95; the meter's is rectangular, / sqrt(3). Both
/// gains are parts of one distribution, and so are both offsets.
///
/// Sums over boards of a type: the family's parts add up, the boards' in quadrature. Gross less
/// idle of one sensor: all of them subtract (see combined()). The offset's is 0 at rated power,
/// where there is a pivot.
std::vector<UncertaintyComponent> accuracy_components(const AccuracyPrior& prior,
                                                      const std::string& component, Energy energy,
                                                      Duration time);

/// "nvml/turing-on, published, table 2026.1", with the remark.
std::string accuracy_text(const AccuracyPrior& prior);

}  // namespace isojoule
