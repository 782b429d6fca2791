#include "isojoule/run/process_group.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include "isojoule/run/child.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

constexpr const char* kHybrid =
    "25 21 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
    "26 25 0:23 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
    "35 25 0:32 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

TEST(OwnCgroup, IsFoundBesideVersionOne) {
  FakeWorld fake;
  fake.write("/proc/self/mountinfo", kHybrid);
  fake.write("/proc/self/cgroup", "9:name=systemd:/x\n1:cpu:/y\n0::/user.slice/session-3.scope\n");
  EXPECT_EQ(own_cgroup(fake.world()),
            fake.root() / "sys/fs/cgroup/unified/user.slice/session-3.scope");
}

TEST(OwnCgroup, AtTheTopOfAVersionTwoMachine) {
  FakeWorld fake;
  fake.write("/proc/self/mountinfo",
             "30 23 0:26 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw\n");
  fake.write("/proc/self/cgroup", "0::/\n");
  EXPECT_EQ(own_cgroup(fake.world()), fake.root() / "sys/fs/cgroup" / "");
}

TEST(OwnCgroup, IsEmptyWithoutVersionTwo) {
  FakeWorld fake;
  fake.write("/proc/self/mountinfo", "26 25 0:23 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n");
  fake.write("/proc/self/cgroup", "1:cpu:/y\n");
  EXPECT_EQ(own_cgroup(fake.world()), "");
  EXPECT_EQ(ProcessGroup::make(fake.world(), getpid()), nullptr);
}

TEST(ProcessGroup, IsNotMadeWhereTheProcessCannotBeMoved) {
  // A plain folder has no cgroup.procs: the move fails, and nothing is left behind.
  FakeWorld fake;
  fake.write("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  fake.write("/proc/self/cgroup", "0::/here\n");
  fake.write("/sys/fs/cgroup/here/cgroup.controllers", "");
  EXPECT_EQ(ProcessGroup::make(fake.world(), getpid()), nullptr);
  EXPECT_FALSE(std::filesystem::exists(
      fake.root() / ("sys/fs/cgroup/here/isojoule-" + std::to_string(getpid()))));
}

TEST(ProcessGroup, CountsTheCpuTimeOfJustItsProcesses) {
  const HeldSignals signals;
  Child child(signals, {"sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"}, {});
  const auto group = ProcessGroup::make(real_world(), child.pid());
  if (!group) GTEST_SKIP() << "no cgroup of one's own may be made here";
  child.go();
  child.wait(*real_world().clock);
  const std::string stat = read_text(group->path() / "cpu.stat").value_or("");
  ASSERT_EQ(stat.rfind("usage_usec ", 0), 0u) << stat;
  EXPECT_GT(std::stoull(stat.substr(11)), 20'000u) << "200,000 turns of a shell";
}

TEST(ProcessGroup, OneThatAKilledMeterLeftIsNotInTheWay) {
  const HeldSignals signals;
  const Child child(signals, {"true"}, {});
  const auto left = own_cgroup(real_world()) / ("isojoule-" + std::to_string(getpid()));
  std::error_code error;
  if (!std::filesystem::create_directory(left, error))
    GTEST_SKIP() << "no cgroup of one's own may be made here";
  {
    const auto group = ProcessGroup::make(real_world(), child.pid());
    EXPECT_TRUE(group) << "where a directory may be made, a process of ours may be moved";
    EXPECT_NE(group ? group->path() : left, left);
  }
  std::filesystem::remove(left);
}

TEST(ProcessGroup, IsRemovedAndItsProcessesMovedBack) {
  std::filesystem::path path;
  const HeldSignals signals;
  Child child(signals, {"sleep", "100"}, {});
  {
    const auto group = ProcessGroup::make(real_world(), child.pid());
    if (!group) GTEST_SKIP() << "no cgroup of one's own may be made here";
    path = group->path();
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace isojoule
