#include "isojoule/record/net_energy.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_record.hpp"

namespace isojoule {
namespace {

using detail::sample_channel;
using detail::sample_measurement;
using detail::sample_record;
using testing::HasSubstr;

Measurement with_standard(Measurement measurement, Energy standard) {
  measurement.channels[0].uncertainty.emplace();
  measurement.channels[0].uncertainty->components = {
      {"made", Evaluation::type_b, standard, std::nullopt, ""}};
  return measurement;
}

class NetEnergyTest : public testing::Test {
 protected:
  NetEnergyTest() {
    record.whole = sample_measurement(10.0 * second, 500.0 * joule);
    record.idle_before = sample_measurement(5.0 * second, 100.0 * joule);  // 20 W
    record.idle_after = sample_measurement(2.0 * second, 48.0 * joule);    // 24 W
  }
  Outcome<NetEnergy> net() { return net_energy(record, record.whole, Scope::package); }
  Record record = sample_record();
};

TEST_F(NetEnergyTest, IsGrossLessTheMeanIdlePowerTimesTheLength) {
  const auto result = net();
  ASSERT_TRUE(result) << result.refused;
  EXPECT_DOUBLE_EQ(result->idle_power.in(watt), 22.0);
  EXPECT_DOUBLE_EQ(result->idle.in(joule), 220.0);
  EXPECT_DOUBLE_EQ(result->net.in(joule), 280.0);
  EXPECT_EQ(result->gross.energy, 500.0 * joule);
  EXPECT_TRUE(result->before_and_after);
}

TEST_F(NetEnergyTest, OneSideIsEnoughAndIsTold) {
  record.idle_after.reset();
  const auto result = net();
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(result->net.in(joule), 300.0);
  EXPECT_FALSE(result->before_and_after);
}

TEST_F(NetEnergyTest, WithoutRestThereIsNone) {
  record.idle_before.reset();
  record.idle_after.reset();
  EXPECT_THAT(net().refused, HasSubstr("--idle"));
}

TEST_F(NetEnergyTest, AnUnknownEnergyIsNotZero) {
  record.idle_before = sample_measurement(5.0 * second, std::nullopt);
  record.idle_after.reset();
  EXPECT_THAT(net().refused, HasSubstr("it was reset"));
  record.idle_before = sample_measurement(5.0 * second, 100.0 * joule);
  record.whole = sample_measurement(10.0 * second, std::nullopt);
  EXPECT_FALSE(net());
}

TEST_F(NetEnergyTest, MeasuredAndModelledDoNotMeet) {
  record.idle_before->channels = {
      sample_channel("package-0", Scope::package, Kind::modelled, 100.0 * joule)};
  EXPECT_THAT(net().refused, HasSubstr("the energy is measured and the idle energy modelled"));
}

TEST_F(NetEnergyTest, AModelHasNoRest) {
  for (auto* measurement : {&record.whole, &*record.idle_before, &*record.idle_after})
    measurement->channels[0].channel.kind = Kind::modelled;
  EXPECT_THAT(net().refused, HasSubstr("a model has no rest"));
}

TEST_F(NetEnergyTest, TheIntervalAddsAsSquares) {
  EXPECT_FALSE(net()->estimate.interval);
  EXPECT_THAT(net()->estimate.interval.refused, HasSubstr("no interval"));
  record.whole = with_standard(record.whole, 3.0 * joule);
  record.idle_before = with_standard(*record.idle_before, 4.0 * joule);  // x 10 s / 5 s / 2
  record.idle_after = with_standard(*record.idle_after, 0.0 * joule);
  const auto interval = net()->estimate.interval;
  ASSERT_TRUE(interval);
  // The idle powers differ by 4 W: 20 J as half width over 10 s.
  const double expected = 1.645 * std::sqrt(9.0 + 16.0 + 400.0 / 3.0);
  EXPECT_NEAR((interval->upper - interval->lower).in(joule) / 2.0, expected, 1e-9);
}

TEST_F(NetEnergyTest, OneSensorsGainCountsForTheDifferenceAlone) {
  // 5 % of 280 J at both ends of the gain, whatever gross and idle are.
  const auto with_gain = [](Measurement measurement) {
    ChannelEnergy& channel = measurement.channels[0];
    channel.uncertainty = UncertaintyBudget{
        {{"gain", Evaluation::type_b, 0.05 * *channel.energy, std::nullopt, "", "package-0", true}},
        1.0};
    return measurement;
  };
  record.idle_after = sample_measurement(2.0 * second, 40.0 * joule);  // 20 W, as before
  for (auto* measurement : {&record.whole, &*record.idle_before, &*record.idle_after})
    *measurement = with_gain(*measurement);
  const auto interval = net()->estimate.interval;
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->lower.in(joule), 300.0 / 1.05, 1e-9);
  EXPECT_NEAR(interval->upper.in(joule), 300.0 / 0.95, 1e-9);
}

}  // namespace
}  // namespace isojoule
