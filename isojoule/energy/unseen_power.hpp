// How wrong the mean power is when a sensor looks at a part of the time only.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// Gathers the differences between values that a sensor shows one after the other, each the mean
/// power over `averaging`, and tells how far their mean may be from the mean power of all the time.
///
/// The loads are thought of as switching between levels at random, with a covariance that falls as
/// exp(-t / tau) (any number of levels; a Markov process). With theta = T / tau, T being the time
/// between two values, psi = theta averaging / T, and in units of the power's variance, the values'
/// covariances are (Cochran, Sampling Techniques, 3rd ed. 1977, section 8.5, for averaging = 0)
///
///     c_0 = 2 (psi - 1 + exp(-psi)) / psi^2
///     c_h = exp(-h theta) 2 (cosh(psi) - 1) / psi^2,  h = 1, 2, ...
///
/// and n values, T apart, miss the mean power of that time by the variance
///
///     (1/n) (c_0 + 2 sum c_h - 2 / theta):
///
/// what all values vary by, less what the power itself does from one such time to another. It is
/// 1/n for switching that is fast against T (independent values) and theta / (6 n) for slow
/// switching, where only the moments of the switches are not known.
///
/// tau is learned from how a difference over two steps, far, compares to one over a single step,
/// near: after a change, the power goes straight back with the chance 1 - far / (2 near), which is
/// 1/2 for independent values and 0 for rare switches. J changes were seen (the squared
/// differences' sum, squared, over the sum of their squares), of which that share went back, a
/// binomial likelihood; and before, every tau from kShortest to the window's length is as likely as
/// its double. The variance is the mean over what is left of tau. It has 2 J degrees of freedom.
///
/// What it cannot tell: a load that repeats itself within less than about 3 parts in n of T, T/2,
/// ... looks like a steady or a slow one.
class UnseenPower {
 public:
  /// The next step from one value, `first`, to the next, `last`; it follows the one before, in time
  /// and so in value, unless that had another last value.
  void add(Duration step, Power first, Power last);

  /// Takes what was gathered in another stretch of the same load.
  void join(const UnseenPower& other);

  struct Result {
    Power standard;
    double degrees_of_freedom;
    Duration interval;  ///< T: mean time between two values
  };
  /// Empty for fewer than three values, or if the values are means over all of the time.
  std::optional<Result> result(Duration averaging) const;

  /// Power is taken to stay at a level for no less than this.
  static constexpr Duration kShortest = 1.0 * millisecond;

 private:
  std::size_t steps_ = 0;
  Duration length_{};
  double near_ = 0.0;                              ///< sum of squared differences of one step, W^2
  double fourth_ = 0.0;                            ///< sum of their squares, W^4
  std::optional<std::pair<Power, Power>> before_;  ///< first and last of the step before
  std::size_t pairs_ = 0;
  double far_ = 0.0;  ///< sum of squared differences of two steps, W^2
};

}  // namespace isojoule
