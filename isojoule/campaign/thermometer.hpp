// How warm the boards are, for the rest between two runs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// The temperatures that sensors tell, in degrees Celsius.
class Thermometer {
 public:
  /// Opens the sensors that have any.
  explicit Thermometer(const World& world);

  /// Whether there is anything to read.
  bool usable() const { return !sensors_.empty(); }

  /// By how much the warmest board is warmer than it was at the first call, which gives 0. Empty if
  /// none answers.
  std::optional<double> rise();

 private:
  struct Reading {
    std::string channel;
    double celsius;
  };
  std::vector<Reading> read();

  std::vector<std::unique_ptr<Sensor>> sensors_;
  std::vector<Reading> first_;
};

}  // namespace isojoule
