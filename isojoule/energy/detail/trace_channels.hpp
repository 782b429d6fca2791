// The second pass over a trace: its readings, channel by channel.
#pragma once

#include <filesystem>
#include <optional>
#include <variant>
#include <vector>

#include "isojoule/energy/channel_integrator.hpp"
#include "isojoule/energy/energy_steps.hpp"
#include "isojoule/energy/measure_trace.hpp"
#include "isojoule/energy/power_history.hpp"
#include "isojoule/energy/state_summary.hpp"
#include "isojoule/trace/trace.hpp"

namespace isojoule::detail {

class TraceChannels {
 public:
  /// Reads the whole file. The first of `spans` is the whole command.
  TraceChannels(Files& files, const std::filesystem::path& file, const std::vector<Span>& spans);

  /// One for each window, in their order.
  std::vector<Measurement> measurements(const std::vector<Pieces>& windows) const;
  /// Of each component of `whole` that has a known energy by a channel that can be divided.
  std::vector<SteadyState> steady_states(const Measurement& whole) const;

 private:
  struct Metered {
    ChannelIntegrator integrator;
    EnergySteps steps;
    PowerHistory history;
  };
  struct Entry {
    Channel channel;
    std::variant<Metered, StateSummary> reading;
  };
  void take(const TracePoll& poll);
  std::vector<bool> unused(const std::vector<Entry>& source, const Channel& meter,
                           const std::vector<Pieces>& windows) const;

  std::vector<Span> spans_;
  std::vector<std::vector<Entry>> sources_;
};

}  // namespace isojoule::detail
