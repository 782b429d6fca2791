#include "isojoule/energy/detail/power_curve_builder.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "isojoule/energy/channel_integrator.hpp"

namespace isojoule::detail {
namespace {

/// Of a step whose energy is not known.
PowerBreakCause cause_of(CounterStep step) {
  switch (step) {
    case CounterStep::reset:
      return PowerBreakCause::reset;
    case CounterStep::ambiguous:
      return PowerBreakCause::wraps;
    case CounterStep::plausible:
    case CounterStep::wrap:
    case CounterStep::impossible:
      break;
  }
  return PowerBreakCause::jump;
}

}  // namespace

PowerCurveBuilder::PowerCurveBuilder(const Channel& channel, const RunFrame& frame)
    : channel_(channel),
      frame_(&frame),
      judge_(channel),
      gap_(channel.is_power() ? std::min(frame.gap, kMaxPowerGap) : frame.gap) {}

double PowerCurveBuilder::part_of(Duration time) const {
  return std::floor((time - frame_->first) / frame_->width);
}

Duration PowerCurveBuilder::end_of(const Entry& entry) const {
  const auto* const point = std::get_if<PowerPoint>(&entry);
  return point != nullptr ? point->time : std::get<PowerBreak>(entry).end;
}

bool PowerCurveBuilder::was_suspended(Instant from, Instant to) const {
  const auto first_after = std::ranges::upper_bound(frame_->suspends, from);
  return first_after != frame_->suspends.end() && *first_after <= to;
}

/// Why the line must not go on from the reading before to this one; empty: it may.
std::optional<PowerBreakCause> PowerCurveBuilder::why_broken(
    const ReadingJudge::Judged& judged) const {
  const Instant time = judged.reading.time;
  if (judged.step && !judged.step->energy) return cause_of(judged.step->step);
  if (was_suspended(judged.before->time, time)) return PowerBreakCause::suspend;
  if ((time - frame_->epoch) - latest_ > gap_) return PowerBreakCause::gap;
  return std::nullopt;
}

void PowerCurveBuilder::add(Instant time, std::uint64_t counts) {
  if (channel_.validity == Validity::whole_command) return;
  judge_.add({time, counts}, judged_);
  for (const ReadingJudge::Judged& judged : judged_) take(judged);
}

void PowerCurveBuilder::take(const ReadingJudge::Judged& judged) {
  if (judged.verdict == ReadingJudge::Verdict::late) return;
  const Duration time = judged.reading.time - frame_->epoch;
  if (judged.verdict == ReadingJudge::Verdict::impossible)
    return break_line(PowerBreakCause::implausible, time, time);
  if (judged.before) {
    if (const auto cause = why_broken(judged)) break_line(*cause, latest_, time);
  }
  if (channel_.is_counter()) {
    add_counts(time, judged.step ? judged.step->counts : 0);
  } else {
    add_power(time, judged.reading.counts);
  }
  latest_ = time;
}

PowerBreak* PowerCurveBuilder::same_break_in_part(PowerBreakCause cause, Duration time) {
  for (Entry& entry : std::views::reverse(entries_)) {
    if (part_of(end_of(entry)) < part_of(time)) break;
    auto* const found = std::get_if<PowerBreak>(&entry);
    if (found != nullptr && found->cause == cause) return found;
  }
  return nullptr;
}

/// Ends the line; it begins anew with the next good reading.
void PowerCurveBuilder::break_line(PowerBreakCause cause, Duration begin, Duration end) {
  if (PowerBreak* const same = same_break_in_part(cause, end)) {
    same->end = end;
    ++same->times;
    sum_ = {};
    summed_ = 0;
  } else {
    flush_power();
    entries_.emplace_back(PowerBreak{cause, begin, end});
  }
  since_.reset();
}

/// A point between new values of the counter that are not closer to each other than a part.
void PowerCurveBuilder::add_counts(Duration time, std::uint64_t counts) {
  if (!since_) {
    since_ = time;
    counts_ = 0;
    return;
  }
  counts_ += counts;
  if (counts_ == 0 || part_of(time) <= part_of(*since_)) return;
  const Energy energy =
      static_cast<double>(counts_) * std::get<Energy>(channel_.unit) / channel_.gain.value;
  entries_.emplace_back(PowerPoint{0.5 * (*since_ + time), energy / (time - *since_)});
  since_ = time;
  counts_ = 0;
}

void PowerCurveBuilder::add_power(Duration time, std::uint64_t counts) {
  if (summed_ > 0 && part_of(time) != part_of(*since_)) flush_power();
  if (summed_ == 0) since_ = time;
  sum_ += static_cast<double>(counts) * std::get<Power>(channel_.unit) / channel_.gain.value;
  ++summed_;
}

void PowerCurveBuilder::flush_power() {
  if (summed_ == 0) return;
  entries_.emplace_back(PowerPoint{0.5 * (*since_ + latest_), sum_ / static_cast<double>(summed_)});
  sum_ = {};
  summed_ = 0;
}

/// With the line broken where a rest begins or ends: between the last reading of the one and the
/// first of the other nothing was measured that belongs to either.
std::vector<PowerCurveBuilder::Entry> PowerCurveBuilder::broken_at_rests() const {
  std::vector<Entry> broken;
  for (const Entry& entry : entries_) {
    for (const Duration edge : frame_->rest_edges) {
      if (!broken.empty() && end_of(broken.back()) < edge && edge < end_of(entry))
        broken.emplace_back(PowerBreak{PowerBreakCause::rest, edge, edge});
    }
    broken.push_back(entry);
  }
  return broken;
}

PowerCurve PowerCurveBuilder::finish() {
  judge_.finish(judged_);
  for (const ReadingJudge::Judged& judged : judged_) take(judged);
  flush_power();
  PowerCurve curve{channel_.id,
                   channel_.component,
                   channel_.label,
                   channel_.scope,
                   channel_.kind,
                   channel_.validity,
                   {}};
  std::vector<PowerSegment>& segments = curve.segments;
  for (Entry& entry : broken_at_rests()) {
    if (auto* const broken = std::get_if<PowerBreak>(&entry)) {
      if (segments.empty() || !segments.back().points.empty()) segments.emplace_back();
      broken->begin = broken->begin - frame_->zero;
      broken->end = broken->end - frame_->zero;
      segments.back().breaks.push_back(*broken);
    } else {
      if (segments.empty()) segments.emplace_back();
      const auto& point = std::get<PowerPoint>(entry);
      segments.back().points.push_back({point.time - frame_->zero, point.power});
    }
  }
  return curve;
}

}  // namespace isojoule::detail
