// ChannelIntegrator for sensors whose refresh, lag and averaging are known.
#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/energy/channel_integrator.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using Readings = std::vector<std::pair<double, Sample>>;

Instant at(double seconds) { return Instant::from_microseconds(std::llround(1e9 + seconds * 1e6)); }

Channel counter() {
  Channel channel;
  channel.id = "fake:energy";
  channel.unit = millijoule;
  channel.max_power = 1000.0 * watt;
  channel.refresh = 100.0 * millisecond;
  channel.gain = Gain{1.0, 0.0, "exact"};
  return channel;
}

Channel meter(double averaging) {
  Channel channel = counter();
  channel.id = "fake:power";
  channel.unit = milliwatt;
  channel.averaging = averaging * second;
  return channel;
}

/// 60 W, but 300 W from 2 s to 8 s.
double energy(double t) { return 60.0 * t + 240.0 * (std::min(std::max(t, 2.0), 8.0) - 2.0); }
constexpr double kTruth = 1800.0;  // 300 W from 2 s to 8 s

/// What a sensor shows at `t` that is renewed every 0.1 s, 30 ms after whole tenths.
template <class Shown>
Readings readings(Shown shown, double period, double end) {
  Readings made;
  for (int i = 0; i * period <= end + 1e-9; ++i) {
    const double t = i * period;
    const double renewed = 0.03 + 0.1 * std::floor((t - 0.03) / 0.1 + 1e-9);
    made.emplace_back(t, static_cast<std::uint64_t>(std::llround(1e3 * shown(renewed))));
  }
  return made;
}

double counted(double renewed) { return 1000.0 + energy(renewed - 0.08); }
double mean_power(double renewed, double length) {
  return (energy(renewed) - energy(renewed - length)) / length;
}

ChannelEnergy measure(const Channel& channel, Span span, const Readings& made) {
  ChannelIntegrator integrator(channel, {span});
  for (const auto& [time, sample] : made) integrator.add(at(time), sample);
  return integrator.finish().front();
}

const UncertaintyComponent* find(const ChannelEnergy& result, const std::string& source) {
  for (const UncertaintyComponent& component : result.uncertainty->components)
    if (component.source == source) return &component;
  return nullptr;
}

TEST(Ticks, ACountersLagIsTakenOff) {
  Channel channel = counter();
  channel.lag = 80.0 * millisecond;
  const Readings made = readings(counted, 0.01, 10.0);
  const auto result = measure(channel, {at(2), at(8)}, made);
  ASSERT_TRUE(result.energy) << result.reason;
  // Ticks are known within 10 ms: 240 W x 5 ms at each edge at most.
  EXPECT_NEAR(result.energy->in(joule), kTruth, 2.4);
  // Taken as they were read, the values are 80 ms late, and up to 100 ms old: 240 W x 80 ms at
  // least is missing.
  Channel unaware = channel;
  unaware.lag = Duration{};
  unaware.refresh.reset();
  EXPECT_LT(measure(unaware, {at(2), at(8)}, made).energy->in(joule), kTruth - 240.0 * 0.08);
}

TEST(Ticks, TheIntervalHoldsTheTruthWhereTicksAreNotSeen) {
  Channel channel = counter();
  channel.lag = 80.0 * millisecond;
  const auto result = measure(channel, {at(2), at(8)}, readings(counted, 0.1, 10.0));
  // A tick lies within 100 ms: 240 W x 50 ms at each edge at most.
  EXPECT_NEAR(result.energy->in(joule), kTruth, 24.0);
  EXPECT_NEAR(result.energy->in(joule), kTruth, result.uncertainty->expanded().in(joule));
  EXPECT_GT(result.uncertainty->expanded(), 5.0 * joule);
}

TEST(Ticks, ALoadThatBeginsWithTheWindowIsNotSmoothedOver) {
  // Knots that are known exactly: renewed every millisecond, read every 100 ms, window in between.
  Channel channel = counter();
  channel.refresh = 0.001 * millisecond;
  Readings made;
  for (int i = 0; i <= 100; ++i)
    made.emplace_back(0.03 + 0.1 * i,
                      static_cast<std::uint64_t>(std::llround(1e3 * energy(0.03 + 0.1 * i))));
  // Straight lines would give 240 W x 0.1 s x 0.7 x 0.3 = 5 J less at each edge.
  EXPECT_NEAR(measure(channel, {at(2), at(8)}, made).energy->in(joule), kTruth, 0.01);
}

