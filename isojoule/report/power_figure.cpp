#include "isojoule/report/power_figure.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/data_builder.hpp"

namespace isojoule {
namespace {

using Number = std::optional<double>;

// More of one channel and cause make a caption unreadable; the data hold all.
constexpr std::size_t kMaxNamedBreaks = 3;

// What the figure does not show by shading.
constexpr std::array kNamedCauses{PowerBreakCause::reset, PowerBreakCause::wraps,
                                  PowerBreakCause::jump, PowerBreakCause::implausible,
                                  PowerBreakCause::suspend};

/// Empty for causes that the figure shows by shading.
std::string cause_text(PowerBreakCause cause) {
  switch (cause) {
    case PowerBreakCause::reset:
      return "the counter was reset";
    case PowerBreakCause::wraps:
      return "the counter may have wrapped more than once";
    case PowerBreakCause::jump:
      return "the counter jumped by more than the device can use";
    case PowerBreakCause::implausible:
      return "a reading that no real power can explain was left out";
    case PowerBreakCause::suspend:
      return "the machine was suspended";
    case PowerBreakCause::gap:
    case PowerBreakCause::rest:
      break;
  }
  return {};
}

std::string span_text(const RunSpan& span) {
  switch (span.what) {
    case RunSpan::What::window:
      return "window " + span.name;
    case RunSpan::What::rest:
      return "idle";
    case RunSpan::What::gap:
      break;
  }
  return "gap";
}

std::string name_of(const PowerCurve& curve) {
  return curve.channel + (curve.kind == Kind::modelled ? " (modelled)" : "");
}

bool has_points(const PowerCurve& curve) {
  return std::ranges::any_of(curve.segments,
                             [](const PowerSegment& segment) { return !segment.points.empty(); });
}

void add_rows(DataBuilder& data, const PowerCurve& curve) {
  const std::string name = name_of(curve);
  for (const PowerSegment& segment : curve.segments) {
    for (const PowerBreak& broken : segment.breaks)
      data.row({name, Number(broken.end.in(second)), Number(), Number(), cause_text(broken.cause)});
    for (const PowerPoint& point : segment.points)
      data.row({name, Number(point.time.in(second)), Number(point.power.in(watt)), Number(),
                std::string()});
  }
}

void add_row(DataBuilder& data, const RunSpan& span) {
  const bool is_gap = span.what == RunSpan::What::gap;
  data.row({span_text(span), Number(span.begin.in(second)), Number(), Number(span.end.in(second)),
            is_gap ? "no reading of " + span.name + " that long" : std::string()});
}

/// Where a curve is broken for one cause: "rapl:package-0 at 1.20 s (the counter was reset)"; empty
/// if it is not.
std::string breaks_text(const PowerCurve& curve, PowerBreakCause cause) {
  std::vector<std::string> times;
  std::size_t count = 0;
  for (const PowerSegment& segment : curve.segments) {
    for (const PowerBreak& broken : segment.breaks) {
      if (broken.cause != cause) continue;
      count += broken.times;
      if (times.size() < kMaxNamedBreaks)
        times.push_back(fmt::format("{:.2f} s", broken.end.in(second)));
    }
  }
  if (times.empty()) return {};
  const std::string more =
      count > times.size() ? fmt::format(" and {} times more", count - times.size()) : "";
  return fmt::format("{} at {}{} ({})", curve.channel, fmt::join(times, ", "), more,
                     cause_text(cause));
}

std::string breaks_text(const std::vector<PowerCurve>& curves) {
  std::vector<std::string> texts;
  for (const PowerCurve& curve : curves) {
    for (const PowerBreakCause cause : kNamedCauses) {
      if (std::string text = breaks_text(curve, cause); !text.empty())
        texts.push_back(std::move(text));
    }
  }
  if (texts.empty()) return {};
  return fmt::format(" A line breaks where nothing is known: {}.", fmt::join(texts, "; "));
}

std::string absences_text(const std::vector<PowerCurve>& curves) {
  std::string text;
  for (const PowerCurve& curve : curves) {
    if (has_points(curve)) continue;
    if (curve.validity == Validity::whole_command) {
      text +=
          fmt::format(" {} has no line: it is known for the whole command only.", curve.channel);
    } else if (!curve.segments.empty()) {
      text += fmt::format(" {} has no line: nothing is known between its readings.", curve.channel);
    }
  }
  return text;
}

std::string caption_of(const PowerOverTime& power) {
  const bool any_modelled = std::ranges::any_of(
      power.curves, [](const PowerCurve& curve) { return curve.kind == Kind::modelled; });
  return fmt::format(
      "Means over {} parts of the run at most, of each channel. Shaded: the windows "
      "that marks set, rests, and gaps between readings.{}{}{}",
      kPowerParts, breaks_text(power.curves), absences_text(power.curves),
      any_modelled ? " What is modelled was not measured." : "");
}

}  // namespace

Figure power_figure(const PowerOverTime& power) {
  DataBuilder data;
  data.text("what", "").number("time_s", "time, s").number("power_w", "power, W");
  data.number("end_s", "until, s").text("note", "");
  TextValues names;
  for (const PowerCurve& curve : power.curves) {
    if (has_points(curve)) names.push_back(name_of(curve));
    add_rows(data, curve);
  }
  for (const RunSpan& span : power.spans) {
    names.push_back(span_text(span));
    add_row(data, span);
  }
  Figure figure{"power",
                "Power over time.",
                caption_of(power),
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
