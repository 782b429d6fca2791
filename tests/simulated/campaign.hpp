// Many windows on simulated boards, and what came of them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isojoule/core/measurement.hpp"

#include "simulated/power_script.hpp"
#include "simulated/simulated_machine.hpp"

namespace isojoule::simulated {

/// A kind of board as its data say it is (docs/uncertainty.md), and how one of them may be.
struct Generation {
  std::string name;
  BoardSensors sensors;    ///< phases and gain are drawn for each board
  Duration lag{};          ///< of power, as the channel states it
  Duration counter_lag{};  ///< as the channel states it; the board's own is drawn
  Duration counter_lag_half_width{};
  Gain gain{1.0, 0.0, "exact"};  ///< as the channels state it; the board's own is drawn
};

/// What is run on each board.
struct Plan {
  std::vector<Load> loads;
  double window = 5.0;      ///< s
  double with_load = 0.5;   ///< share of the windows that begin and end with the load, idle around
                            ///< it; the others lie within it
  unsigned beats_with = 0;  ///< 1 or 2: periods so near to 1/1 or 1/2 of the sampling interval that
                            ///< they slide through less than one beat in the window; 0: periods
                            ///< that do at least three beats with either
  double reading_period = 0.1;  ///< s
  double settle = 1.0;          ///< s that readings go on after the window
};

/// Relative errors of one way to the energy, (energy - truth) / truth.
struct Errors {
  std::vector<double> relative;
  std::size_t covered = 0;  ///< by the stated interval; of the naive ways there is none
  std::size_t missing = 0;
  std::vector<double> expanded;  ///< stated uncertainties, relative

  double median() const;  ///< of the absolute values
  double high() const;    ///< 95th percentile of the absolute values
  double mean() const;    ///< bias
  double coverage() const;
  double typical_expanded() const;
};

struct Outcome {
  Errors counter;
  Errors power;
  Errors naive_counter;
  Errors naive_power;
};

/// Runs `trials` windows, the same for the same seed.
Outcome run(SimulatedMachine& machine, Sensor& board, const Generation& generation,
            const Plan& plan, std::size_t trials, std::uint64_t seed);

}  // namespace isojoule::simulated
