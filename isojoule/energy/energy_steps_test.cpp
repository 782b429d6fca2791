#include "isojoule/energy/energy_steps.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

Instant at(double seconds) { return Instant{} + seconds * second; }

Channel counter() {
  Channel channel;
  channel.unit = millijoule;
  channel.range = 100'000;
  channel.max_power = 4.0 * watt;
  return channel;
}

TEST(EnergySteps, OfACounterAreItsDifferences) {
  EnergySteps steps(counter());
  EXPECT_FALSE(steps.add(at(1), 1000));
  const auto step = steps.add(at(3), 4000);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->from, at(1));
  EXPECT_EQ(step->to, at(3));
  EXPECT_DOUBLE_EQ(step->energy.in(joule), 3.0);
  EXPECT_DOUBLE_EQ(step->power().in(watt), 1.5);
}

TEST(EnergySteps, OfPowerAreTrapezoids) {
  Channel power;
  power.unit = watt;
  EnergySteps steps(power);
  steps.add(at(0), 100);
  EXPECT_DOUBLE_EQ(steps.add(at(2), 300)->energy.in(joule), 400.0);
}

TEST(EnergySteps, GoOnAcrossAFailedReadingAndAWrap) {
  EnergySteps steps(counter());
  steps.add(at(1), 99'000);
  EXPECT_FALSE(steps.add(at(1.5), std::nullopt));
  const auto step = steps.add(at(2), 1000);
  ASSERT_TRUE(step);
  EXPECT_DOUBLE_EQ(step->energy.in(joule), 2.0);
  EXPECT_EQ(step->from, at(1));
}

TEST(EnergySteps, AreNotThereForAResetOrAWildReading) {
  Channel endless = counter();
  endless.range.reset();
  EnergySteps reset(endless);
  reset.add(at(1), 9000);
  EXPECT_FALSE(reset.add(at(2), 0));
  EXPECT_TRUE(reset.add(at(3), 1000));  // it goes on from the new beginning

  EnergySteps wild(endless);
  wild.add(at(1), 0);
  EXPECT_FALSE(wild.add(at(2), 1'000'000));
}

TEST(EnergySteps, TimeThatStandsStillIsNoStep) {
  EnergySteps steps(counter());
  steps.add(at(1), 1000);
  EXPECT_FALSE(steps.add(at(1), 2000));
}

TEST(EnergySteps, TakeTheGainIntoAccount) {
  Channel channel = counter();
  channel.gain.value = 1.25;  // shows a quarter too much
  EnergySteps steps(channel);
  steps.add(at(1), 0);
  EXPECT_DOUBLE_EQ(steps.add(at(2), 2500)->energy.in(joule), 2.0);
}

}  // namespace
}  // namespace isojoule
