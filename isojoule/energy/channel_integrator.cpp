#include "isojoule/energy/channel_integrator.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace isojoule {
namespace {

// Of a span. More than this that no value tells of is not made up by the power before it.
constexpr double kMaxUnshown = 0.5;
// Refreshes over which the power at the end is taken.
constexpr double kRecent = 4.0;

std::vector<Instant> begins(const std::vector<Span>& spans) {
  std::vector<Instant> begins;
  for (const Span& span : spans) begins.push_back(span.begin);
  return begins;
}

/// Until when steps count for each: its end, if steps are divided at all.
std::vector<Instant> untils(const std::vector<Span>& spans, bool divided) {
  std::vector<Instant> untils;
  for (const Span& span : spans)
    untils.push_back(span.whole_command && !divided ? Instant::max() : span.end);
  return untils;
}

/// The share of a segment's energy that lies before `place` in it, if the power is the neighbours'
/// on either side, but for a difference that is spread evenly.
Power mean_before(const Segment& segment, const Neighbours& neighbours, double place) {
  const Power mean = segment.mean();
  const Power before = neighbours.before != nullptr ? neighbours.before->mean() : mean;
  const Power after = neighbours.after != nullptr ? neighbours.after->mean() : mean;
  return std::clamp(place * (mean + (1.0 - place) * (before - after)), Power{}, mean);
}

/// The energy of the part of a segment from `begin` to `end`, edges being moments of change.
Energy energy_at_edge(const Segment& segment, const Neighbours& neighbours, Instant begin,
                      Instant end) {
  const bool ends_within = end < segment.end;
  if (!segment.is_mean) return (ends_within ? segment.first : segment.last) * (end - begin);
  const double place = ((ends_within ? end : begin) - segment.begin) / segment.length();
  const Power before = mean_before(segment, neighbours, place);
  return (ends_within ? before : segment.mean() - before) * segment.length();
}

/// The same on the straight line: its value in the middle of the part, times the part's length.
Energy energy_on_line(const Segment& segment, Instant begin, Instant end) {
  const double middle =
      ((begin - segment.begin) + (end - segment.begin)) / (2.0 * segment.length());
  return (segment.first + (segment.last - segment.first) * middle) * (end - begin);
}

}  // namespace

ChannelIntegrator::ChannelIntegrator(Channel channel, const std::vector<Span>& spans)
    : channel_(std::move(channel)),
      readings_(begins(spans), untils(spans, !is_for_whole_command())),
      segments_(begins(spans), untils(spans, !is_for_whole_command())),
      judge_(channel_),
      segmenter_(channel_),
      standstill_(channel_) {
  spans_.reserve(spans.size());
  for (const Span& span : spans) {
    Progress progress;
    progress.span = span;
    progress.length = span.end - span.begin;
    if (is_for_whole_command() && !span.whole_command)
      progress.broken = "speaks only for the whole command";
    spans_.push_back(std::move(progress));
  }
}

/// Counts a reading for the spans that hold its moment.
void ChannelIntegrator::count_at(Instant time, std::size_t ChannelEnergy::* what) {
  readings_.moment(time, [&](std::size_t place) {
    Progress& progress = spans_[place];
    if (progress.span.end >= time) ++(progress.result.*what);
  });
}

void ChannelIntegrator::add(Instant time, Sample sample) {
  if (!sample) return count_at(time, &ChannelEnergy::failed);
  judge_.add({time, *sample}, judged_);
  for (const ReadingJudge::Judged& judged : judged_) take(judged);
}

void ChannelIntegrator::take(const ReadingJudge::Judged& judged) {
  const Instant time = judged.reading.time;
  if (judged.verdict == ReadingJudge::Verdict::impossible)
    return count_at(time, &ChannelEnergy::impossible);
  if (judged.verdict == ReadingJudge::Verdict::late) return;
  segmenter_.add(judged, completed_);
  if (!judged.before) return count_at(time, &ChannelEnergy::samples);
  count_reading(judged.before->time, time);
  standstill_.add(*judged.before, judged.reading);
  for (const Segment& segment : completed_) push(segment);
}

