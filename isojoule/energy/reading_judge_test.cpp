#include "isojoule/energy/reading_judge.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

using Verdict = ReadingJudge::Verdict;

Instant at(double seconds) { return Instant{} + seconds * second; }

/// At most 500 W, in millijoules; no range, so that a decrease is a reset.
Channel counter() {
  Channel channel;
  channel.unit = millijoule;
  channel.max_power = 500.0 * watt;
  return channel;
}

Channel meter() {
  Channel channel;
  channel.unit = milliwatt;
  channel.max_power = 500.0 * watt;
  return channel;
}

using Reading = ReadingJudge::Reading;
using Judged = ReadingJudge::Judged;

/// All verdicts on the readings, in their order.
std::vector<Judged> judge(const Channel& channel, const std::vector<Reading>& readings) {
  ReadingJudge judge(channel);
  std::vector<Judged> all;
  std::vector<Judged> some;
  for (const Reading& reading : readings) {
    judge.add(reading, some);
    all.insert(all.end(), some.begin(), some.end());
  }
  judge.finish(some);
  all.insert(all.end(), some.begin(), some.end());
  return all;
}

/// A letter for each reading, in time order: t(aken), i(mpossible), l(ate), r(eset), j(ump).
std::string verdicts(const Channel& channel, const std::vector<Reading>& readings) {
  std::string letters;
  for (const Judged& one : judge(channel, readings)) {
    char letter = 't';
    if (one.verdict == Verdict::impossible) letter = 'i';
    if (one.verdict == Verdict::late) letter = 'l';
    if (one.step && one.step->step == CounterStep::reset) letter = 'r';
    if (one.step && one.step->step == CounterStep::impossible) letter = 'j';
    letters += letter;
  }
  return letters;
}

/// The counter's readings each second, in joules.
std::vector<Reading> each_second(const std::vector<double>& joules) {
  std::vector<Reading> readings;
  for (std::size_t i = 0; i < joules.size(); ++i)
    readings.push_back(
        {at(static_cast<double>(i)), static_cast<std::uint64_t>(std::llround(1e3 * joules[i]))});
  return readings;
}

TEST(ReadingJudge, TheFirstReadingHasNothingBeforeIt) {
  const auto judged = judge(counter(), each_second({5}));
  ASSERT_EQ(judged.size(), 1u);
  EXPECT_EQ(judged[0].verdict, Verdict::taken);
  EXPECT_FALSE(judged[0].before);
  EXPECT_FALSE(judged[0].step);
}

TEST(ReadingJudge, AStepIsSinceTheReadingTakenBefore) {
  const auto judged = judge(counter(), each_second({5, 25}));
  ASSERT_EQ(judged.size(), 2u);
  ASSERT_TRUE(judged[1].before && judged[1].step);
  EXPECT_EQ(judged[1].before->counts, 5000u);
  EXPECT_EQ(judged[1].step->step, CounterStep::plausible);
  EXPECT_EQ(judged[1].step->counts, 20'000u);
}

TEST(ReadingJudge, AReadingThatIsNotLaterIsPassedOver) {
  const std::vector<Reading> readings{{at(2), 5000}, {at(2), 6000}, {at(1), 6000}, {at(3), 7000}};
  EXPECT_EQ(verdicts(counter(), readings), "tllt");
  EXPECT_EQ(verdicts(meter(), readings), "tllt");
}

TEST(ReadingJudge, AReadingThatDoesNotFitBetweenItsNeighboursIsLeftOut) {
  // At most 500 W: up to 1000 J a second, with the time that a refresh may add.
  EXPECT_EQ(verdicts(counter(), each_second({0, 100, 9e6, 300, 400})), "ttitt") << "far too high";
  EXPECT_EQ(verdicts(counter(), each_second({0, 100, 700, 300, 400})), "ttitt") << "too high";
  EXPECT_EQ(verdicts(counter(), each_second({1000, 1100, 600, 1300, 1400})), "ttitt") << "too low";
  EXPECT_EQ(verdicts(counter(), each_second({0, 100, 9e6, 300, 9e6, 500, 600})), "ttititt");
}

TEST(ReadingJudge, SoAreTwoInARow) {
  EXPECT_EQ(verdicts(counter(), each_second({0, 100, 9e6, 9e6 + 1, 400, 500})), "ttiitt");
  EXPECT_EQ(verdicts(counter(), each_second({0, 100, 9e6, 5e6, 400, 500})), "ttiitt");
  EXPECT_EQ(verdicts(counter(), each_second({1000, 1100, 0, 1, 1400, 1500})), "ttiitt");
}

TEST(ReadingJudge, WhatIsLeftOutChangesNoEnergy) {
  const auto judged = judge(counter(), each_second({0, 100, 700, 300}));
  ASSERT_EQ(judged.size(), 4u);
  ASSERT_TRUE(judged[3].before && judged[3].step);
  EXPECT_EQ(judged[3].before->time, at(1));
  EXPECT_EQ(judged[3].step->energy, 200.0 * joule);
}

TEST(ReadingJudge, AJumpThatStaysIsAJump) {
  const auto readings = each_second({0, 100, 9e6, 9e6 + 100, 9e6 + 200, 9e6 + 300});
  EXPECT_EQ(verdicts(counter(), readings), "ttjttt");
  const auto judged = judge(counter(), readings);
  EXPECT_FALSE(judged[2].step->energy);
  EXPECT_EQ(judged[3].step->energy, 100.0 * joule) << "it counts on from where it jumped to";
}

TEST(ReadingJudge, AResetIsTakenWithoutAnEnergy) {
  const auto readings = each_second({5000, 5100, 0.1, 10.1, 20.1});
  EXPECT_EQ(verdicts(counter(), readings), "ttrtt");
  const auto judged = judge(counter(), readings);
  EXPECT_FALSE(judged[2].step->energy);
  EXPECT_EQ(judged[3].step->energy, 10.0 * joule);
}

TEST(ReadingJudge, AResetAtTheEndIsAReset) {
  EXPECT_EQ(verdicts(counter(), each_second({5000, 5100, 0.1})), "ttr");
  EXPECT_EQ(verdicts(counter(), each_second({5000, 5100, 0.1, 10.1})), "ttrt");
}

TEST(ReadingJudge, AWrapIsNoGlitch) {
  Channel channel = counter();
  channel.range = 1'000'000;  // 1000 J
  channel.max_power = 200.0 * watt;
  EXPECT_EQ(verdicts(channel, each_second({800, 900, 50, 150})), "tttt");
}

TEST(ReadingJudge, NoMeterShowsMoreThanTheDeviceCanDraw) {
  const std::vector<Reading> readings{{at(1), 500'001}, {at(2), 500'000}, {at(3), 500'001},
                                      {at(4), 500'001}, {at(5), 500'001}, {at(6), 400'000}};
  EXPECT_EQ(verdicts(meter(), readings), "itiiit");
  const auto judged = judge(meter(), readings);
  EXPECT_EQ(judged[5].before->time, at(2));
  EXPECT_FALSE(judged[5].step) << "steps are of counters";
}

TEST(ReadingJudge, WithoutABoundNothingIsImpossible) {
  Channel channel = meter();
  channel.max_power.reset();
  EXPECT_EQ(verdicts(channel, {{at(1), 4'000'000'000}}), "t");
}

}  // namespace
}  // namespace isojoule
