#include "isojoule/energy/segmenter.hpp"

#include <algorithm>
#include <numbers>

#include <fmt/format.h>

namespace isojoule {
namespace {

// A value that lasts longer than this many refreshes was renewed; less may be a late renewal.
constexpr double kStale = 1.5;
// Between readings further apart than this many refreshes there was one.
constexpr double kOneRefresh = 0.75;
// Readings this much further apart than usual are a gap.
constexpr double kGap = 2.5;
// Readings closer than this share of a refresh tell whether a counter is renewed faster: it rose by
// what flows in that time then, and by ten times as much if it is not. A load that ends in
// between seldom falls to less than a sixth.
constexpr double kHaste = 0.1;
constexpr double kHastyRise = 1.5;

constexpr const char* kReset = "the counter was reset within the window";

}  // namespace

Segmenter::Segmenter(const Channel& channel) : channel_(channel), observer_(channel.is_counter()) {}

/// A counter that is slower than its data say must not be taken for standing still in between.
Duration Segmenter::refresh() const {
  const Duration known = channel_.refresh.value_or(Duration{});
  if (fastest_) return *fastest_;
  return channel_.is_counter() ? std::max(known, observer_.refresh().value_or(known)) : known;
}

/// Whether a value is the mean over just the time since the one before it.
bool Segmenter::is_held() const {
  if (!channel_.refresh || !channel_.averaging) return false;
  const double share = *channel_.averaging / *channel_.refresh;
  return share > 0.9 && share < 1.1;
}

/// How long before its renewal the moment lies at which a value's segment ends.
Duration Segmenter::delay() const {
  if (!channel_.is_power() || !is_ticked()) return channel_.lag;
  const Duration half = channel_.averaging.value_or(Duration{}) / 2.0;
  const Duration middle = std::max(channel_.lag, half);
  return is_held() ? middle - half : middle;
}

/// `before`: the last reading of the value before, if there was one.
Segmenter::Knot Segmenter::knot(std::optional<Instant> before, const Reading& reading) const {
  if (!is_ticked()) return {reading.time + -delay(), Duration{}, reading.counts};
  Duration width = refresh();
  if (before) width = std::min(width, reading.time - *before);
  return {reading.time + -(delay() + width / 2.0), width / (2.0 * std::numbers::sqrt3),
          reading.counts};
}

void Segmenter::add(const ReadingJudge::Judged& taken, std::vector<Segment>& segments) {
  segments.clear();
  last_ = taken.reading.time;
  if (!taken.before) {
    first_ = last_;
    knot_ = knot(std::nullopt, taken.reading);
  } else if (taken.step) {
    step_counter(*taken.before, taken.reading, *taken.step, segments);
  } else {
    step_power(*taken.before, taken.reading, segments);
  }
}

void Segmenter::take(const Reading& from, const Reading& to) {
  observer_.add(to.time - from.time, to.counts != from.counts);
}

/// The moment that `to` tells of, which shows a value that came after the knot's.
Segmenter::Knot Segmenter::next_knot(const Reading& from, const Reading& to) const {
  const Duration interval = refresh();
  if (!is_ticked() || to.counts != from.counts || to.time - from.time > kOneRefresh * interval)
    return knot(from.time, to);
  // Nobody saw the renewal: it came a refresh after the last.
  return {knot_->time + interval, knot_->standard, to.counts};
}

/// Whether `to` shows a value that came after the knot's. One that is the same may have.
bool Segmenter::is_renewed(const Reading& from, const Reading& to) const {
  if (!is_ticked() || to.counts != from.counts) return true;
  // A power is often the same twice; a counter that goes on never is.
  if (channel_.is_power() && to.time - from.time > kOneRefresh * refresh()) return true;
  return to.time - knot_->time > kStale * refresh() + (to.time - knot(from.time, to).time);
}

Segment Segmenter::between(const Knot& from, const Knot& to) const {
  Segment segment;
  segment.begin = from.time;
  segment.end = to.time;
  segment.begin_standard = from.standard;
  segment.end_standard = to.standard;
  return segment;
}

/// Whether the step is far too small for a counter that is only renewed each T: it would then have
/// risen by what flows in T, whatever the time between the readings.
bool Segmenter::shows_haste(const Reading& from, const Reading& to) const {
  const Duration elapsed = to.time - from.time;
  if (!is_ticked() || !counted_ || to.counts <= from.counts || elapsed > kHaste * refresh())
    return false;
  const Energy rise =
      static_cast<double>(to.counts - from.counts) * std::get<Energy>(channel_.unit);
  return rise / elapsed < kHastyRise * *counted_;
}

/// Takes the counter for one that is renewed within the time between the two readings.
void Segmenter::hasten(const Reading& from, const Reading& to, std::vector<Segment>& segments) {
  fastest_ = to.time - from.time;
  const Knot placed = knot(std::nullopt, from);
  if (placed.time <= knot_->time) return;
  Segment segment = between(*knot_, placed);
  segment.first = segment.last = *counted_;
  segment.is_mean = true;
  segments.push_back(std::move(segment));
  knot_ = placed;
}

void Segmenter::step_counter(const Reading& from, const Reading& to, const CounterDelta& delta,
                             std::vector<Segment>& segments) {
  const bool renewed = is_renewed(from, to);
  take(from, to);
  if (!renewed) return;
  if (delta.energy && shows_haste(from, to)) hasten(from, to, segments);
  const Knot next = next_knot(from, to);
  Segment segment = between(*knot_, next);
  knot_ = next;
  if (delta.step == CounterStep::reset) reset_at_ = to.time;
  if (delta.energy && reset_at_ && segment.begin < *reset_at_) {
    segment.unknown = kReset;
  } else if (delta.energy) {
    segment.first = segment.last = *delta.energy / segment.length();
    counted_ = segment.first;
    segment.is_mean = true;
    segment.wrap = delta.step == CounterStep::wrap;
  } else if (delta.step == CounterStep::reset) {
    segment.reset = true;
    segment.unknown = kReset;
  } else if (delta.step == CounterStep::ambiguous) {
    segment.unknown =
        fmt::format("no reading for {:.0f} s, in which the counter may have wrapped more than once",
                    (to.time - from.time).in(second));
  } else {
    segment.unknown = "the counter jumped by more than the device can use";
  }
  segments.push_back(std::move(segment));
}

void Segmenter::step_power(const Reading& from, const Reading& to, std::vector<Segment>& segments) {
  const auto power = [this](std::uint64_t counts) {
    return static_cast<double>(counts) * std::get<Power>(channel_.unit);
  };
  const std::optional<Duration> usual = observer_.reading_interval();
  const bool renewed = is_renewed(from, to);
  const Duration interval = refresh();
  take(from, to);
  if (!renewed) return;
  const auto join = [&](const Knot& next) {
    Segment segment = between(*knot_, next);
    const Duration length = segment.length();
    const bool whole = is_held() && length <= kStale * interval;
    segment.first = power(whole ? next.counts : knot_->counts);
    segment.last = power(next.counts);
    segment.is_mean = whole;
    segment.gap = usual && to.time - from.time > kGap * *usual && length > kGap * interval;
    segments.push_back(std::move(segment));
    knot_ = next;
  };
  const Knot next = next_knot(from, to);
  // The value before was seen up to now, so it was renewed, the same, a refresh ago.
  const Instant repeated = next.time + -interval;
  if (is_ticked() && to.time - from.time < interval &&
      repeated - knot_->time > interval * (kStale - 1.0))
    join({repeated, next.standard, from.counts});
  join(next);
}

}  // namespace isojoule
