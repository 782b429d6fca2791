#include "isojoule/energy/measure_trace.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/energy/channel_integrator.hpp"
#include "isojoule/energy/detail/fault_list.hpp"
#include "isojoule/energy/detail/mark_pairing.hpp"
#include "isojoule/energy/detail/suspend_watch.hpp"
#include "isojoule/energy/detail/trace_channels.hpp"
#include "isojoule/trace/trace_reader.hpp"

namespace isojoule {
namespace {

using detail::Suspend;

/// What the first pass finds: everything but the readings.
struct Outline {
  std::optional<Instant> begin;
  std::optional<TraceCommand> end;
  std::map<std::size_t, Instant> last_reading;  ///< good one, by source
  std::vector<Mark> marks;
  detail::SuspendWatch suspend_watch;
  std::vector<Suspend> suspends;
  std::optional<Instant> resting;
  std::optional<Span> rest_before;  ///< the command
  std::optional<Span> rest_after;
  detail::FaultList faults;

  void operator()(const TracePoll& poll) {
    if (std::ranges::any_of(poll.samples, [](const auto& sample) { return sample.has_value(); }))
      last_reading.insert_or_assign(poll.source, poll.time);
  }
  void operator()(const Mark& mark) { marks.push_back(mark); }
  void operator()(const Fault& fault) { faults.add(fault); }
  void operator()(const TraceClocks& clocks) {
    const auto suspend = suspend_watch.add(clocks);
    if (!suspend) return;
    suspends.push_back(*suspend);
    faults.add({FaultKind::retry, suspend->time, "clock",
                fmt::format("the machine was suspended for {:.1f} s", suspend->length.in(second))});
  }
  void operator()(const TraceRest& rest) {
    if (rest.edge == TraceRest::Edge::begin) {
      resting = rest.time;
    } else if (resting && rest.time >= *resting) {
      (begin ? rest_after : rest_before) = Span{*resting, rest.time};
      resting.reset();
    }
  }
  void operator()(const TraceCommand& command) {
    if (command.edge == TraceCommand::Edge::begin) {
      begin = command.time;
    } else {
      end = command;
    }
  }
};

/// Until when all sources were read that had not fallen silent long before: where the recording
/// broke off. Empty if none was ever read.
std::optional<Instant> broke_off(const Outline& outline, Duration period) {
  const Duration silence = std::max(2.0 * second, 2.0 * period);
  std::optional<Instant> latest;
  for (const auto& [source, time] : outline.last_reading)
    latest = std::max(latest.value_or(time), time);
  std::optional<Instant> end = latest;
  for (const auto& [source, time] : outline.last_reading)
    if (*latest - time <= silence) end = std::min(*end, time);
  return end;
}

Outline read_outline(Files& files, const std::filesystem::path& file) {
  TraceReader reader(file, files);
  Outline outline;
  while (const auto event = reader.next()) std::visit(outline, *event);
  if (reader.passed_over() > 0)
    outline.faults.add({FaultKind::retry, reader.header().epoch, "trace",
                        fmt::format("{} events of a newer isojoule were passed over; update it",
                                    reader.passed_over())});
  return outline;
}

/// The energy of a window that holds a suspend is what the sensors say; whether they saw that time
/// depends on them.
void caution_of_suspends(Measurement& measurement, std::span<const Span> pieces,
                         const std::vector<Suspend>& suspends) {
  Duration length{};
  for (const Suspend& suspend : suspends)
    for (const Span& piece : pieces)
      if (piece.begin < suspend.time && suspend.time <= piece.end) length += suspend.length;
  if (!(length > Duration{})) return;
  for (ChannelEnergy& channel : measurement.channels) {
    if (!channel.caution.empty()) channel.caution += "; ";
    channel.caution +=
        fmt::format("the machine was suspended for {:.1f} s meanwhile", length.in(second));
  }
}

/// What is to be measured: stretches of time, and the windows that are made of them.
class Windows {
 public:
  /// The place of the new window.
  std::size_t add(std::vector<Span> pieces) {
    Pieces places;
    for (const Span& piece : pieces) {
      places.push_back(spans_.size());
      spans_.push_back(piece);
    }
    return add(std::move(places));
  }
  std::size_t add(Pieces places) {
    windows_.push_back(std::move(places));
    return windows_.size() - 1;
  }

