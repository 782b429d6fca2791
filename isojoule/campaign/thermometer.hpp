// How warm the boards are, for the rest between two runs.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "isojoule/core/measurement.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Degrees Celsius, by channel.
using Temperatures = std::map<std::string, double>;

/// The temperatures of the boards that something runs on.
class Thermometer {
 public:
  /// Opens the sensors that tell any of `devices`: "cuda" are all boards, "cuda:1" is one, "" (not
  /// known) may be any, "cpu" is none. `at_begin` is how warm they were when all began; a board
  /// that is not in it was then as warm as it is at the first call of rise().
  Thermometer(const World& world, const std::set<std::string>& devices, Temperatures at_begin = {});

  /// By how much the warmest board is warmer than it was when all began. Empty if none answers.
  std::optional<double> rise();

 private:
  Temperatures read();

  std::vector<World> worlds_;  // of the sensors
  std::vector<std::unique_ptr<Sensor>> sensors_;
  Temperatures at_begin_;
};

/// The lowest that each board showed in a measurement.
Temperatures coolest(const Measurement& measurement);

}  // namespace isojoule
