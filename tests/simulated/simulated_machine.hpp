// A machine whose sensors show a scripted power, as the real ones would.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

#include "simulated/power_script.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_directory.hpp"

namespace isojoule::simulated {

/// How a board's sensors work; in seconds and watts.
struct BoardSensors {
  double refresh = 0.1;    ///< of power: a new value this often
  double averaging = 0.1;  ///< which is the mean over this long before
  double response = 0.0;   ///< if not 0: power is low-pass filtered instead
  double phase = 0.0;      ///< of the refresh
  double counter_refresh = 0.1;
  double counter_lag = 0.0;  ///< a new value of the counter tells of the moment this long before
  double counter_phase = 0.0;
  double gain = 1.0;  ///< what is shown is the truth times this
};

/// One NVIDIA board behind an NVML of its own within the program, and one CPU package behind a
/// made sysfs; both use the script's power. One at a time: NVML's functions know no context.
class SimulatedMachine {
 public:
  SimulatedMachine();
  SimulatedMachine(const SimulatedMachine&) = delete;
  SimulatedMachine& operator=(const SimulatedMachine&) = delete;
  ~SimulatedMachine();

  const World& world() const { return world_; }
  /// Starts a script at 0 s, now; sensors that are open go on.
  void start(const PowerScript& script, const BoardSensors& board);
  /// Moves on to this time of the script, which is not before the present one.
  void go_to(double seconds);
  double now() const;
  /// The instant of a time of the script.
  Instant at(double seconds) const;

  /// Writes what the package's counter shows now, renewed every millisecond, into the made sysfs.
  void show_package() const;

  /// For the NVML within: what the board shows now.
  std::uint64_t millijoules() const;
  std::uint32_t milliwatts() const;

 private:
  class Loader;
  class NoEnvironment;
  class NoProcesses;

  TempDirectory root_;
  ManualClock clock_;
  std::unique_ptr<LibraryLoader> loader_;
  std::unique_ptr<Environment> environment_;
  std::unique_ptr<Processes> processes_;
  World world_;
  Instant epoch_;
  PowerScript script_;
  BoardSensors board_;
};

/// The range of the package's counter in microjoules, and where it stands at 0 s: it soon goes
/// round.
inline constexpr std::uint64_t kPackageRange = 65'532'610'987;
inline constexpr std::uint64_t kPackageStart = kPackageRange - 500'000'000;

}  // namespace isojoule::simulated
