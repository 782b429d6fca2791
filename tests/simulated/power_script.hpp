// The true power of a simulated machine, and loads as trainings make them.
#pragma once

#include <vector>

#include "isojoule/stats/random.hpp"

namespace isojoule::simulated {

/// Power that is constant for a while, then another; in seconds, watts and joules. Before the first
/// step it is the first power, after the last step the last one.
class PowerScript {
 public:
  /// From the end so far until `end`, which is later.
  void hold(double end, double watts);
  double end() const { return end_; }

  /// Joules since 0 s, exactly.
  double energy(double time) const;
  double mean(double begin, double end) const {
    return (energy(end) - energy(begin)) / (end - begin);
  }
  double power(double time) const;
  /// What a sensor shows that follows the power as a low-pass filter of the first order does:
  /// v' = (P - v) / response. It has settled before 0 s.
  double filtered(double time, double response) const;

 private:
  std::size_t step_at(double time) const;

  double end_ = 0.0;
  std::vector<double> begins_;
  std::vector<double> watts_;
  std::vector<double> joules_;  ///< until the step's begin
  mutable std::vector<double>
      settled_;  ///< the filtered value at the step's begin, as far as asked
};

enum class Load {
  square,       ///< high and low, exactly periodic
  training,     ///< the same, each period up to 8 % longer or shorter than the nominal one
  three_level,  ///< three levels in any order, each held for an exponential time
  any_level,    ///< any power for a time of 1/10 to 1 period, log-uniform, again and again
};

/// Appends a load of this mean period until `end`, beginning at a random phase.
void append_load(PowerScript& script, Load load, double period, double end, Random& random);

/// Equal chances for equal ratios.
double log_uniform(Random& random, double least, double most);
double uniform(Random& random, double least, double most);

}  // namespace isojoule::simulated
