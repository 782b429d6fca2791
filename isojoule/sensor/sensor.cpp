#include "isojoule/sensor/sensor.hpp"

#include <algorithm>
#include <cassert>
#include <exception>

namespace isojoule {

std::optional<Fault> Sensor::poll(std::span<Sample> samples) noexcept {
  assert(samples.size() == channels_.size());
  std::ranges::fill(samples, Sample{});
  try {
    return do_poll(samples);
  } catch (const std::exception& error) {
    std::ranges::fill(samples, Sample{});
    return Fault{FaultKind::retry, Instant{}, backend_, error.what()};
  }
}

}  // namespace isojoule
