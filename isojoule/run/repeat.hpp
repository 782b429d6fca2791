// One command, measured several times.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "isojoule/run/measure_command.hpp"

namespace isojoule {

struct RepeatPlan {
  int warmups = 0;  ///< runs before the first that counts; they leave nothing
  int count = 1;
  Duration longest_delay = 1.0 * second;  ///< before each but the first run a random time up to
                                          ///< this passes, so that no run meets the sensors at the
                                          ///< same phase as the one before
};

struct RepeatEvents {
  std::function<void(int index, int count)> warmup;  ///< before it, from 1
  std::function<void(int index, int count)> begin;
  std::function<void(const Record&)> measured;  ///< to keep it; signals are still held
};

struct Repeats {
  std::vector<Record> records;  ///< in their order, also those that failed; at least one
  bool interrupted = false;     ///< somebody asked for the end, during a run or between two
};

/// Measures the command `plan.count` times after `plan.warmups` runs. A run that fails or is
/// interrupted, also while warming up, ends it: its record is the last, and is kept as others are.
/// The node is claimed once for all of them. Throws as measure_command does.
Repeats measure_repeatedly(const World& world, const std::vector<std::string>& command,
                           const MeasureOptions& options, const RepeatPlan& plan,
                           const RepeatEvents& events);

}  // namespace isojoule
