// Sensors whose channels are read one by one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "isojoule/sensor/sensor.hpp"

namespace isojoule::detail {

/// A channel and the way to read it.
struct ReadChannel {
  Channel channel;
  /// Its count now; empty if that cannot be read, `why_not` then says why. Called by one thread at
  /// a time.
  std::function<Sample(std::string& why_not)> read;
};

/// A sensor that reads `channels` in their order. What cannot be read is empty, and the first of
/// those is told as a retry fault.
std::unique_ptr<Sensor> make_sensor(std::string backend, std::vector<ReadChannel> channels);

}  // namespace isojoule::detail
