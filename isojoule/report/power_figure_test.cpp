#include "isojoule/report/power_figure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;
using Cause = PowerBreakCause;

PowerBreak broken(Cause cause, double end, std::size_t times = 1) {
  return {cause, (end - 0.1) * second, end * second, times};
}

PowerSegment segment(std::vector<PowerBreak> breaks, const std::vector<double>& times) {
  PowerSegment segment{std::move(breaks), {}};
  for (const double time : times) segment.points.push_back({time * second, 20.0 * watt});
  return segment;
}

PowerCurve curve(const std::string& channel, std::vector<PowerSegment> segments) {
  PowerCurve curve;
  curve.channel = channel;
  curve.segments = std::move(segments);
  return curve;
}

const NumberValues& numbers(const Figure& figure, const std::string& column) {
  return figure.data->column(column).numbers();
}

const std::string kUsual =
    "Means over 400 parts of the run at most, of each channel. Shaded: the windows that marks set, "
    "rests, and gaps between readings.";

TEST(PowerFigure, ALineForEachChannel) {
  PowerOverTime power;
  power.curves = {curve("rapl:package-0", {segment({}, {-0.5, 0.5})}),
                  curve("nvml:GPU-1:power", {segment({}, {0.25})})};
  const Figure figure = power_figure(power);
  EXPECT_THAT(figure.data->column("what").texts(),
              ElementsAre("rapl:package-0", "rapl:package-0", "nvml:GPU-1:power"));
  EXPECT_THAT(numbers(figure, "time_s"), ElementsAre(-0.5, 0.5, 0.25));
  EXPECT_THAT(numbers(figure, "power_w"), ElementsAre(20.0, 20.0, 20.0));
  EXPECT_THAT(figure.data->column("note").texts(), ElementsAre("", "", ""));
  EXPECT_EQ(figure.caption, kUsual);
  ASSERT_EQ(figure.key.size(), 2u);
}

TEST(PowerFigure, WhereNothingIsKnownTheLineBreaksAndTheCaptionSaysWhy) {
  PowerOverTime power;
  power.curves = {curve("rapl:package-0",
                        {segment({}, {1.0, 1.1}), segment({broken(Cause::reset, 1.2)}, {1.3})})};
  const Figure figure = power_figure(power);
  EXPECT_THAT(numbers(figure, "time_s"), ElementsAre(1.0, 1.1, 1.2, 1.3));
  EXPECT_THAT(numbers(figure, "power_w"), ElementsAre(20.0, 20.0, std::nullopt, 20.0));
  EXPECT_THAT(figure.data->column("note").texts(),
              ElementsAre("", "", "the counter was reset", ""));
  EXPECT_EQ(figure.caption, kUsual +
                                " A line breaks where nothing is known: rapl:package-0 at 1.20 s "
                                "(the counter was reset).");
}

TEST(PowerFigure, EveryCauseThatIsNotShadedIsNamed) {
  for (const auto& [cause, words] :
       {std::pair(Cause::wraps, "may have wrapped more than once"),
        std::pair(Cause::jump, "jumped by more than the device can use"),
        std::pair(Cause::implausible, "no real power can explain"),
        std::pair(Cause::suspend, "was suspended")}) {
    PowerOverTime power;
    power.curves = {curve("a", {segment({broken(cause, 2.0, 3)}, {3.0})})};
    EXPECT_THAT(power_figure(power).caption, HasSubstr(words));
    EXPECT_THAT(power_figure(power).caption, HasSubstr("a at 2.00 s and 2 times more ("));
  }
}

TEST(PowerFigure, GapsAndRestsBreakTheLineButAreShadedInsteadOfNamed) {
  PowerOverTime power;
  power.curves = {curve("a", {segment({}, {0.0}), segment({broken(Cause::gap, 5.0)}, {6.0}),
                              segment({broken(Cause::rest, 7.0)}, {8.0})})};
  power.spans = {{RunSpan::What::gap, "rapl", 1.0 * second, 5.0 * second},
                 {RunSpan::What::rest, "", 7.0 * second, 9.0 * second},
                 {RunSpan::What::window, "steps", 2.0 * second, 3.0 * second}};
  const Figure figure = power_figure(power);
  EXPECT_EQ(figure.caption, kUsual);
  EXPECT_THAT(numbers(figure, "power_w"), ElementsAre(20.0, std::nullopt, 20.0, std::nullopt, 20.0,
                                                      std::nullopt, std::nullopt, std::nullopt));
  EXPECT_THAT(figure.data->column("what").texts(),
              ElementsAre("a", "a", "a", "a", "a", "gap", "idle", "window steps"));
  EXPECT_THAT(figure.data->column("note").texts()[5], "no reading of rapl that long");
  EXPECT_THAT(numbers(figure, "end_s")[5], Optional(5.0));
}

TEST(PowerFigure, EachChannelAndCauseIsNamedForItself) {
  PowerOverTime power;
  power.curves = {curve("a", {segment({broken(Cause::suspend, 2.0)}, {3.0})}),
                  curve("b", {segment({broken(Cause::suspend, 2.0)}, {3.0}),
                              segment({broken(Cause::reset, 4.0)}, {5.0})})};
  EXPECT_EQ(power_figure(power).caption,
            kUsual +
                " A line breaks where nothing is known: a at 2.00 s (the machine was suspended); b "
                "at 4.00 s (the counter was reset); b at 2.00 s (the machine was suspended).");
}

TEST(PowerFigure, OfManyBreaksSomeAreNamedAndAllCounted) {
  PowerOverTime power;
  std::vector<PowerSegment> segments;
  for (int i = 0; i < 40; ++i) segments.push_back(segment({broken(Cause::reset, i)}, {i + 0.5}));
  power.curves = {curve("a", segments)};
  EXPECT_EQ(power_figure(power).caption,
            kUsual +
                " A line breaks where nothing is known: a at 0.00 s, 1.00 s, 2.00 s and 37 times "
                "more (the counter was reset).");
}

TEST(PowerFigure, AChannelWithoutALineIsNamedWithTheReason) {
  PowerOverTime power;
  PowerCurve children = curve("cpu-model:children", {});
  children.validity = Validity::whole_command;
  children.kind = Kind::modelled;
  power.curves = {children, curve("ipmi:power", {segment({broken(Cause::gap, 9.0)}, {})}),
                  curve("never-read", {})};
  const Figure figure = power_figure(power);
  EXPECT_THAT(figure.caption,
              HasSubstr("cpu-model:children has no line: it is known for the whole command only."));
  EXPECT_THAT(figure.caption,
              HasSubstr("ipmi:power has no line: nothing is known between its readings."));
  EXPECT_THAT(figure.caption, Not(HasSubstr("never-read")));
  EXPECT_TRUE(figure.key.empty());
}

TEST(PowerFigure, WhatIsModelledSaysSo) {
  PowerOverTime power;
  PowerCurve memory = curve("dram-model:modules", {segment({}, {1.0})});
  memory.kind = Kind::modelled;
  power.curves = {memory};
  const Figure figure = power_figure(power);
  EXPECT_THAT(figure.data->column("what").texts(), ElementsAre("dram-model:modules (modelled)"));
  EXPECT_EQ(figure.caption, kUsual + " What is modelled was not measured.");
}

TEST(PowerFigure, OfNothing) {
  const Figure figure = power_figure({});
  EXPECT_EQ(figure.data->rows(), 0u);
  EXPECT_EQ(figure.caption, kUsual);
}

}  // namespace
}  // namespace isojoule