/// Readings every 100 ms, and one more 3 ms after that at the window's end, as a run's last are.
Readings readings_with_a_last_look(double (*shown)(double)) {
  Readings made;
  for (int i = 0; i <= 30; ++i)
    made.emplace_back(0.1 * i, static_cast<std::uint64_t>(std::llround(1e3 * shown(0.1 * i))));
  made.emplace_back(3.003, static_cast<std::uint64_t>(std::llround(1e3 * shown(3.003))));
  return made;
}

TEST(Ticks, ACounterThatIsRenewedFasterThanSaidLosesNothing) {
  // 100 W, shown at once. Taken for a value of a whole refresh, the last rise of 0.3 J would be
  // 3 W, and what the lag leaves would be filled with that: 12 J less.
  Channel channel = counter();
  channel.lag = 80.0 * millisecond;
  const auto steady = [](double t) { return 100.0 * t; };
  const Readings made = readings_with_a_last_look(steady);
  for (const double begin : {0.001, 1.0, 2.95})
    EXPECT_NEAR(measure(channel, {at(begin), at(3.002)}, made).energy->in(joule),
                steady(3.002) - steady(begin), 0.01)  // counts of 1 mJ, times rounded to 1 us
        << begin;
}

TEST(Ticks, ATickBetweenTwoCloseReadingsIsNoHaste) {
  // Renewed at 3.0015 s, between the last two readings: all of a refresh's energy came at once.
  Channel channel = counter();
  channel.lag = 80.0 * millisecond;
  const Readings made = readings_with_a_last_look([](double t) {
    const double renewed = 0.0015 + 0.1 * std::floor((t - 0.0015) / 0.1 + 1e-9);
    return 1000.0 + 100.0 * (renewed - 0.08);
  });
  // The tick is known within 3 ms there and within 100 ms at the begin: 100 W x 50 ms. As much of
  // the last 400 ms is then counted for 350 ms, which fills 80 ms with a seventh too much.
  EXPECT_NEAR(measure(channel, {at(1), at(3.002)}, made).energy->in(joule), 200.2, 5.0 + 1.2);
}

TEST(Ticks, TheEndIsReachedWithTheLastPower) {
  Channel channel = counter();
  channel.lag = 80.0 * millisecond;
  // The last reading is at the window's end; its value tells of 80 to 180 ms before.
  const auto result = measure(channel, {at(3), at(7)}, readings(counted, 0.1, 7.0));
  ASSERT_TRUE(result.energy) << result.reason;
  EXPECT_NEAR(result.energy->in(joule), 300.0 * 4.0, 3e-4);  // times are rounded to 1 us
  EXPECT_FALSE(measure(channel, {at(3), at(7.01)}, readings(counted, 0.1, 7.0)).energy)
      << "but no reading after the end is none";
}

// Dropping equal readings once gave 2000 J of 4000 J; here a sensor repeats a value for 10 s.
TEST(Ticks, EqualPowersCountAsMuchAsOthers) {
  const auto shown = [](double renewed) { return renewed <= 10.03 ? 300.0 : 100.0; };
  for (const double averaging : {0.025, 0.1}) {
    for (const double period : {0.01, 0.04, 0.08, 0.1, 0.25}) {
      const auto result =
          measure(meter(averaging), {at(0.5), at(20)}, readings(shown, period, 21.0));
      ASSERT_TRUE(result.energy) << result.reason;
      // The change is placed within a refresh, or within the readings' period.
      EXPECT_NEAR(result.energy->in(joule), 300.0 * 9.5 + 100.0 * 10.0, 200.0 * (0.1 + period))
          << averaging << " " << period;
    }
  }
}

TEST(Ticks, AMeanOverTheWholeRefreshIsAllOfTheEnergy) {
  // 350 W for 20 ms of each 73 ms, which any sampling would see in part.
  const auto joules = [](double t) {
    const double whole = std::floor(t / 0.073);
    return 60.0 * t + 290.0 * (whole * 0.02 + std::min(0.02, t - whole * 0.073));
  };
  const auto shown = [&](double renewed) {
    return (joules(renewed) - joules(renewed - 0.1)) / 0.1;
  };
  const auto result = measure(meter(0.1), {at(2), at(8)}, readings(shown, 0.01, 10.0));
  // Ticks within 10 ms of no more than 350 W at each edge, and one pulse not placed in its value.
  EXPECT_NEAR(result.energy->in(joule), joules(8.0) - joules(2.0), 2.0 * (1.75 + 5.8));
  EXPECT_EQ(find(result, "unseen"), nullptr);
}

