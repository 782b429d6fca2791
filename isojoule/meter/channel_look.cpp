#include "isojoule/meter/channel_look.hpp"

#include <algorithm>
#include <utility>

#include "isojoule/energy/power_history.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

std::optional<Duration> median_interval(const std::vector<Instant>& times) {
  std::vector<double> seconds;
  for (std::size_t i = 1; i < times.size(); ++i)
    seconds.push_back((times[i] - times[i - 1]).in(second));
  const auto middle = median(seconds);
  return middle ? std::optional(*middle * second) : std::nullopt;
}

/// Whether a reading without a new value may be old: of a model it tells of now.
bool shows_refreshes(const Channel& channel) {
  return channel.is_counter() && channel.kind == Kind::measured;
}

std::optional<Power> mean_power(const std::vector<EnergyStep>& steps) {
  Energy energy{};
  Duration time{};
  for (const EnergyStep& step : steps) {
    energy += step.energy;
    time += step.to - step.from;
  }
  return time > Duration{} ? std::optional(energy / time) : std::nullopt;
}

}  // namespace

ChannelLook::ChannelLook(Channel channel) {
  if (!channel.is_gauge()) steps_.emplace(channel);
  looked_.channel = std::move(channel);
}

void ChannelLook::note_step(Instant time, Sample sample) {
  if (const auto step = steps_->add(time, sample)) seen_.push_back(*step);
}

void ChannelLook::add(Instant time, Sample sample) {
  if (!sample) {
    ++looked_.failed;
    return;
  }
  ++looked_.readings;
  const bool is_new = last_ && *sample != *last_;
  last_ = sample;
  if (is_new) new_values_.push_back(time);
  if (!steps_) {
    state_sum_ += static_cast<double>(*sample);
  } else if (is_new || !shows_refreshes(looked_.channel)) {
    note_step(time, sample);
  }
}

LookedChannel ChannelLook::finish() const {
  LookedChannel looked = looked_;
  looked.new_values = new_values_.size();
  looked.refresh = median_interval(new_values_);
  looked.power = mean_power(seen_);
  if (const auto* gauge = std::get_if<Gauge>(&looked.channel.unit)) {
    if (looked.readings > 0 && gauge->flags.empty())
      looked.state = state_sum_ / static_cast<double>(looked.readings) * gauge->per_count;
  }
  if (seen_.empty()) return looked;

  PowerHistory history(seen_.front().from,
                       std::max(kNoiseWidth, looked.refresh.value_or(kNoiseWidth)));
  for (const EnergyStep& step : seen_) history.add(step);
  std::vector<double> watts;
  for (const Power power : history.powers()) watts.push_back(power.in(watt));
  if (const auto deviation = standard_deviation(watts)) {
    // What the sums leave of equal powers is no noise.
    const bool is_rounding = *deviation < 1e-9 * looked.power->in(watt);
    looked.noise = is_rounding ? Power{} : *deviation * watt;
    looked.noise_width = history.width();
  }
  return looked;
}

}  // namespace isojoule
