#include "isojoule/energy/measure_trace.hpp"

#include <algorithm>
#include <map>

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
void caution_of_suspends(Measurement& measurement, const Span& span,
                         const std::vector<Suspend>& suspends) {
  Duration length{};
  for (const Suspend& suspend : suspends)
    if (span.begin < suspend.time && suspend.time <= span.end) length += suspend.length;
  if (!(length > Duration{})) return;
  for (ChannelEnergy& channel : measurement.channels) {
    if (!channel.caution.empty()) channel.caution += "; ";
    channel.caution +=
        fmt::format("the machine was suspended for {:.1f} s meanwhile", length.in(second));
  }
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
  const Instant end = std::max(
      *outline.begin,
      outline.end
          ? outline.end->time
          : broke_off(outline, TraceReader(file, files).header().period).value_or(*outline.begin));

  std::vector<Span> spans{{result.begin, end, true}};
  detail::MarkPairing pairing(outline.faults, spans);
  for (const Mark& mark : outline.marks) pairing.take(mark);
  result.windows = pairing.finish();
  result.faults = outline.faults.list();

  const std::size_t windows_end = spans.size();
  for (const auto& rest : {outline.rest_before, outline.rest_after})
    if (rest) spans.push_back(*rest);

  detail::TraceChannels channels(files, file, spans);
  std::vector<Measurement> measured = channels.measurements();
  for (std::size_t i = 0; i < spans.size(); ++i)
    caution_of_suspends(measured[i], spans[i], outline.suspends);
  result.whole = std::move(measured.front());
  result.steady = channels.steady_states(result.whole);
  for (std::size_t i = 0; i < result.windows.size(); ++i)
    result.windows[i].measurement = std::move(measured[i + 1]);
  std::ranges::stable_sort(result.windows, {}, &NamedMeasurement::begin);
  if (outline.rest_after) result.idle_after = std::move(measured.back());
  if (outline.rest_before) result.idle_before = std::move(measured[windows_end]);
  return result;
}

}  // namespace isojoule