TEST(Ticks, WhatIsSeenInPartIsUncertain) {
  const auto shown = [](double renewed) { return std::fmod(renewed, 0.7) < 0.35 ? 300.0 : 100.0; };
  const auto result = measure(meter(0.025), {at(2), at(8)}, readings(shown, 0.02, 10.0));
  const UncertaintyComponent* unseen = find(result, "unseen");
  ASSERT_NE(unseen, nullptr);
  EXPECT_EQ(unseen->evaluation, Evaluation::type_a);
  EXPECT_TRUE(unseen->degrees_of_freedom);
  EXPECT_THAT(unseen->how, HasSubstr("25 ms of every 100 ms"));
  // Seventeen changes of 200 W, each somewhere in 75 to 100 ms: sqrt(17) x 200 W x 0.1 s /
  // sqrt(12).
  EXPECT_NEAR(unseen->standard.in(joule), 22.0, 8.0);
}

TEST(Ticks, AMeanOverMoreThanARefreshIsNotSmearedOverTheEdges) {
  const auto shown = [](double renewed) { return mean_power(renewed, 1.0); };
  const auto result = measure(meter(1.0), {at(2), at(8)}, readings(shown, 0.01, 10.0));
  // Left as it is, 240 W x 1 s / 8 = 30 J would be missing at each edge.
  EXPECT_NEAR(result.energy->in(joule), kTruth, 3.0);
  EXPECT_NE(find(result, "averaging"), nullptr);
}

TEST(Ticks, ALagThatIsTheMiddleOfTheMeanIsNotTakenOffTwice) {
  for (const double averaging : {0.025, 0.1, 1.0}) {
    const auto shown = [&](double renewed) { return mean_power(renewed, averaging); };
    const Readings made = readings(shown, 0.01, 10.0);
    Channel channel = meter(averaging);
    const auto unsaid = measure(channel, {at(2), at(8)}, made);
    channel.lag = averaging / 2.0 * second;
    EXPECT_EQ(measure(channel, {at(2), at(8)}, made).energy, unsaid.energy) << averaging;
  }
}

TEST(Ticks, TheRefreshIsSeenWhereReadingsAreClose) {
  const auto close = measure(counter(), {at(2), at(8)}, readings(counted, 0.02, 10.0));
  ASSERT_TRUE(close.refresh);
  EXPECT_NEAR(close.refresh->in(millisecond), 100.0, 1.0);
  EXPECT_FALSE(measure(counter(), {at(2), at(8)}, readings(counted, 0.1, 10.0)).refresh)
      << "every reading brought a new value";
  // A meter that often repeats a value.
  const auto steps = [](double renewed) { return std::fmod(renewed, 1.0) < 0.4 ? 300.0 : renewed; };
  const auto repeated = measure(meter(0.1), {at(2), at(8)}, readings(steps, 0.02, 10.0));
  ASSERT_TRUE(repeated.refresh);
  EXPECT_NEAR(repeated.refresh->in(millisecond), 100.0, 5.0);
}

TEST(Ticks, AWindowTooShortForItsSensorSaysSo) {
  const auto brief = measure(counter(), {at(3), at(4.2)}, readings(counted, 0.1, 10.0));
  EXPECT_EQ(brief.caution,
            "1.2 s is too short for a counter that is renewed every 100 ms: 5 s or more");
  EXPECT_EQ(measure(counter(), {at(2), at(7)}, readings(counted, 0.1, 10.0)).caution, "");
  const auto average = [](double renewed) { return mean_power(renewed, 1.0); };
  EXPECT_EQ(measure(meter(1.0), {at(2), at(8)}, readings(average, 0.02, 10.0)).caution,
            "6 s is too short for a meter that shows the mean over 1 s: 50 s or more");
  Channel package = counter();
  package.refresh = 1.0 * millisecond;
  EXPECT_EQ(measure(package, {at(3), at(3.1)}, readings(counted, 0.1, 10.0)).caution, "");
  Channel unknown = counter();
  unknown.refresh.reset();
  EXPECT_EQ(measure(unknown, {at(3), at(3.1)}, readings(counted, 0.1, 10.0)).caution, "");
}