void ChannelIntegrator::count_reading(Instant before, Instant time) {
  readings_.stretch(before, time, [&](std::size_t place, Instant, Instant) {
    ChannelEnergy& result = spans_[place].result;
    if (result.samples == 0) ++result.samples;  // the neighbour before it
    ++result.samples;
    result.longest_gap = std::max(result.longest_gap, time - before);
  });
}

/// A segment's edges are judged by its neighbours, so each waits for the next.
void ChannelIntegrator::push(const Segment& segment) {
  if (pending_) emit(&segment);
  pending_ = segment;
}

/// Gives the pending segment to the spans and makes it the one before.
void ChannelIntegrator::emit(const Segment* after) {
  const Segment segment = *std::exchange(pending_, std::nullopt);
  const auto known = [](const Segment* neighbour) {
    return neighbour != nullptr && neighbour->unknown.empty() ? neighbour : nullptr;
  };
  const Neighbours neighbours{known(before_ ? &*before_ : nullptr), known(after)};
  segments_.stretch(segment.begin, segment.end, [&](std::size_t place, Instant begin, Instant end) {
    add_part(spans_[place], segment, neighbours, begin, end);
  });
  before_ = segment;
  if (segment.unknown.empty()) remember(segment);
}

/// Keeps energy and length of the last kRecent refreshes, of older ones the share that is left.
void ChannelIntegrator::remember(const Segment& segment) {
  const Duration wanted = kRecent * channel_.refresh.value_or(Duration{});
  const Duration room = std::max(Duration{}, wanted - segment.length());
  const double kept = recent_length_ > room ? room / recent_length_ : 1.0;
  recent_ = kept * recent_ + segment.mean() * segment.length();
  recent_length_ = kept * recent_length_ + segment.length();
}

Power ChannelIntegrator::recent_power() const {
  return recent_length_ > Duration{} ? recent_ / recent_length_ : Power{};
}

void ChannelIntegrator::add_part(Progress& progress, const Segment& segment,
                                 const Neighbours& neighbours, Instant begin, Instant end) {
  ChannelEnergy& result = progress.result;
  if (segment.wrap) ++result.wraps;
  if (segment.reset) ++result.resets;
  if (!segment.unknown.empty()) {
    progress.broken = segment.unknown;
    return;
  }
  const Span& span = progress.span;
  const bool begins_within = span.begin > segment.begin;
  const bool ends_within = span.end < segment.end;
  if (is_for_whole_command()) {
    progress.sum += segment.mean() * segment.length();
    return;
  }
  if (!channel_.refresh || begins_within == ends_within) {
    progress.sum += energy_on_line(segment, begin, end);
  } else {
    progress.sum += energy_at_edge(segment, neighbours, begin, end);
  }
  progress.evidence.add(segment, end - begin);
  if (span.begin >= segment.begin) {
    progress.sum += smear(channel_, neighbours);
    progress.evidence.begin_in(channel_, segment, neighbours, span.begin);
  }
  if (span.end <= segment.end) {
    progress.sum += -smear(channel_, neighbours);
    progress.evidence.end_in(channel_, segment, neighbours, span.end);
  }
  if (channel_.is_power() && segment.length() > kMaxPowerGap) progress.unseen += end - begin;
}

/// What the last values do not tell of yet, at the power of the last few refreshes: that of the
/// last alone depends on where in it the two renewals are thought to be.
void ChannelIntegrator::extend(Progress& progress) const {
  if (!before_ || is_for_whole_command() || before_->end >= progress.span.end) return;
  const Duration missing = unshown(progress.span);
  progress.sum += recent_power() * missing;
  progress.evidence.end_after(*before_, missing);
}

/// Why the energy of a piece of the window is not known; empty: it is.
std::string ChannelIntegrator::why_missing(const Progress& window, const Progress& piece,
                                           bool unused) const {
  const Span& span = piece.span;
  if (!piece.broken.empty()) return piece.broken;
  if (!segmenter_.last_reading()) return "no reading succeeded";
  if (*segmenter_.first_reading() > span.begin) return "no reading before the window started";
  if (*segmenter_.last_reading() < span.end) return "no reading after the window ended";
  if (window.unseen > kMaxUnseen * window.length)
    return fmt::format("no reading of power for {:.1f} s of {:.1f} s", window.unseen.in(second),
                       window.length.in(second));
  if (is_for_whole_command() || piece.length == Duration{}) return {};
  std::string still = standstill_.why_missing(span.begin, span.end);
  if (!still.empty() && !(unused && channel_.is_power())) return still;
  if (!before_) return "the sensor showed no second value";
  if (!before_->unknown.empty() && before_->end < span.end) return before_->unknown;
  if (channel_.refresh && !segmenter_.is_faster_than_said() &&
      unshown(span) > kMaxUnshown * piece.length)
    return fmt::format(
        "it ended before the sensor showed it, whose values come every {:.3g} ms and "
        "{:.3g} ms late: --settle waits for them",
        channel_.refresh->in(millisecond), channel_.lag.in(millisecond));
  return {};
}

