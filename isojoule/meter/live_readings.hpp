// What the sensors say right now, for those who look while a run goes on.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "isojoule/energy/energy_steps.hpp"
#include "isojoule/trace/trace_sink.hpp"

namespace isojoule {

/// One channel as it was last seen. Not for publishing: windows, doubts and uncertainties are those
/// of measure_trace.
struct LiveChannel {
  Channel channel;
  std::optional<Power> power;   ///< mean over the last step; empty before the second reading, after
                                ///< a failed one, and for a gauge
  Energy energy{};              ///< of all steps so far
  std::optional<double> state;  ///< of a gauge, in its unit
  std::size_t readings = 0;     ///< good ones
  std::size_t failed = 0;
};

/// A sink that keeps the last of each channel. All members are thread-safe.
class LiveReadings final : public TraceSink {
 public:
  explicit LiveReadings(const TraceHeader& header);
  void append(const TraceEvent& event) noexcept override;

  /// In the order of the header.
  std::vector<LiveChannel> channels() const;

 private:
  struct Watched {
    LiveChannel live;
    std::optional<EnergySteps> steps;  ///< empty for a gauge
  };
  void take(Watched& watched, Instant time, Sample sample);

  mutable std::mutex mutex_;
  std::vector<std::vector<Watched>> sources_;
};

}  // namespace isojoule
