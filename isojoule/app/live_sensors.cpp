#include "isojoule/app/live_sensors.hpp"

#include <algorithm>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/sensor/sensor_types.hpp"

namespace isojoule {
namespace {

constexpr Duration kLongestSampling = 100.0 * millisecond;

}  // namespace

std::vector<std::unique_ptr<Sensor>> sensors_to_view(const World& world,
                                                     const std::vector<std::string>& wanted) {
  std::vector<std::unique_ptr<Sensor>> sensors = open_sensors(world, Subject{}, wanted).sensors;
  if (!sensors.empty()) return sensors;
  std::string reasons;
  for (const auto& [type, probe] : probe_sensors(world))
    reasons += std::string(type->name) + ": " + probe.reason + "; ";
  throw Error(ErrorCode::io,
              "no sensor can be used here: " + reasons + "isojoule doctor shows what to do");
}

void check_sampling_period(const std::string& named, Duration period) {
  if (!(period >= millisecond && period <= minute))
    throw Error(ErrorCode::usage, named + " must be from 1ms to 60s");
}

// The sensors are moved away by the last member, after the header was made of them.
LiveSensors::LiveSensors(const World& world, std::vector<std::unique_ptr<Sensor>> sensors,
                         Duration period, const std::string& version)
    : readings_(
          std::make_shared<LiveReadings>(trace_header(*world.clock, sensors, period, version))),
      meter_(world, std::move(sensors), readings_, period) {
  meter_.start();
}

LiveView::LiveView(const World& world, std::vector<std::unique_ptr<Sensor>> sensors,
                   Duration period, const std::string& version)
    : clock_(*world.clock),
      begin_(clock_.now()),
      readings_(std::make_shared<LiveReadings>(trace_header(clock_, sensors, period, version))),
      history_(std::make_shared<LiveHistory>(trace_header(clock_, sensors, period, version))),
      meter_(
          world, std::move(sensors),
          std::make_shared<TraceTee>(std::vector<std::shared_ptr<TraceSink>>{readings_, history_}),
          period) {
  meter_.start();
}

LiveLook LiveView::look() const {
  const Instant now = clock_.now();
  return {readings_->channels(), history_->trends(now), now - begin_};
}

Duration WatchPace::sampling_period() const { return std::min(kLongestSampling, period); }

Duration WatchPace::next_wait(Duration elapsed) const {
  return length ? std::min(period, *length - elapsed) : period;
}

void check_pace(const WatchPace& pace) {
  if (!(pace.period >= 100.0 * millisecond && pace.period <= hour))
    throw Error(ErrorCode::usage, "--period must be from 100ms to 1h");
  if (pace.length && !(*pace.length > Duration{}))
    throw Error(ErrorCode::usage, "--for must be more than 0s");
}

}  // namespace isojoule
