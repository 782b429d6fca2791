#include "isojoule/meter/live_readings.hpp"

namespace isojoule {

LiveReadings::LiveReadings(const TraceHeader& header) {
  for (const TraceSource& source : header.sources) {
    auto& watched = sources_.emplace_back();
    for (const Channel& channel : source.channels) {
      LiveChannel live;
      live.channel = channel;
      watched.push_back({std::move(live),
                         channel.is_gauge() ? std::nullopt : std::optional<EnergySteps>(channel)});
    }
  }
}

void LiveReadings::take(Watched& watched, Instant time, Sample sample) {
  LiveChannel& live = watched.live;
  if (!sample) {
    ++live.failed;
    live.power.reset();
    live.state.reset();
    return;
  }
  ++live.readings;
  if (!watched.steps) {
    live.state = static_cast<double>(*sample) * std::get<Gauge>(live.channel.unit).per_count;
    return;
  }
  const auto step = watched.steps->add(time, sample);
  if (!step) {
    live.power.reset();
    return;
  }
  live.power = step->power();
  live.energy += step->energy;
}

void LiveReadings::append(const TraceEvent& event) noexcept {
  const auto* poll = std::get_if<TracePoll>(&event);
  if (poll == nullptr) return;
  const std::lock_guard lock(mutex_);
  auto& source = sources_[poll->source];
  for (std::size_t i = 0; i < poll->samples.size(); ++i)
    take(source[i], poll->time, poll->samples[i]);
}

std::vector<LiveChannel> LiveReadings::channels() const {
  const std::lock_guard lock(mutex_);
  std::vector<LiveChannel> channels;
  for (const auto& source : sources_)
    for (const Watched& watched : source) channels.push_back(watched.live);
  return channels;
}

}  // namespace isojoule
