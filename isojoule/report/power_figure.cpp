#include "isojoule/report/power_figure.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/trace/trace_reader.hpp"

namespace isojoule {
namespace {

constexpr const char* kAtRest = "at rest";

using Number = std::optional<double>;

/// A stretch that is shaded; seconds since the trace's epoch.
struct Span {
  std::string what;
  double begin;
  double end;
  std::string note;
};

/// What must be known before powers can be put into bins.
struct Outline {
  double first = 0.0;
  double last = 0.0;
  double zero = 0.0;  ///< the command's begin
  std::vector<Span> spans;
};

/// Longer without a reading is a gap: many times what was asked for.
double gap_limit(const TraceHeader& header) {
  constexpr double kPeriods = 20.0;
  constexpr double kLeast = 0.5;
  return std::max(kLeast, kPeriods * header.period.in(second));
}

class OutlineReader {
 public:
  explicit OutlineReader(const TraceHeader& header)
      : epoch_(header.epoch), limit_(gap_limit(header)), last_good_(header.sources.size()) {
    for (const TraceSource& source : header.sources) names_.push_back(source.backend);
  }

  void operator()(const TracePoll& poll) {
    const double time = seconds(poll.time);
    see(time);
    if (std::ranges::none_of(poll.samples, [](const auto& sample) { return sample.has_value(); }))
      return;
    Number& before = last_good_[poll.source];
    if (before && time - *before > limit_)
      outline_.spans.push_back(
          {"gap", *before, time, "no reading of " + names_[poll.source] + " that long"});
    before = time;
  }
  void operator()(const Mark& mark) {
    const double time = seconds(mark.time);
    see(time);
    std::vector<double>& begun = open_[mark.name];
    if (mark.edge == Mark::Edge::begin) {
      if (depth_++ == 0) begun.push_back(time);
      return;
    }
    depth_ = std::max(0, depth_ - 1);
    if (depth_ > 0 || begun.empty()) return;  // a window within another would hide it
    outline_.spans.push_back({"window " + mark.name, begun.back(), time, ""});
    begun.pop_back();
  }
  void operator()(const TraceRest& rest) {
    const double time = seconds(rest.time);
    see(time);
    if (rest.edge == TraceRest::Edge::begin) {
      rest_ = time;
    } else if (rest_) {
      outline_.spans.push_back({kAtRest, *rest_, time, ""});
      rest_.reset();
    }
  }
  void operator()(const TraceCommand& command) {
    see(seconds(command.time));
    if (command.edge == TraceCommand::Edge::begin) outline_.zero = seconds(command.time);
  }
  void operator()(const Fault&) {}
  void operator()(const TraceClocks&) {}

  Outline take() { return std::move(outline_); }

 private:
  double seconds(Instant time) const { return (time - epoch_).in(second); }
  void see(double time) {
    outline_.first = any_ ? std::min(outline_.first, time) : time;
    outline_.last = any_ ? std::max(outline_.last, time) : time;
    any_ = true;
  }

  Instant epoch_;
  double limit_;
  bool any_ = false;
  int depth_ = 0;
  Outline outline_;
  std::vector<std::string> names_;
  std::vector<Number> last_good_;
  std::map<std::string, std::vector<double>> open_;
  Number rest_;
};

/// The power of one channel, bin by bin.
class ChannelPower {
 public:
  ChannelPower(const Channel& channel, double begin, double width, double limit)
      : channel_(&channel), begin_(begin), width_(width), limit_(limit) {}

  void add(double time, std::uint64_t counts) {
    channel_->is_counter() ? add_counter(time, counts) : add_power(time, counts);
  }

  struct Point {
    double time;
    Number watts;  ///< empty: the line is broken here
  };
  std::vector<Point> take() {
    flush();
    return std::move(points_);
  }

 private:
  double bin_of(double time) const { return std::floor((time - begin_) / width_); }

  /// Watts between new values of the counter, not closer to each other than a bin.
  void add_counter(double time, std::uint64_t counts) {
    if (!counts_) {
      counts_ = counts;
      since_ = time;
    } else if (time - latest_ > limit_ || (counts < *counts_ && !channel_->range)) {
      points_.push_back({time, {}});
      counts_ = counts;
      since_ = time;
    } else if (counts != *counts_ && bin_of(time) > bin_of(since_)) {
      // A counter that went round; unsigned, so that it comes out right.
      const std::uint64_t round = counts < *counts_ ? *channel_->range : 0;
      const auto steps = static_cast<double>(counts - *counts_ + round);
      const double joules =
          steps * std::get<Energy>(channel_->unit).in(joule) / channel_->gain.value;
      points_.push_back({0.5 * (since_ + time), joules / (time - since_)});
      counts_ = counts;
      since_ = time;
    }
    latest_ = time;
  }

