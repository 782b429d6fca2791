// Suspends of the machine, as the clocks in a trace show them.
#pragma once

#include <optional>

#include "isojoule/core/instant.hpp"
#include "isojoule/trace/trace.hpp"

namespace isojoule::detail {

struct Suspend {
  Instant time;  ///< when it was seen, on the clock that stood still meanwhile
  Duration length;
};

class SuspendWatch {
 public:
  /// Takes the next reading of the clocks. Empty if it shows no suspend that was not yet seen:
  /// several threads note the same one.
  std::optional<Suspend> add(const TraceClocks& clocks) {
    const Duration now = clocks.boot - clocks.monotonic;
    if (suspended_ && !(now - *suspended_ > kTolerance)) return std::nullopt;
    const std::optional<Duration> before = suspended_;
    suspended_ = now;
    if (!before) return std::nullopt;
    return Suspend{clocks.monotonic, now - *before};
  }

 private:
  // The two clocks are read one after the other; less than this is not a suspend.
  static constexpr Duration kTolerance = 50.0 * millisecond;

  std::optional<Duration> suspended_;  ///< since the machine was started
};

}  // namespace isojoule::detail
