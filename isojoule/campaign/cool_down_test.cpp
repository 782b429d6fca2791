#include "isojoule/campaign/cool_down.hpp"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/run/held_signals.hpp"

#include "support/fake_world.hpp"
#include "support/jumping_clock.hpp"

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two boards by the fake NVML on a scripted clock: whoever waits moves it on.
class CoolDownTest : public ::testing::Test {
 public:
  ~CoolDownTest() override { unsetenv("FAKE_NVML_SCRIPT"); }

 protected:
  CoolDownTest() {
    fake_.set_library("libnvidia-ml.so.1", ISOJOULE_FAKE_NVML);
    setenv("FAKE_NVML_SCRIPT", (fake_.root() / "nvml.txt").c_str(), 1);
    world_ = fake_.world();
    world_.clock = &clock_;
    CampaignItem item;
    item.name = "a";
    item.device = "cuda:0";
    plan_.items = {item};
    plan_.cooling = {Duration{}, true, 60.0 * second};
    set_celsius(40, 40);
  }

  void set_celsius(int first, int second_board) {
    const auto board = [](const char* uuid, int celsius) {
      return std::string("board\nuuid ") + uuid + "\nname Fake\nenergy_mj 1\ntemperature_c " +
             std::to_string(celsius) + "\n";
    };
    fake_.write("/nvml.txt", board("GPU-a", first) + board("GPU-b", second_board));
  }
  CoolDown cool_down(Temperatures at_begin = {}) {
    return {world_, plan_, std::move(at_begin),
            [this](const std::string& text) { remarks_.push_back(text); }};
  }
  /// The first board becomes so warm when so long was slept.
  void change_after(Duration time, int celsius) {
    clock_.meanwhile = [this, time, celsius] {
      if (clock_.slept() >= time) set_celsius(celsius, 40);
    };
  }

  FakeWorld fake_;
  JumpingClock clock_;
  World world_;
  CampaignPlan plan_;
  std::vector<std::string> remarks_;
  Waker waker_;
  const HeldSignals signals_;
};

TEST_F(CoolDownTest, WaitsForItsTime) {
  plan_.cooling = {30.0 * second, false, 60.0 * second};
  EXPECT_TRUE(cool_down().between_runs());
  EXPECT_NEAR(clock_.slept().in(second), 30.0, 1e-6);
  EXPECT_THAT(remarks_, IsEmpty());
}

TEST_F(CoolDownTest, WaitsUntilTheBoardIsCool) {
  CoolDown cool = cool_down();
  set_celsius(75, 40);
  clock_.sleep_until(clock_.now() + 2.0 * second, waker_);
  change_after(10.0 * second, 43);
  EXPECT_TRUE(cool.between_runs());
  EXPECT_GE(clock_.slept(), 10.0 * second);
  // A look a second, at gauges that are read once a second.
  EXPECT_LE(clock_.slept(), 13.0 * second);
  EXPECT_THAT(remarks_, IsEmpty());
}

TEST_F(CoolDownTest, ABoardThatNothingRunsOnIsNotWaitedFor) {
  CoolDown cool = cool_down();
  set_celsius(40, 90);
  clock_.sleep_until(clock_.now() + 2.0 * second, waker_);
  EXPECT_TRUE(cool.between_runs());
  EXPECT_EQ(clock_.slept(), 2.0 * second);
}

TEST_F(CoolDownTest, OneThatGoesOnWarmWaitsForTheTemperatureOfTheBegin) {
  set_celsius(70, 40);
  change_after(5.0 * second, 41);
  CoolDown cool = cool_down({{"nvml:GPU-a:temperature", 40.0}});
  EXPECT_TRUE(cool.until_cool());
  EXPECT_GE(clock_.slept(), 5.0 * second);
  EXPECT_LE(clock_.slept(), 8.0 * second);
}

TEST_F(CoolDownTest, ANewOneDoesNotWait) {
  EXPECT_TRUE(cool_down().until_cool());
  EXPECT_EQ(clock_.slept(), Duration{});
}

TEST_F(CoolDownTest, WhatDoesNotCoolDownInTimeIsTold) {
  CoolDown cool = cool_down();
  set_celsius(75, 40);
  clock_.sleep_until(clock_.now() + 2.0 * second, waker_);
  EXPECT_TRUE(cool.between_runs());
  EXPECT_NEAR(clock_.slept().in(second), 62.0, 1e-6);
  EXPECT_THAT(remarks_, ElementsAre("after 60 s of rest the boards are still 35 °C warmer than "
                                    "when the campaign started; it continues"));
}

TEST_F(CoolDownTest, AThermometerThatFallsSilentIsToldOnce) {
  CoolDown cool = cool_down();
  fake_.write("/nvml.txt",
              "board\nuuid GPU-a\nname Fake\nenergy_mj 1\nboard\nuuid GPU-b\nenergy_mj 1\n");
  clock_.sleep_until(clock_.now() + 2.0 * second, waker_);
  EXPECT_TRUE(cool.between_runs());
  EXPECT_TRUE(cool.between_runs());
  EXPECT_THAT(remarks_, ElementsAre(HasSubstr("report no temperature any more")));
}

TEST_F(CoolDownTest, WhereNothingTellsATemperatureItIsTold) {
  plan_.items[0].device = "cpu";
  EXPECT_TRUE(cool_down().between_runs());
  EXPECT_THAT(remarks_,
              ElementsAre(HasSubstr("no sensor here reports a temperature of what the plan "
                                    "runs on")));
}

TEST_F(CoolDownTest, WhoAsksForTheEndDoesNotWait) {
  CoolDown cool = cool_down();
  set_celsius(75, 40);
  clock_.sleep_until(clock_.now() + 2.0 * second, waker_);
  clock_.meanwhile = [this] {
    if (clock_.slept() >= 5.0 * second) kill(getpid(), SIGINT);
  };
  EXPECT_FALSE(cool.between_runs());
  EXPECT_LE(clock_.slept(), 5.1 * second);
  plan_.cooling = {30.0 * second, false, 60.0 * second};
  EXPECT_FALSE(cool_down().between_runs());
  EXPECT_LE(clock_.slept(), 5.1 * second);
}

}  // namespace
}  // namespace isojoule
