// The state of a board beside its energy: temperatures, clocks, limits, what slows it, who else is
// on it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/sensor/nvml/nvml_api.hpp"

namespace isojoule::nvml {

/// A gauge that is read once in a kPeriod; in between its last reading stands. Reading them all as
/// often as energy would cost more than the energy.
class HeldGauge {
 public:
  static constexpr Duration kPeriod = 1.0 * second;
  using Read = std::function<Result(std::uint64_t& count)>;

  HeldGauge(std::string quantity, Gauge gauge, Read read)
      : quantity_(std::move(quantity)), gauge_(std::move(gauge)), read_(std::move(read)) {}

  /// Last part of the channel's id: "temperature".
  const std::string& quantity() const { return quantity_; }
  const Gauge& gauge() const { return gauge_; }

  /// Reads now; the next reading is due at `due`. The result is that of the reading.
  Result read(Instant due);
  bool is_due(Instant now) const { return now >= due_; }
  /// The last reading; empty if it failed.
  const Sample& value() const { return value_; }

 private:
  std::string quantity_;
  Gauge gauge_;
  Read read_;
  Instant due_;
  Sample value_;
};

/// The gauges that a board answers now, read for the first time and due one after the other within
/// the next kPeriod, so that they do not all fall into one poll. `cgroup` as in Subject: with it,
/// the processes on the board are counted that are not in it ("other-processes"); without it, all
/// ("processes"). What is referred to must outlive the gauges.
std::vector<HeldGauge> find_gauges(const Api& api, Device device,
                                   const std::filesystem::path& cgroup, Instant now);

}  // namespace isojoule::nvml
