#include "isojoule/campaign/thermometer.hpp"

#include <algorithm>

#include "isojoule/sensor/sensor_types.hpp"

namespace isojoule {
namespace {

bool is_temperature(const Channel& channel) {
  const Gauge* gauge = std::get_if<Gauge>(&channel.unit);
  return gauge != nullptr && gauge->unit == "celsius";
}

}  // namespace

Thermometer::Thermometer(const World& world) : sensors_(open_sensors(world, Subject{})) {
  std::erase_if(sensors_, [](const auto& sensor) {
    return std::ranges::none_of(sensor->channels(), is_temperature);
  });
}

std::vector<Thermometer::Reading> Thermometer::read() {
  std::vector<Reading> readings;
  for (const auto& sensor : sensors_) {
    const auto channels = sensor->channels();
    std::vector<Sample> samples(channels.size());
    sensor->poll(samples);
    for (std::size_t i = 0; i < channels.size(); ++i) {
      if (is_temperature(channels[i]) && samples[i])
        readings.push_back({channels[i].id, static_cast<double>(*samples[i]) *
                                                std::get<Gauge>(channels[i].unit).per_count});
    }
  }
  return readings;
}

std::optional<double> Thermometer::rise() {
  const std::vector<Reading> now = read();
  if (first_.empty()) first_ = now;
  std::optional<double> most;
  for (const Reading& reading : now) {
    const auto then = std::ranges::find(first_, reading.channel, &Reading::channel);
    if (then == first_.end()) continue;
    most =
        std::max(most.value_or(reading.celsius - then->celsius), reading.celsius - then->celsius);
  }
  return most;
}

}  // namespace isojoule
