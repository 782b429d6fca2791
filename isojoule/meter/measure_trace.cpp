#include "isojoule/meter/measure_trace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/meter/channel_integrator.hpp"
#include "isojoule/trace/trace_reader.hpp"

namespace isojoule {
namespace {

// The two clocks are read one after the other; less than this is not a suspend.
constexpr Duration kClockTolerance = 50.0 * millisecond;

/// Keeps one fault of each source and message, and counts the others.
class FaultList {
 public:
  void add(const Fault& fault) {
    const auto same = std::ranges::find_if(entries_, [&fault](const Entry& entry) {
      return entry.fault.source == fault.source && entry.fault.message == fault.message;
    });
    if (same != entries_.end()) {
      ++same->count;
    } else if (entries_.size() < kMaxKinds) {
      entries_.push_back({fault, 1});
    }
  }

  std::vector<Fault> list() const {
    std::vector<Fault> faults;
    for (const auto& [fault, count] : entries_) {
      faults.push_back(fault);
      if (count > 1) faults.back().message += fmt::format(" ({} times)", count);
    }
    return faults;
  }

 private:
  // A backend that words each fault differently must not fill the memory.
  static constexpr std::size_t kMaxKinds = 100;
  struct Entry {
    Fault fault;
    std::size_t count;
  };
  std::vector<Entry> entries_;
};

/// What the first pass finds: everything but the readings.
struct Outline {
  std::optional<Instant> begin;
  std::optional<Instant> end;
  std::optional<Instant> last_poll;
  std::vector<Mark> marks;
  std::optional<TraceClocks> first_clocks;
  std::optional<TraceClocks> last_clocks;
  FaultList faults;

  void operator()(const TracePoll& poll) {
    last_poll = last_poll ? std::max(*last_poll, poll.time) : poll.time;
  }
  void operator()(const Mark& mark) { marks.push_back(mark); }
  void operator()(const Fault& fault) { faults.add(fault); }
  void operator()(const TraceClocks& clocks) {
    if (!first_clocks) first_clocks = clocks;
    last_clocks = clocks;
  }
  void operator()(const TraceCommand& command) {
    (command.edge == TraceCommand::Edge::begin ? begin : end) = command.time;
  }
};

Outline read_outline(const std::filesystem::path& file) {
  TraceReader reader(file);
  Outline outline;
  while (const auto event = reader.next()) std::visit(outline, *event);
  return outline;
}

void note_suspend(Outline& outline) {
  if (!outline.first_clocks) return;
  const auto lag = [](const TraceClocks& clocks) { return clocks.boot - clocks.monotonic; };
  const Duration suspended = lag(*outline.last_clocks) - lag(*outline.first_clocks);
  if (suspended > kClockTolerance)
    outline.faults.add(
        {FaultKind::retry, outline.last_clocks->monotonic, "clock",
         fmt::format("the machine was suspended for {:.1f} s", suspended.in(second))});
}

/// Pairs begin and end marks of a name; the last begin before an end counts. What does not pair is
/// a fault, and a doubt about the window that it may have spoiled.
class MarkPairing {
 public:
  MarkPairing(FaultList& faults, std::vector<Span>& spans) : faults_(faults), spans_(spans) {}

  void take(const Mark& mark) {
    for (const std::string& name : mark.unsent) forget(mark, name);
    if (mark.edge == Mark::Edge::begin) {
      begin(mark);
    } else {
      end(mark);
    }
  }

  std::vector<NamedMeasurement> finish() {
    for (const auto& [name, window] : open_) complain(window.begin, name, "was never ended");
    return std::move(windows_);
  }

 private:
  struct Open {
    Instant begin;
    std::string doubt;
  };

  std::string complain(Instant time, const std::string& name, const std::string& what) {
    faults_.add({FaultKind::retry, time, "marks", "window '" + name + "' " + what});
    return "it " + what;
  }

