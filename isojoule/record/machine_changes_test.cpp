#include "isojoule/record/machine_changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

HostInfo machine() {
  HostInfo host;
  host.cpu_model = "Made CPU";
  host.hardware_threads = 8;
  host.gpus = {"Made GPU"};
  host.settings = {{"cpu", "governor", "performance"},    {"gpu-GPU-a", "power limit", "300 W"},
                   {"gpu-GPU-a", "SM clock", "1410 MHz"}, {"gpu-GPU-a", "ECC", "on"},
                   {"gpu-GPU-a", "MIG", "off"},           {"nvidia", "driver", "550.54"}};
  return host;
}

MachineProfile profile(Scope scope) {
  MachineProfile profile;
  profile.host = machine();
  profile.basis.scope = scope;
  profile.context = {{"torch", "2.6.0"}};
  return profile;
}

std::vector<MachineChange> changes(Scope scope, const HostInfo& now,
                                   const std::string& torch = "2.6.0") {
  return machine_changes(profile(scope), now, {{"torch", torch}});
}

HostInfo with(std::size_t setting, const std::string& value) {
  HostInfo host = machine();
  host.settings[setting].value = value;
  return host;
}

TEST(MachineChanges, NoneOnTheSameMachine) {
  EXPECT_THAT(changes(Scope::gpu, machine()), IsEmpty());
}

TEST(MachineChanges, NameEachSettingOfWhatTheEnergiesAreOf) {
  const auto only = [](std::size_t setting, const std::string& value, Scope scope) {
    const auto found = changes(scope, with(setting, value));
    EXPECT_EQ(found.size(), 1u);
    return found.front();
  };
  EXPECT_EQ(only(1, "250 W", Scope::gpu),
            (MachineChange{"power limit of gpu-GPU-a", "300 W", "250 W", true}));
  EXPECT_EQ(only(2, "1200 MHz", Scope::gpu),
            (MachineChange{"SM clock of gpu-GPU-a", "1410 MHz", "1200 MHz", true}));
  EXPECT_EQ(only(3, "off", Scope::gpu), (MachineChange{"ECC of gpu-GPU-a", "on", "off", true}));
  EXPECT_EQ(only(4, "on", Scope::gpu), (MachineChange{"MIG of gpu-GPU-a", "off", "on", true}));
  EXPECT_EQ(only(0, "powersave", Scope::package),
            (MachineChange{"governor of cpu", "performance", "powersave", true}));
}

TEST(MachineChanges, OfOtherPartsAreOnlyTold) {
  EXPECT_FALSE(changes(Scope::gpu, with(0, "powersave")).front().invalidates);
  EXPECT_FALSE(changes(Scope::package, with(1, "250 W")).front().invalidates);
}

TEST(MachineChanges, OfSoftwareAreOnlyTold) {
  EXPECT_THAT(changes(Scope::gpu, with(5, "560.10")),
              ElementsAre(MachineChange{"driver of nvidia", "550.54", "560.10", false}));
  EXPECT_THAT(changes(Scope::gpu, machine(), "2.7.0"),
              ElementsAre(MachineChange{"torch", "2.6.0", "2.7.0", false}));
}

TEST(MachineChanges, AnotherMachineIsNamed) {
  HostInfo other = machine();
  other.cpu_model = "Other CPU";
  other.hardware_threads = 4;
  other.gpus = {};
  EXPECT_THAT(changes(Scope::gpu, other),
              ElementsAre(MachineChange{"CPU", "Made CPU", "Other CPU", true},
                          MachineChange{"hardware threads", "8", "4", true},
                          MachineChange{"GPUs", "Made GPU", "none", true}));
}

TEST(MachineChanges, WhatIsNotToldAnyMoreIsTold) {
  HostInfo now = machine();
  now.settings.erase(now.settings.begin() + 1);
  const auto found = changes(Scope::gpu, now);
  EXPECT_THAT(found,
              ElementsAre(MachineChange{"power limit of gpu-GPU-a", "300 W", "unknown", false}));
  EXPECT_EQ(to_string(found.front()), "power limit of gpu-GPU-a: 300 W then, unknown now");
}

