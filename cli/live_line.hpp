// The live line of a run: what the sensors say, in the terminal's last row.
#pragma once

#include <signal.h>

#include <memory>
#include <thread>

#include "isojoule/core/world.hpp"
#include "isojoule/meter/live_readings.hpp"

namespace isojoule::cli {

/// Writes to standard error about once a second, from a thread of its own that takes no signals,
/// beginning a second after start(). While it lives Ctrl-Z gives the row back before we stop, and a
/// changed size of the window is taken up; the signals' actions are as before after stop().
///
/// One at a time. start() and stop() are called by one thread; between them nobody else may change
/// the actions of SIGTSTP and SIGWINCH.
class LiveLine {
 public:
  explicit LiveLine(World world);
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;
  /// Stops.
  ~LiveLine();

  /// Ends what was started before. Does nothing where a line cannot be kept: standard error is no
  /// terminal, or TERM is "dumb" or not set.
  void start(std::shared_ptr<const LiveReadings> readings);
  /// Returns once the row is given back, which a terminal that is held (Ctrl-S) puts off: keep what
  /// must not be lost before. May be called when it was never started.
  void stop();

 private:
  void run(const LiveReadings& readings, Instant begin) const;

  World world_;
  std::thread thread_;
  struct sigaction stop_action_{};  ///< as they were before
  struct sigaction resize_action_{};
};

}  // namespace isojoule::cli