  void add_power(double time, std::uint64_t counts) {
    if (sum_count_ > 0 && bin_of(time) != bin_of(since_)) flush();
    if (any_ && time - latest_ > limit_) points_.push_back({time, {}});
    if (sum_count_ == 0) since_ = time;
    sum_ += static_cast<double>(counts) * std::get<Power>(channel_->unit).in(watt) /
            channel_->gain.value;
    ++sum_count_;
    latest_ = time;
    any_ = true;
  }

  void flush() {
    if (sum_count_ == 0) return;
    points_.push_back({0.5 * (since_ + latest_), sum_ / static_cast<double>(sum_count_)});
    sum_ = 0.0;
    sum_count_ = 0;
  }

  const Channel* channel_;
  double begin_;
  double width_;
  double limit_;
  std::optional<std::uint64_t> counts_;
  double since_ = 0.0;
  double latest_ = 0.0;
  bool any_ = false;
  double sum_ = 0.0;
  std::size_t sum_count_ = 0;
  std::vector<Point> points_;
};

struct ChannelPoints {
  const Channel* channel;
  std::vector<ChannelPower::Point> points;
};

std::vector<ChannelPoints> powers_of(TraceReader& reader, const Outline& outline) {
  const double width =
      std::max(1e-6, (outline.last - outline.first) / static_cast<double>(kPowerBins));
  std::vector<std::vector<std::optional<ChannelPower>>> sources;
  for (const TraceSource& source : reader.header().sources) {
    auto& channels = sources.emplace_back();
    for (const Channel& channel : source.channels) {
      channels.emplace_back();
      if (!channel.is_gauge())
        channels.back().emplace(channel, outline.first, width, gap_limit(reader.header()));
    }
  }
  while (const auto event = reader.next()) {
    const auto* poll = std::get_if<TracePoll>(&*event);
    if (poll == nullptr) continue;
    const double time = (poll->time - reader.header().epoch).in(second);
    for (std::size_t i = 0; i < poll->samples.size(); ++i) {
      auto& power = sources[poll->source][i];
      if (power && poll->samples[i]) power->add(time, *poll->samples[i]);
    }
  }
  std::vector<ChannelPoints> result;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    for (std::size_t i = 0; i < sources[s].size(); ++i)
      if (sources[s][i])
        result.push_back({&reader.header().sources[s].channels[i], sources[s][i]->take()});
  }
  return result;
}

/// With the line broken where a rest begins or ends: between the last reading of the one and the
/// first of the other nothing was measured that belongs to either.
std::vector<ChannelPower::Point> broken_at_rests(const std::vector<ChannelPower::Point>& points,
                                                 const Outline& outline) {
  std::vector<double> edges;
  for (const Span& span : outline.spans) {
    if (span.what == kAtRest) edges.insert(edges.end(), {span.begin, span.end});
  }
  std::vector<ChannelPower::Point> broken;
  for (const ChannelPower::Point& point : points) {
    for (const double edge : edges) {
      if (!broken.empty() && broken.back().time < edge && edge < point.time)
        broken.push_back({edge, {}});
    }
    broken.push_back(point);
  }
  return broken;
}

}  // namespace

Figure power_figure(const std::filesystem::path& trace) {
  TraceReader outline_file(trace);
  OutlineReader outline_reader(outline_file.header());
  while (const auto event = outline_file.next()) std::visit(outline_reader, *event);
  const Outline outline = outline_reader.take();

  TraceReader reader(trace);
  DataBuilder data;
  data.text("what", "").number("time_s", "time, s").number("power_w", "power, W");
  data.number("end_s", "until, s").text("note", "");
  TextValues names;
  bool any_modelled = false;
  for (const ChannelPoints& channel : powers_of(reader, outline)) {
    const bool is_modelled = channel.channel->kind == Kind::modelled;
    any_modelled = any_modelled || is_modelled;
    const std::string name = channel.channel->id + (is_modelled ? " (modelled)" : "");
    if (!channel.points.empty()) names.push_back(name);
    for (const ChannelPower::Point& point : broken_at_rests(channel.points, outline))
      data.row({name, Number(point.time - outline.zero), point.watts, Number(), std::string()});
  }
  for (const Span& span : outline.spans) {
    names.push_back(span.what);
    data.row({span.what, Number(span.begin - outline.zero), Number(),
              Number(span.end - outline.zero), span.note});
  }
  Figure figure{"power",
                "Power over time.",
                fmt::format("Means over {} parts of the run at most, of each channel. Shaded: the "
                            "windows that marks set, rests, and gaps between readings.{}",
                            kPowerBins, any_modelled ? " What is modelled was not measured." : ""),
                "Lines of power over time, one for each channel.",
                data.take(),
                {{Glyph::span, "time_s", {}, "end_s", {}, "what"},
                 {Glyph::line, "time_s", "power_w", {}, {}, "what"}},
                {"time, s", Scale::linear, false, true},
                {"power, W", Scale::linear, true}};
  figure.key = Keyring().entries("what", distinct(names));
  return figure;
}

}  // namespace isojoule