  const std::vector<Span>& spans() const { return spans_; }
  const std::vector<Pieces>& windows() const { return windows_; }
  const Pieces& places(std::size_t window) const { return windows_[window]; }
  std::vector<Span> pieces(std::size_t window) const {
    std::vector<Span> pieces;
    for (const std::size_t place : windows_[window]) pieces.push_back(spans_[place]);
    return pieces;
  }

 private:
  std::vector<Span> spans_;
  std::vector<Pieces> windows_;
};

/// A window of the trace, and its place among those to be measured.
struct Placed {
  detail::MarkedWindow marked;
  std::size_t window;
};

/// The windows of each name that several have, as one, in the order of their first begin.
std::vector<Placed> sums_of(const std::vector<Placed>& placed, Windows& windows) {
  std::vector<Placed> sums;
  std::map<std::string, std::vector<const Placed*>> by_name;
  for (const Placed& window : placed) by_name[window.marked.name].push_back(&window);
  for (const Placed& first : placed) {
    const auto& same = by_name.at(first.marked.name);
    if (same.size() < 2 || same.front() != &first || first.marked.name == kBlockWindow) continue;
    Placed sum{{first.marked.name, {}, {}, ""}, 0};
    Pieces places;
    for (const Placed* window : same) {
      std::ranges::copy(windows.places(window->window), std::back_inserter(places));
      if (sum.marked.doubt.empty()) sum.marked.doubt = window->marked.doubt;
    }
    sum.window = windows.add(std::move(places));
    sums.push_back(std::move(sum));
  }
  return sums;
}

/// When the command ended, or what is known of it did.
Instant end_of(const Outline& outline, Duration period) {
  return std::max(*outline.begin, outline.end
                                      ? outline.end->time
                                      : broke_off(outline, period).value_or(*outline.begin));
}

std::vector<Placed> place_marked(Outline& outline, Windows& windows) {
  detail::MarkPairing pairing(outline.faults);
  for (const Mark& mark : outline.marks) pairing.take(mark);
  std::vector<Placed> placed;
  for (detail::MarkedWindow& marked : pairing.finish()) {
    const std::size_t window = windows.add(marked.pieces);
    placed.push_back({std::move(marked), window});
  }
  std::ranges::stable_sort(placed, {},
                           [](const Placed& window) { return window.marked.pieces.front().begin; });
  return placed;
}

}  // namespace

TraceMeasurement measure_trace(const std::filesystem::path& file, Files& files,
                               const std::optional<TraceCommand>& seen_end) {
  Outline outline = read_outline(files, file);
  if (!outline.end) outline.end = seen_end;
  if (!outline.begin)
    throw Error(ErrorCode::bad_input, "in the trace " + file.string() + " no command started");

  TraceMeasurement result;
  result.begin = *outline.begin;
  result.ended = outline.end.has_value();
  if (outline.end) {
    result.exit_code = outline.end->exit_code;
    result.signal = outline.end->signal;
  }
  Windows windows;
  const Instant end = end_of(outline, TraceReader(file, files).header().period);
  const std::size_t whole = windows.add({Span{result.begin, end, true}});
  const std::vector<Placed> marked = place_marked(outline, windows);
  const std::vector<Placed> sums = sums_of(marked, windows);
  const auto place_rest = [&windows](const std::optional<Span>& rest) {
    return rest ? std::optional(windows.add({*rest})) : std::nullopt;
  };
  const auto before = place_rest(outline.rest_before);
  const auto after = place_rest(outline.rest_after);
  result.faults = outline.faults.list();

  detail::TraceChannels channels(files, file, windows.spans());
  std::vector<Measurement> measured = channels.measurements(windows.windows());
  for (std::size_t i = 0; i < measured.size(); ++i)
    caution_of_suspends(measured[i], windows.pieces(i), outline.suspends);
  const auto named = [&](const Placed& placed) {
    std::vector<Span> pieces = windows.pieces(placed.window);
    const Instant begin = pieces.front().begin;
    return NamedMeasurement{placed.marked.name,       begin,
                            measured[placed.window],  std::move(pieces),
                            placed.marked.attributes, placed.marked.doubt};
  };
  result.whole = measured[whole];
  result.steady = channels.steady_states(result.whole);
  for (const Placed& placed : marked) result.windows.push_back(named(placed));
  for (const Placed& placed : sums) result.sums.push_back(named(placed));
  if (before) result.idle_before = measured[*before];
  if (after) result.idle_after = measured[*after];
  return result;
}

}  // namespace isojoule
