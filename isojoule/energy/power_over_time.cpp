#include "isojoule/energy/power_over_time.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

#include "isojoule/energy/detail/mark_pairing.hpp"
#include "isojoule/energy/detail/power_curve_builder.hpp"
#include "isojoule/energy/detail/suspend_watch.hpp"
#include "isojoule/trace/trace_reader.hpp"

namespace isojoule {
namespace {

/// Longer without a reading is a gap: many times what was asked for.
Duration gap_limit(const TraceHeader& header) {
  constexpr double kPeriods = 20.0;
  constexpr Duration kLeast = 0.5 * second;
  return std::max(kLeast, kPeriods * header.period);
}

/// The first pass: everything but the readings' counts.
class FrameReader {
 public:
  explicit FrameReader(const TraceHeader& header) : last_good_(header.sources.size()) {
    frame_.epoch = header.epoch;
    frame_.gap = gap_limit(header);
    for (const TraceSource& source : header.sources) names_.push_back(source.backend);
  }

  void operator()(const TracePoll& poll) {
    const Duration time = see(poll.time);
    if (std::ranges::none_of(poll.samples, [](const auto& sample) { return sample.has_value(); }))
      return;
    std::optional<Duration>& before = last_good_[poll.source];
    if (before && time - *before > frame_.gap)
      spans_.push_back({RunSpan::What::gap, names_[poll.source], *before, time});
    before = time;
  }
  void operator()(const Mark& mark) {
    see(mark.time);
    pairing_.take(mark);
  }
  void operator()(const TraceRest& rest) {
    const Duration time = see(rest.time);
    if (rest.edge == TraceRest::Edge::begin) {
      rest_ = time;
    } else if (rest_) {
      spans_.push_back({RunSpan::What::rest, "", *rest_, time});
      frame_.rest_edges.insert(frame_.rest_edges.end(), {*rest_, time});
      rest_.reset();
    }
  }
  void operator()(const TraceCommand& command) {
    const Duration time = see(command.time);
    if (command.edge == TraceCommand::Edge::begin) frame_.zero = time;
  }
  void operator()(const TraceClocks& clocks) {
    if (const auto suspend = suspend_watch_.add(clocks)) frame_.suspends.push_back(suspend->time);
  }
  void operator()(const Fault&) {}

  detail::RunFrame frame() {
    // Not 0 for a trace of a single event.
    constexpr Duration kLeast = 1.0 * microsecond;
    frame_.width = std::max(kLeast, (last_ - frame_.first) / static_cast<double>(kPowerParts));
    std::ranges::sort(frame_.suspends);
    return frame_;
  }
  /// On the clock of a PowerOverTime.
  std::vector<RunSpan> spans() {
    add_windows();
    for (RunSpan& span : spans_) {
      span.begin = span.begin - frame_.zero;
      span.end = span.end - frame_.zero;
    }
    return std::move(spans_);
  }

 private:
  /// Those that lie within no other: one within another would hide it. A window does not lie within
  /// one that is paused.
  void add_windows() {
    std::vector<RunSpan> pieces;
    const std::vector<detail::MarkedWindow> windows = pairing_.finish();
    // Of two that are alike the one that ended last holds the other.
    for (const detail::MarkedWindow& window : std::views::reverse(windows))
      for (const Span& piece : window.pieces)
        pieces.push_back({RunSpan::What::window, window.name, piece.begin - frame_.epoch,
                          piece.end - frame_.epoch});
    std::ranges::stable_sort(pieces, [](const RunSpan& a, const RunSpan& b) {
      return a.begin < b.begin || (a.begin == b.begin && a.end > b.end);
    });
    std::optional<Duration> covered;  // until then
    for (RunSpan& piece : pieces) {
      if (covered && piece.end <= *covered) continue;
      covered = piece.end;
      spans_.push_back(std::move(piece));
    }
    std::ranges::stable_sort(spans_, {}, &RunSpan::end);
  }

  Duration see(Instant instant) {
    const Duration time = instant - frame_.epoch;
    frame_.first = any_ ? std::min(frame_.first, time) : time;
    last_ = any_ ? std::max(last_, time) : time;
    any_ = true;
    return time;
  }

  detail::RunFrame frame_;
  Duration last_{};  ///< event
  bool any_ = false;
  std::vector<RunSpan> spans_;
  std::vector<std::string> names_;
  std::vector<std::optional<Duration>> last_good_;
  detail::FaultList ignored_;  ///< measure_trace reports them
  detail::MarkPairing pairing_{ignored_};
  std::optional<Duration> rest_;
  detail::SuspendWatch suspend_watch_;
};

/// The second pass.
std::vector<PowerCurve> curves_of(const std::filesystem::path& trace,
                                  const detail::RunFrame& frame) {
  TraceReader reader(trace);
  std::vector<std::vector<std::optional<detail::PowerCurveBuilder>>> sources;
  for (const TraceSource& source : reader.header().sources) {
    auto& builders = sources.emplace_back();
    for (const Channel& channel : source.channels) {
      builders.emplace_back();
      if (!channel.is_gauge()) builders.back().emplace(channel, frame);
    }
  }
  while (const auto event = reader.next()) {
    const auto* const poll = std::get_if<TracePoll>(&*event);
    if (poll == nullptr) continue;
    for (std::size_t i = 0; i < poll->samples.size(); ++i) {
      auto& builder = sources[poll->source][i];
      if (builder && poll->samples[i]) builder->add(poll->time, *poll->samples[i]);
    }
  }
  std::vector<PowerCurve> curves;
  for (auto& builders : sources) {
    for (auto& builder : builders)
      if (builder) curves.push_back(builder->finish());
  }
  return curves;
}

}  // namespace

PowerOverTime power_over_time(const std::filesystem::path& trace) {
  TraceReader reader(trace);
  FrameReader frame_reader(reader.header());
  while (const auto event = reader.next()) std::visit(frame_reader, *event);
  const detail::RunFrame frame = frame_reader.frame();
  return {curves_of(trace, frame), frame_reader.spans()};
}

}  // namespace isojoule