TEST(Ticks, TheGainIsDividedByAndKeptInTheBudget) {
  Channel channel = counter();
  channel.lag = 80.0 * millisecond;
  channel.gain = Gain{0.8, 0.008, "calibrated"};
  const auto result = measure(channel, {at(3), at(7)}, readings(counted, 0.1, 10.0));
  EXPECT_NEAR(result.energy->in(joule), 1200.0 / 0.8, 1e-6);
  EXPECT_NEAR(find(result, "gain")->standard.in(joule), 1500.0 * 0.01 / std::sqrt(3.0), 1e-6);
  // The ticks' 300 W x 100 ms / sqrt(12) at each edge are of the reading.
  EXPECT_NEAR(find(result, "edges")->standard.in(joule), 30.0 / std::sqrt(6.0) / 0.8, 1e-3);
}

TEST(Ticks, WhatNobodyKnowsHasNoBudgetAndSaysSo) {
  Channel channel = counter();
  channel.caveat = "it answers slowly";
  const auto result = measure(channel, {at(2), at(8)}, readings(counted, 0.1, 10.0));
  EXPECT_TRUE(result.energy);
  EXPECT_FALSE(result.uncertainty);
  EXPECT_THAT(result.caution, HasSubstr("no interval: it answers slowly"));
}

TEST(Ticks, AModelHasNoBudget) {
  Channel channel = counter();
  channel.kind = Kind::modelled;
  EXPECT_FALSE(measure(channel, {at(3), at(7)}, readings(counted, 0.1, 10.0)).uncertainty);
  EXPECT_TRUE(measure(counter(), {at(3), at(7)}, readings(counted, 0.1, 10.0)).uncertainty);
}

TEST(Ticks, FailedReadingsOfPowerAreAGapInTheBudget) {
  const auto shown = [](double renewed) { return std::fmod(renewed, 0.7) < 0.35 ? 300.0 : 100.0; };
  Readings made = readings(shown, 0.1, 10.0);
  EXPECT_EQ(find(measure(meter(0.1), {at(2), at(8)}, made), "gaps"), nullptr);
  for (auto& [time, sample] : made)
    if (time > 4.0 && time < 5.5) sample = std::nullopt;
  const auto result = measure(meter(0.1), {at(2), at(8)}, made);
  ASSERT_NE(find(result, "gaps"), nullptr);
  // 1.5 s at a power that varies by 100 W.
  EXPECT_NEAR(find(result, "gaps")->standard.in(joule), 150.0, 30.0);
}

TEST(Ticks, AResetSpoilsOnlyTheSpansItFallsIn) {
  Channel channel = counter();
  channel.lag = 80.0 * millisecond;
  const auto shown = [](double renewed) {
    return renewed < 5.0 ? counted(renewed) : counted(renewed) - counted(5.0);
  };
  ChannelIntegrator integrator(channel, {{at(2), at(4)}, {at(4), at(6)}, {at(6), at(8)}});
  for (const auto& [time, sample] : readings(shown, 0.1, 10.0)) integrator.add(at(time), sample);
  const auto results = integrator.finish();
  EXPECT_TRUE(results[0].energy) << results[0].reason;
  EXPECT_THAT(results[1].reason, HasSubstr("reset"));
  EXPECT_EQ(results[1].resets, 1u);
  EXPECT_TRUE(results[2].energy) << results[2].reason;
}

TEST(Ticks, AWindowWithoutASecondValueIsMissing) {
  const auto result =
      measure(counter(), {at(0.01), at(0.02)}, {{0.0, 5u}, {0.015, 5u}, {0.03, 5u}});
  EXPECT_FALSE(result.energy);
  EXPECT_EQ(result.reason, "the sensor showed no second value");
}

