#include "isojoule/campaign/thermometer.hpp"

#include <algorithm>

#include "isojoule/core/error.hpp"
#include "isojoule/run/device.hpp"
#include "isojoule/sensor/sensor_types.hpp"

namespace isojoule {
namespace {

bool is_temperature(const Channel& channel) {
  const Gauge* gauge = std::get_if<Gauge>(&channel.unit);
  return gauge != nullptr && gauge->unit == "celsius";
}

/// The world of what runs on `device`; empty where it names no board that is here.
std::optional<World> world_of(const std::string& device, const World& world) {
  if (device == "cpu") return std::nullopt;
  try {
    return narrowed_to(device, world);
  } catch (const Error&) {  // who runs it tells
    return std::nullopt;
  }
}

}  // namespace

Thermometer::Thermometer(const World& world, const std::set<std::string>& devices,
                         Temperatures at_begin)
    : at_begin_(std::move(at_begin)) {
  for (const std::string& device : devices) {
    const std::optional<World> narrowed = world_of(device, world);
    if (!narrowed) continue;
    for (auto& sensor : open_sensors(*narrowed, Subject{}).sensors) {
      if (std::ranges::any_of(sensor->channels(), is_temperature))
        sensors_.push_back(std::move(sensor));
    }
    worlds_.push_back(*narrowed);
  }
}

Temperatures Thermometer::read() {
  Temperatures readings;
  for (const auto& sensor : sensors_) {
    const auto channels = sensor->channels();
    std::vector<Sample> samples(channels.size());
    sensor->poll(samples);
    for (std::size_t i = 0; i < channels.size(); ++i) {
      if (is_temperature(channels[i]) && samples[i])
        readings[channels[i].id] =
            static_cast<double>(*samples[i]) * std::get<Gauge>(channels[i].unit).per_count;
    }
  }
  return readings;
}

std::optional<double> Thermometer::rise() {
  std::optional<double> most;
  for (const auto& [channel, celsius] : read()) {
    const double rise = celsius - at_begin_.emplace(channel, celsius).first->second;
    most = std::max(most.value_or(rise), rise);
  }
  return most;
}

Temperatures coolest(const Measurement& measurement) {
  Temperatures found;
  for (const ChannelState& state : measurement.states) {
    if (is_temperature(state.channel) && state.least) found[state.channel.id] = *state.least;
  }
  return found;
}

}  // namespace isojoule