  /// The sender lost marks of this window: an open one may be another than the next end's.
  void forget(const Mark& mark, const std::string& name) {
    if (name == kEveryWindow) {
      faults_.add({FaultKind::retry, mark.time, "marks", "marks of many windows were lost"});
      open_.clear();
    } else {
      complain(mark.time, name, "lost a mark, because too many were sent at once");
      open_.erase(name);
    }
  }

  void begin(const Mark& mark) {
    Open window{mark.time, ""};
    if (open_.contains(mark.name)) window.doubt = complain(mark.time, mark.name, "was begun twice");
    open_.insert_or_assign(mark.name, window);
  }

  void end(const Mark& mark) {
    const auto begun = open_.find(mark.name);
    if (begun == open_.end()) {
      doubt_last(mark.name, complain(mark.time, mark.name, "was ended without being begun"));
      return;
    }
    if (mark.time < begun->second.begin) {
      complain(mark.time, mark.name, "was ended before it was begun");
    } else {
      windows_.push_back(
          {mark.name, begun->second.begin, {}, mark.attributes, begun->second.doubt});
      spans_.push_back({begun->second.begin, mark.time});
    }
    open_.erase(begun);
  }

  /// This end may be the one that the window before it should have had.
  void doubt_last(const std::string& name, const std::string& doubt) {
    const auto last = std::find_if(windows_.rbegin(), windows_.rend(),
                                   [&name](const auto& window) { return window.name == name; });
    if (last != windows_.rend() && last->doubt.empty()) last->doubt = doubt;
  }

  FaultList& faults_;
  std::vector<Span>& spans_;
  std::map<std::string, Open> open_;
  std::vector<NamedMeasurement> windows_;
};

using Integrators = std::vector<std::vector<ChannelIntegrator>>;  // by source, by channel

Integrators integrate(const std::filesystem::path& file, const std::vector<Span>& spans) {
  TraceReader reader(file);
  Integrators integrators;
  for (const TraceSource& source : reader.header().sources) {
    auto& channels = integrators.emplace_back();
    for (const Channel& channel : source.channels) channels.emplace_back(channel, spans);
  }
  while (const auto event = reader.next()) {
    const auto* poll = std::get_if<TracePoll>(&*event);
    if (poll == nullptr) continue;
    for (std::size_t i = 0; i < poll->samples.size(); ++i)
      integrators[poll->source][i].add(poll->time, poll->samples[i]);
  }
  return integrators;
}

}  // namespace

TraceMeasurement measure_trace(const std::filesystem::path& file) {
  Outline outline = read_outline(file);
  if (!outline.begin)
    throw Error(ErrorCode::bad_input, "in the trace " + file.string() + " no command began");
  note_suspend(outline);

  TraceMeasurement result;
  result.begin = *outline.begin;
  result.ended = outline.end.has_value();
  const Instant end = std::max(
      *outline.begin, result.ended ? *outline.end : outline.last_poll.value_or(*outline.begin));

  std::vector<Span> spans{{result.begin, end, true}};
  MarkPairing pairing(outline.faults, spans);
  for (const Mark& mark : outline.marks) pairing.take(mark);
  result.windows = pairing.finish();
  result.faults = outline.faults.list();

  std::vector<Measurement> measured(spans.size());
  for (std::size_t i = 0; i < spans.size(); ++i)
    measured[i].elapsed = spans[i].end - spans[i].begin;
  for (const auto& source : integrate(file, spans)) {
    for (const ChannelIntegrator& channel : source) {
      std::vector<ChannelEnergy> energies = channel.finish();
      for (std::size_t i = 0; i < spans.size(); ++i)
        measured[i].channels.push_back(std::move(energies[i]));
    }
  }
  result.whole = std::move(measured.front());
  for (std::size_t i = 0; i < result.windows.size(); ++i)
    result.windows[i].measurement = std::move(measured[i + 1]);
  std::ranges::stable_sort(result.windows, {}, &NamedMeasurement::begin);
  return result;
}

}  // namespace isojoule