TEST(Ticks, ACommandThatEndsBeforeTheSensorShowsItIsMissing) {
  // 300 W throughout; a counter of 100 ms that is 80 ms late; the last reading is at the end.
  Channel channel;
  channel.unit = millijoule;
  channel.refresh = 100.0 * millisecond;
  channel.lag = 80.0 * millisecond;
  const auto counts = [](double t) {
    return static_cast<std::uint64_t>(30'000.0 * (100.0 + std::floor(t / 0.1)));
  };
  const auto energy = [&](double length, double last) {
    ChannelIntegrator integrator(
        channel, {{Instant{} + 1.05 * second, Instant{} + (1.05 + length) * second, true}});
    for (const double t : {0.85, 1.05, 1.05 + length, 1.05 + last})
      integrator.add(Instant{} + t * second, counts(t));
    return integrator.finish().front();
  };
  const ChannelEnergy short_one = energy(0.02, 0.021);
  EXPECT_FALSE(short_one.energy);
  EXPECT_EQ(short_one.reason,
            "it ended before the sensor showed it, whose values come every 100 ms and 80 ms late: "
            "--settle waits for them");
  const ChannelEnergy settled = energy(0.02, 0.3);
  ASSERT_TRUE(settled.energy) << settled.reason;
  EXPECT_NEAR(settled.energy->in(joule), 6.0, settled.uncertainty->expanded().in(joule));
  EXPECT_TRUE(energy(2.0, 2.001).energy);
}

/// 300 W in the pieces of a window and 120 W in its pauses, from 1 s on; 60 W before and after.
struct PausedLoad {
  explicit PausedLoad(std::mt19937& random) {
    std::uniform_real_distribution<double> length(0.7, 2.5);
    std::uniform_real_distribution<double> pause(0.3, 1.0);
    double time = 1.0;
    for (int piece = 0; piece < 6; ++piece) {
      edges.push_back(time);
      edges.push_back(time += length(random));
      time += pause(random);
    }
  }
  double energy(double t) const {
    double joules = 60.0 * t;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
      const double above = i % 2 == 0 ? 240.0 : 60.0;
      joules += above * (std::clamp(t, edges[i], edges[i + 1]) - edges[i]);
    }
    return joules;
  }
  double truth() const {
    double joules = 0.0;
    for (std::size_t i = 0; i < edges.size(); i += 2) joules += 300.0 * (edges[i + 1] - edges[i]);
    return joules;
  }
  std::vector<double> edges;
};

/// What a counter shows that is renewed each 0.1 s from `phase` on, read each 0.1 s and at the
/// edges.
std::vector<std::pair<double, double>> readings_of(const PausedLoad& load, double phase) {
  std::vector<double> times = load.edges;
  for (int i = 0; i < 250; ++i) times.push_back(0.1 * i + 0.03);
  std::ranges::sort(times);
  std::vector<std::pair<double, double>> read;
  for (const double t : times)
    read.emplace_back(t, 1000.0 + load.energy(phase + 0.1 * std::floor((t - phase) / 0.1)));
  return read;
}

TEST(Ticks, TheIntervalOfAPausedWindowHoldsTheTruth) {
  std::mt19937 random(16);
  std::uniform_real_distribution<double> phase(0.0, 0.1);
  constexpr int kTrials = 400;
  int held = 0;
  double squares = 0.0;  // of the error in standard uncertainties
  for (int trial = 0; trial < kTrials; ++trial) {
    const PausedLoad load(random);
    std::vector<Span> spans;
    Pieces pieces;
    for (std::size_t i = 0; i < load.edges.size(); i += 2) {
      pieces.push_back(spans.size());
      spans.push_back({at(load.edges[i]), at(load.edges[i + 1])});
    }
    ChannelIntegrator integrator(counter(), spans);
    for (const auto& [time, shown] : readings_of(load, phase(random)))
      integrator.add(at(time), static_cast<std::uint64_t>(std::llround(1e3 * shown)));
    const ChannelEnergy result = integrator.finish({pieces}).front();
    ASSERT_TRUE(result.energy) << result.reason;
    const double error = result.energy->in(joule)-load.truth();
    held += std::abs(error) <= result.uncertainty->expanded().in(joule);
    squares += std::pow(error / result.uncertainty->standard().in(joule), 2);
  }
  // 90 % are meant. It is more, as of a window in one piece: a load that changes at its edges is
  // the case in which they are placed best.
  EXPECT_GE(held, 0.86 * kTrials);
  const double spread = std::sqrt(squares / kTrials);
  EXPECT_GT(spread, 0.4) << "the interval is far too wide";
  EXPECT_LT(spread, 1.2);
}

}  // namespace
}  // namespace isojoule
