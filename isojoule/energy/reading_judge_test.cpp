#include "isojoule/energy/reading_judge.hpp"

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

TEST(ReadingJudge, TheFirstReadingHasNothingBeforeIt) {
  ReadingJudge judge(counter());
  EXPECT_FALSE(judge.last());
  const auto judged = judge.add({at(1), 5000});
  EXPECT_EQ(judged.verdict, Verdict::taken);
  EXPECT_FALSE(judged.before);
  EXPECT_FALSE(judged.step);
  ASSERT_TRUE(judge.last());
  EXPECT_EQ(judge.last()->time, at(1));
}

TEST(ReadingJudge, AStepIsSinceTheReadingTakenBefore) {
  ReadingJudge judge(counter());
  judge.add({at(1), 5000});
  const auto judged = judge.add({at(2), 25'000});
  ASSERT_TRUE(judged.before && judged.step);
  EXPECT_EQ(judged.before->counts, 5000u);
  EXPECT_EQ(judged.step->step, CounterStep::plausible);
  EXPECT_EQ(judged.step->counts, 20'000u);
}

TEST(ReadingJudge, AReadingThatIsNotLaterIsPassedOver) {
  for (const auto make_channel : {counter, meter}) {
    ReadingJudge judge(make_channel());
    judge.add({at(2), 5000});
    EXPECT_EQ(judge.add({at(2), 6000}).verdict, Verdict::late);
    EXPECT_EQ(judge.add({at(1), 6000}).verdict, Verdict::late);
    EXPECT_EQ(judge.last()->counts, 5000u);
  }
}

TEST(ReadingJudge, ASingleWildReadingOfACounterIsLeftOut) {
  ReadingJudge judge(counter());
  judge.add({at(1), 5000});
  EXPECT_EQ(judge.add({at(2), 9'000'000'000}).verdict, Verdict::impossible);
  const auto judged = judge.add({at(3), 45'000});
  EXPECT_EQ(judged.verdict, Verdict::taken);
  ASSERT_TRUE(judged.before && judged.step);
  EXPECT_EQ(judged.before->time, at(1));
  EXPECT_EQ(judged.step->energy, 40.0 * joule);
}

TEST(ReadingJudge, TwoWildReadingsInARowAreAJump) {
  ReadingJudge judge(counter());
  judge.add({at(1), 5000});
  judge.add({at(2), 9'000'000'000});
  const auto jumped = judge.add({at(3), 9'000'020'000});
  EXPECT_EQ(jumped.verdict, Verdict::taken);
  EXPECT_EQ(jumped.step->step, CounterStep::impossible);
  EXPECT_FALSE(jumped.step->energy);
  const auto after = judge.add({at(4), 9'000'040'000});
  EXPECT_EQ(after.step->energy, 20.0 * joule) << "it counts on from where it jumped to";
}

TEST(ReadingJudge, WildReadingsThatAreNotInARowAreEachLeftOut) {
  ReadingJudge judge(counter());
  judge.add({at(1), 5000});
  for (const int t : {2, 4, 6}) {
    EXPECT_EQ(judge.add({at(t), 9'000'000'000}).verdict, Verdict::impossible);
    EXPECT_EQ(judge.add({at(t + 1), static_cast<std::uint64_t>(t) * 10'000}).verdict,
              Verdict::taken);
  }
}

TEST(ReadingJudge, AResetIsTakenWithoutAnEnergy) {
  ReadingJudge judge(counter());
  judge.add({at(1), 5000});
  const auto judged = judge.add({at(2), 100});
  EXPECT_EQ(judged.verdict, Verdict::taken);
  EXPECT_EQ(judged.step->step, CounterStep::reset);
  EXPECT_FALSE(judged.step->energy);
  EXPECT_EQ(judge.add({at(3), 10'100}).step->energy, 10.0 * joule);
}

TEST(ReadingJudge, NoMeterShowsMoreThanTheDeviceCanDraw) {
  ReadingJudge judge(meter());
  EXPECT_EQ(judge.add({at(1), 500'001}).verdict, Verdict::impossible) << "not even as the first";
  EXPECT_EQ(judge.add({at(2), 500'000}).verdict, Verdict::taken);
  for (const int t : {3, 4, 5})
    EXPECT_EQ(judge.add({at(t), 500'001}).verdict, Verdict::impossible) << t;
  const auto judged = judge.add({at(6), 400'000});
  EXPECT_EQ(judged.before->time, at(2));
  EXPECT_FALSE(judged.step) << "steps are of counters";
}

TEST(ReadingJudge, WithoutABoundNothingIsImpossible) {
  Channel channel = meter();
  channel.max_power.reset();
  ReadingJudge judge(channel);
  EXPECT_EQ(judge.add({at(1), 4'000'000'000}).verdict, Verdict::taken);
}

}  // namespace
}  // namespace isojoule
