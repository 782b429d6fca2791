#include "isojoule/meter/channel_integrator.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "isojoule/meter/counter.hpp"

namespace isojoule {

ChannelIntegrator::ChannelIntegrator(Channel channel, std::vector<Span> spans)
    : channel_(std::move(channel)), by_begin_(spans.size()) {
  spans_.reserve(spans.size());
  for (const Span& span : spans) {
    Progress progress;
    progress.span = span;
    progress.until = is_for_whole_command() && span.whole_command ? Instant::max() : span.end;
    progress.result.channel = channel_;
    if (is_for_whole_command() && !span.whole_command)
      progress.broken = "speaks only for the whole command";
    spans_.push_back(std::move(progress));
  }
  std::iota(by_begin_.begin(), by_begin_.end(), std::size_t{0});
  std::ranges::sort(by_begin_, {}, [this](std::size_t place) { return spans_[place].span.begin; });
}

/// No meter of power shows more than the device can draw. (A counter's steps are judged instead.)
bool ChannelIntegrator::is_possible(Sample sample) const {
  if (channel_.is_counter() || !channel_.max_power) return true;
  return static_cast<double>(*sample) * std::get<Power>(channel_.unit) <= *channel_.max_power;
}

void ChannelIntegrator::add(Instant time, Sample sample) {
  if (!sample) {
    count_at(time, [](ChannelEnergy& result) { ++result.failed; });
    return;
  }
  if (!is_possible(sample)) {
    count_at(time, [](ChannelEnergy& result) { ++result.impossible; });
    return;
  }
  const Reading reading{time, *sample};
  if (!last_) {
    first_ = time;
    last_ = reading;
    count_at(time, [](ChannelEnergy& result) { ++result.samples; });
    return;
  }
  if (time <= last_->time) return;
  const Reading from = *last_;  // a copy: the step moves last_ on
  step(from, reading);
}

void ChannelIntegrator::open_spans(Instant time) {
  while (unopened_ < by_begin_.size() && spans_[by_begin_[unopened_]].span.begin <= time)
    open_.push_back(by_begin_[unopened_++]);
}

/// Calls count(result) for each span that a reading lies in that moves no energy. Spans that are
/// over by then only wait for the next good reading, and are not looked at for each failed one.
template <class Count>
void ChannelIntegrator::count_at(Instant time, Count count) {
  open_spans(time);
  std::erase_if(open_, [&](std::size_t place) {
    Progress& progress = spans_[place];
    const bool over = progress.until < time;
    if (over) closing_.push_back(place);
    if (progress.span.end >= time) count(progress.result);
    return over;
  });
}

/// Calls visit(progress, begin, end) for each span that has a part, from `begin` to `end`, between
/// the two readings, and keeps the spans' counts of readings.
template <class Visit>
void ChannelIntegrator::for_each_overlap(const Reading& from, const Reading& to, Visit visit) {
  open_spans(to.time);
  open_.insert(open_.end(), closing_.begin(), closing_.end());
  closing_.clear();
  std::erase_if(open_, [&](std::size_t place) {
    Progress& progress = spans_[place];
    const Instant begin = std::max(progress.span.begin, from.time);
    const Instant end = std::min(progress.until, to.time);
    // An empty span lies between two readings too, and used nothing.
    if (begin < end || (begin == end && progress.span.begin == progress.span.end)) {
      ChannelEnergy& result = progress.result;
      if (result.samples == 0) ++result.samples;  // the neighbour before it
      ++result.samples;
      result.longest_gap = std::max(result.longest_gap, to.time - from.time);
      visit(progress, begin, end);
    }
    return progress.until <= to.time;
  });
}

void ChannelIntegrator::step(const Reading& from, const Reading& to) {
  if (channel_.is_counter()) {
    step_counter(from, to);
  } else {
    step_power(from, to);
    last_ = to;
  }
}

void ChannelIntegrator::step_counter(const Reading& from, const Reading& to) {
  CounterDelta delta = classify_step(channel_, from.counts, to.counts, to.time - from.time);
  if (delta.step == CounterStep::impossible && !doubtful_) {
    // A single wild reading: the next one tells whether it was that, or a new beginning.
    doubtful_ = to;
    count_at(to.time, [](ChannelEnergy& result) { ++result.impossible; });
    return;
  }
  doubtful_.reset();
  last_ = to;
  const double length = (to.time - from.time).in(second);
  for_each_overlap(from, to, [&](Progress& progress, Instant begin, Instant end) {
    if (delta.energy) {
      progress.sum += is_for_whole_command() ? *delta.energy
                                             : *delta.energy * ((end - begin).in(second) / length);
      if (delta.step == CounterStep::wrap) ++progress.result.wraps;
    } else if (delta.step == CounterStep::reset) {
      ++progress.result.resets;
      progress.broken = "the counter was reset within the window";
    } else if (delta.step == CounterStep::ambiguous) {
      progress.broken = fmt::format(
          "no reading for {:.0f} s, in which the counter may have wrapped more than once", length);
    } else {
      progress.broken = "the counter jumped by more than the device can use";
    }
  });
}

void ChannelIntegrator::step_power(const Reading& from, const Reading& to) {
  const Power unit = std::get<Power>(channel_.unit);
  const Power first = static_cast<double>(from.counts) * unit;
  const Power slope = static_cast<double>(to.counts) * unit - first;
  const Duration length = to.time - from.time;
  const bool unseen = length > kMaxPowerGap;
  for_each_overlap(from, to, [&](Progress& progress, Instant begin, Instant end) {
    // The straight line's value in the middle of the part, times the part's length.
    const double middle = ((begin - from.time) + (end - from.time)) / (2.0 * length);
    progress.sum += (first + slope * middle) * (end - begin);
    if (unseen) progress.unseen += end - begin;
  });
}

/// Empty if the energy is known.
std::string ChannelIntegrator::why_missing(const Progress& progress) const {
  const Duration length = progress.span.end - progress.span.begin;
  if (!progress.broken.empty()) return progress.broken;
  if (!last_) return "no reading succeeded";
  if (*first_ > progress.span.begin) return "no reading before the window began";
  if (last_->time < progress.span.end) return "no reading after the window ended";
  if (progress.unseen > kMaxUnseen * length)
    return fmt::format("no reading of power for {:.1f} s of {:.1f} s", progress.unseen.in(second),
                       length.in(second));
  return {};
}

std::vector<ChannelEnergy> ChannelIntegrator::finish() const {
  std::vector<ChannelEnergy> results;
  results.reserve(spans_.size());
  for (const Progress& progress : spans_) {
    results.push_back(progress.result);
    results.back().reason = why_missing(progress);
    if (results.back().reason.empty()) results.back().energy = progress.sum;
  }
  return results;
}

}  // namespace isojoule