TEST(MachineChanges, AMachineThatIsNotKnownIsNoOtherOne) {
  HostInfo unknown = machine();
  unknown.cpu_model.clear();
  unknown.hardware_threads.reset();
  for (const MachineChange& change : changes(Scope::gpu, unknown))
    EXPECT_FALSE(change.invalidates) << change.what;
}

/// The made machine with another board in the place of its own.
HostInfo with_board(const std::string& part, const std::string& power_limit) {
  HostInfo host = machine();
  for (MachineSetting& setting : host.settings)
    if (setting.part == "gpu-GPU-a") setting.part = part;
  host.settings[1].value = power_limit;
  return host;
}

TEST(MachineChanges, ABoardInAnothersPlaceIsNamed) {
  EXPECT_THAT(changes(Scope::gpu, with_board("gpu-GPU-b", "300 W")),
              ElementsAre(MachineChange{"board", "gpu-GPU-a", "gpu-GPU-b", false}));
}

TEST(MachineChanges, TheSettingsOfABoardInAnothersPlaceAreCompared) {
  EXPECT_THAT(changes(Scope::gpu, with_board("gpu-GPU-b", "250 W")),
              ElementsAre(MachineChange{"board", "gpu-GPU-a", "gpu-GPU-b", false},
                          MachineChange{"power limit of gpu-GPU-a", "300 W", "250 W", true}));
}

TEST(MachineChanges, AReplacedBoardIsPairedByItsModel) {
  MachineProfile then;
  then.basis.scope = Scope::gpu;
  // The names stand in the order of the parts, the settings in that of the places.
  then.host.gpus = {"A100", "V100"};
  then.host.settings = {{"gpu-GPU-z", "power limit", "250 W"},
                        {"gpu-GPU-a", "power limit", "400 W"}};
  HostInfo now;
  now.gpus = {"A100", "V100"};
  now.settings = {{"gpu-GPU-b", "power limit", "400 W"}, {"gpu-GPU-y", "power limit", "250 W"}};
  EXPECT_THAT(machine_changes(then, now, {}),
              ElementsAre(MachineChange{"board", "gpu-GPU-a", "gpu-GPU-b", false},
                          MachineChange{"board", "gpu-GPU-z", "gpu-GPU-y", false}));
}

TEST(MachineChanges, ABoardThatIsStillThereIsItself) {
  MachineProfile then;
  then.basis.scope = Scope::gpu;
  then.host.gpus = {"A100", "A100"};
  then.host.settings = {{"gpu-GPU-a", "power limit", "400 W"},
                        {"gpu-GPU-b", "power limit", "300 W"}};
  HostInfo now;
  now.gpus = {"A100", "A100"};
  now.settings = {{"gpu-GPU-b", "power limit", "300 W"}, {"gpu-GPU-c", "power limit", "400 W"}};
  EXPECT_THAT(machine_changes(then, now, {}),
              ElementsAre(MachineChange{"board", "gpu-GPU-a", "gpu-GPU-c", false}));
}

TEST(MachineChanges, OneThatInvalidatesMakesStale) {
  const MachineChange shown{"torch", "2.5", "2.7", false};
  const MachineChange other{"CPU", "this", "that", true};
  EXPECT_FALSE(is_stale({}));
  EXPECT_FALSE(is_stale(std::vector{shown}));
  EXPECT_TRUE(is_stale(std::vector{shown, other}));
}

TEST(MachineChanges, WhatAProfileDoesNotTellIsNone) {
  MachineProfile old = profile(Scope::gpu);
  old.host.settings.clear();
  old.context.clear();
  EXPECT_THAT(machine_changes(old, machine(), {{"torch", "2.7.0"}}), IsEmpty());
}

}  // namespace
}  // namespace isojoule
