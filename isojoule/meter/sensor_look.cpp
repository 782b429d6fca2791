#include "isojoule/meter/sensor_look.hpp"

#include <mutex>
#include <utility>

#include "isojoule/meter/meter.hpp"

namespace isojoule {
namespace {

/// How long the polls of one sensor took. Shared with a thread that may hang.
class PollTimes {
 public:
  void add(Duration time) {
    const std::lock_guard lock(mutex_);
    sum_ += time;
    ++count_;
  }
  std::optional<Duration> mean() const {
    const std::lock_guard lock(mutex_);
    return count_ > 0 ? std::optional(sum_ / static_cast<double>(count_)) : std::nullopt;
  }

 private:
  mutable std::mutex mutex_;
  Duration sum_{};
  std::size_t count_ = 0;
};

/// A sensor whose polls are timed.
class TimedSensor final : public Sensor {
 public:
  TimedSensor(std::unique_ptr<Sensor> sensor, const Clock* clock, std::shared_ptr<PollTimes> times)
      : Sensor(sensor->backend()),
        sensor_(std::move(sensor)),
        clock_(clock),
        times_(std::move(times)) {
    channels_.assign(sensor_->channels().begin(), sensor_->channels().end());
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    const Instant before = clock_->now();
    std::optional<Fault> fault = sensor_->poll(samples);
    times_->add(clock_->now() - before);
    return fault;
  }

  const std::unique_ptr<Sensor> sensor_;
  const Clock* const clock_;
  const std::shared_ptr<PollTimes> times_;
};

class LookSink final : public TraceSink {
 public:
  explicit LookSink(const TraceHeader& header) {
    for (const TraceSource& source : header.sources)
      looks_.emplace_back(source.channels.begin(), source.channels.end());
  }

  void append(const TraceEvent& event) noexcept override {
    const auto* poll = std::get_if<TracePoll>(&event);
    if (poll == nullptr) return;
    const std::lock_guard lock(mutex_);
    auto& looks = looks_[poll->source];
    for (std::size_t i = 0; i < looks.size(); ++i) looks[i].add(poll->time, poll->samples[i]);
  }

  std::vector<LookedChannel> finish(std::size_t source) const {
    const std::lock_guard lock(mutex_);
    std::vector<LookedChannel> looked;
    for (const ChannelLook& look : looks_[source]) looked.push_back(look.finish());
    return looked;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::vector<ChannelLook>> looks_;
};

}  // namespace

std::vector<LookedChannel> look_at_sensors(const World& world,
                                           std::vector<std::unique_ptr<Sensor>> sensors,
                                           Duration length) {
  if (sensors.empty()) return {};
  const auto sink =
      std::make_shared<LookSink>(trace_header(*world.clock, sensors, kLookPeriod, ""));
  std::vector<std::shared_ptr<PollTimes>> times;
  for (auto& sensor : sensors) {
    times.push_back(std::make_shared<PollTimes>());
    sensor = std::make_unique<TimedSensor>(std::move(sensor), world.clock, times.back());
  }
  Meter meter(world, std::move(sensors), sink, kLookPeriod);
  meter.start();
  Waker nobody;
  world.clock->sleep_until(world.clock->now() + length, nobody);
  meter.stop();

  std::vector<LookedChannel> result;
  for (std::size_t source = 0; source < times.size(); ++source) {
    for (LookedChannel& looked : sink->finish(source)) {
      if (looked.channel.validity == Validity::whole_command) continue;
      looked.poll = times[source]->mean();
      result.push_back(std::move(looked));
    }
  }
  return result;
}

}  // namespace isojoule