/// The part of a span that the last value does not tell of.
Duration ChannelIntegrator::unshown(const Span& span) const {
  return before_->end < span.end ? span.end - std::max(before_->end, span.begin) : Duration{};
}

std::string ChannelIntegrator::caution(Duration length, std::size_t pieces) const {
  if (channel_.kind == Kind::modelled) return {};  // there is no sensor to be waited for
  const auto observed = segmenter_.observer().refresh();
  const auto needed = quotable_length(channel_, observed, pieces);
  if (!needed || length >= *needed) return {};
  const Duration refresh = observed ? *observed : *channel_.refresh;
  const Duration averaging = channel_.averaging.value_or(Duration{});
  const std::string sensor =
      averaging > refresh
          ? fmt::format("meter that shows the mean over {:.3g} s", averaging.in(second))
          : fmt::format("{} that is renewed every {:.3g} ms",
                        channel_.is_counter() ? "counter" : "meter", refresh.in(millisecond));
  const std::string parts = pieces > 1 ? fmt::format(" in {} pieces", pieces) : "";
  return fmt::format("{:.2g} s{} is too short for a {}: {:.2g} s or more", length.in(second), parts,
                     sensor, needed->in(second));
}

void ChannelIntegrator::join(Progress& window, const Progress& piece) {
  ChannelEnergy& sum = window.result;
  sum.samples += piece.result.samples;
  sum.failed += piece.result.failed;
  sum.wraps += piece.result.wraps;
  sum.resets += piece.result.resets;
  sum.impossible += piece.result.impossible;
  sum.longest_gap = std::max(sum.longest_gap, piece.result.longest_gap);
  window.sum += piece.sum;
  window.length += piece.length;
  window.unseen += piece.unseen;
  window.evidence.join(piece.evidence);
}

/// Of a window, after the last reading.
ChannelEnergy ChannelIntegrator::energy_of(const Pieces& pieces, bool unused) const {
  Progress window = spans_[pieces.front()];
  for (std::size_t i = 1; i < pieces.size(); ++i) join(window, spans_[pieces[i]]);
  ChannelEnergy result = std::move(window.result);
  result.channel = channel_;
  result.refresh = segmenter_.observer().refresh();
  for (const std::size_t place : pieces) {
    result.reason = why_missing(window, spans_[place], unused);
    if (!result.reason.empty()) return result;
  }
  result.energy = window.sum / channel_.gain.value;
  result.caution = caution(window.length, pieces.size());
  if (channel_.kind == Kind::modelled) return result;
  if (!channel_.caveat.empty()) {
    const std::string caveat = "it has no interval: " + channel_.caveat;
    result.caution += (result.caution.empty() ? "" : "; ") + caveat;
    return result;
  }
  result.uncertainty = window.evidence.budget(channel_, window.length, *result.energy);
  return result;
}

std::vector<ChannelEnergy> ChannelIntegrator::finish() const {
  std::vector<Pieces> each;
  for (std::size_t place = 0; place < spans_.size(); ++place) each.push_back({place});
  return finish(each);
}

std::vector<ChannelEnergy> ChannelIntegrator::finish(const std::vector<Pieces>& windows,
                                                     const std::vector<bool>& unused) const {
  ChannelIntegrator all = *this;
  all.judge_.finish(all.judged_);
  for (const ReadingJudge::Judged& judged : all.judged_) all.take(judged);
  if (all.pending_) all.emit(nullptr);
  for (Progress& progress : all.spans_) all.extend(progress);
  std::vector<ChannelEnergy> results;
  results.reserve(windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i)
    results.push_back(all.energy_of(windows[i], i < unused.size() && unused[i]));
  return results;
}

}  // namespace isojoule
