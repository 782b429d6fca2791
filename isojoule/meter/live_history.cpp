#include "isojoule/meter/live_history.hpp"

#include <algorithm>

namespace isojoule {
namespace {

constexpr Duration kKept = static_cast<double>(LiveHistory::kBins) * LiveHistory::kBin;

/// Mean power from `begin` to `end`, of what the steps cover of it.
std::optional<Power> mean_between(const std::deque<EnergyStep>& steps, Instant begin, Instant end) {
  Energy energy{};
  Duration time{};
  for (const EnergyStep& step : steps) {
    const Instant from = std::max(step.from, begin);
    const Instant to = std::min(step.to, end);
    if (from >= to) continue;
    energy += step.power() * (to - from);
    time += to - from;
  }
  return time > Duration{} ? std::optional(energy / time) : std::nullopt;
}

}  // namespace

LiveHistory::LiveHistory(const TraceHeader& header) {
  for (const TraceSource& source : header.sources) {
    auto& watched = sources_.emplace_back(source.channels.size());
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (!source.channels[i].is_gauge()) watched[i].steps.emplace(source.channels[i]);
    }
  }
}

void LiveHistory::take(Watched& watched, const EnergyStep& step) {
  const Power power = step.power();
  watched.least = std::min(watched.least.value_or(power), power);
  watched.most = std::max(watched.most.value_or(power), power);
  watched.energy += step.energy;
  watched.time += step.to - step.from;
  watched.recent.push_back(step);
  // One bin more than is shown: `now` may be a little behind the last reading.
  while (step.to - watched.recent.front().to > kKept + kBin) watched.recent.pop_front();
}

void LiveHistory::append(const TraceEvent& event) noexcept {
  const auto* poll = std::get_if<TracePoll>(&event);
  if (poll == nullptr) return;
  const std::lock_guard lock(mutex_);
  auto& source = sources_[poll->source];
  for (std::size_t i = 0; i < poll->samples.size(); ++i) {
    if (!source[i].steps) continue;
    if (const auto step = source[i].steps->add(poll->time, poll->samples[i]))
      take(source[i], *step);
  }
}

std::vector<LiveTrend> LiveHistory::trends(Instant now) const {
  const std::lock_guard lock(mutex_);
  std::vector<LiveTrend> trends;
  for (const auto& source : sources_) {
    for (const Watched& watched : source) {
      LiveTrend& trend = trends.emplace_back();
      if (watched.time == Duration{}) continue;
      trend.least = watched.least;
      trend.mean = watched.energy / watched.time;
      trend.most = watched.most;
      for (std::size_t bin = 0; bin < kBins; ++bin) {
        const Instant begin = now + (static_cast<double>(bin) * kBin - kKept);
        trend.last_minute.push_back(mean_between(watched.recent, begin, begin + kBin));
      }
    }
  }
  return trends;
}

}  // namespace isojoule
