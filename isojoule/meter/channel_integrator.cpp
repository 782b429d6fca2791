#include "isojoule/meter/channel_integrator.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "isojoule/meter/counter.hpp"

namespace isojoule {

ChannelIntegrator::ChannelIntegrator(Channel channel, std::vector<Span> spans)
    : channel_(std::move(channel)) {
  spans_.reserve(spans.size());
  for (const Span& span : spans) {
    Progress progress;
    progress.span = span;
    progress.result.channel = channel_;
    if (channel_.validity == Validity::whole_command && !span.whole_command)
      progress.broken = "speaks only for the whole command";
    spans_.push_back(std::move(progress));
  }
}

void ChannelIntegrator::add(Instant time, Sample sample) {
  if (!sample) {
    count_failed(time);
    return;
  }
  const Reading reading{time, *sample};
  if (!last_) {
    last_ = reading;
    for (Progress& progress : spans_) {
      progress.begun = time <= progress.span.begin;
      if (progress.begun || time <= progress.span.end) ++progress.result.samples;
    }
    return;
  }
  if (time <= last_->time) return;
  const Reading from = *last_;  // a copy: the step moves last_ on
  step(from, reading);
}

void ChannelIntegrator::count_failed(Instant time) {
  for (Progress& progress : spans_) {
    if (time >= progress.span.begin && time <= progress.span.end) ++progress.result.failed;
  }
}

/// Calls visit(progress, begin, end) for each span that has a part, from `begin` to `end`, between
/// the two readings, and keeps the spans' counts of readings.
template <class Visit>
void ChannelIntegrator::for_each_overlap(const Reading& from, const Reading& to, Visit visit) {
  for (Progress& progress : spans_) {
    const Instant begin = std::max(progress.span.begin, from.time);
    const Instant end = std::min(progress.span.end, to.time);
    // An empty span lies between two readings too, and used nothing.
    if (begin > end || (begin == end && progress.span.begin != progress.span.end)) continue;
    ++progress.result.samples;
    if (to.time >= progress.span.end) progress.covered = true;
    progress.result.longest_gap = std::max(progress.result.longest_gap, to.time - from.time);
    visit(progress, begin, end);
  }
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
    for (Progress& progress : spans_) {
      if (to.time >= progress.span.begin && to.time <= progress.span.end)
        ++progress.result.impossible;
    }
    return;
  }
  doubtful_.reset();
  last_ = to;
  const double length = (to.time - from.time).in(second);
  for_each_overlap(from, to, [&](Progress& progress, Instant begin, Instant end) {
    if (delta.energy) {
      progress.sum += *delta.energy * ((end - begin).in(second) / length);
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

std::vector<ChannelEnergy> ChannelIntegrator::finish() const {
  std::vector<ChannelEnergy> results;
  results.reserve(spans_.size());
  for (const Progress& progress : spans_) {
    ChannelEnergy result = progress.result;
    const Duration length = progress.span.end - progress.span.begin;
    if (!progress.broken.empty()) {
      result.reason = progress.broken;
    } else if (!last_) {
      result.reason = "no reading succeeded";
    } else if (!progress.begun) {
      result.reason = "no reading before the window began";
    } else if (!progress.covered) {
      result.reason = "no reading after the window ended";
    } else if (progress.unseen > kMaxUnseen * length) {
      result.reason = fmt::format("no reading of power for {:.1f} s of {:.1f} s",
                                  progress.unseen.in(second), length.in(second));
    } else {
      result.energy = progress.sum;
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace isojoule
