// How the power went lately, for those who look while a run goes on.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "isojoule/energy/energy_steps.hpp"
#include "isojoule/trace/trace_sink.hpp"

namespace isojoule {

/// The power of one channel since the beginning, and its last minute. All empty before its second
/// reading, and for a gauge.
struct LiveTrend {
  std::optional<Power> least;  ///< of the means between two readings
  std::optional<Power> mean;   ///< over all time that is known
  std::optional<Power> most;
  std::vector<std::optional<Power>> last_minute;  ///< means over kBin each, the oldest first; empty
                                                  ///< where nothing is known
};

/// A sink that keeps a little of each channel, in constant memory. All members are thread-safe.
class LiveHistory final : public TraceSink {
 public:
  static constexpr std::size_t kBins = 20;
  static constexpr Duration kBin = 3.0 * second;

  explicit LiveHistory(const TraceHeader& header);
  void append(const TraceEvent& event) noexcept override;

  /// In the order of the header; the last minute is the one before `now`.
  std::vector<LiveTrend> trends(Instant now) const;

 private:
  struct Watched {
    std::optional<EnergySteps> steps;  ///< empty for a gauge
    std::optional<Power> least;
    std::optional<Power> most;
    Energy energy{};
    Duration time{};
    std::deque<EnergyStep> recent;
  };
  static void take(Watched& watched, const EnergyStep& step);

  mutable std::mutex mutex_;
  std::vector<std::vector<Watched>> sources_;
};

}  // namespace isojoule
