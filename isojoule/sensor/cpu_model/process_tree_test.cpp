#include "isojoule/sensor/cpu_model/process_tree.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule::cpu_model {
namespace {

std::uint64_t ticks(std::uint64_t count) {
  return count * 1'000'000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
}

TEST(ProcessStatTest, ReadsTheFieldsBehindAnyName) {
  for (const char* name : {"python3", "a (b) c", ") S 1 (", ""}) {
    const auto stat = parse_process_stat(fmt::format(
        "17 ({}) R 5 6 7 8 9 10 11 12 13 14 100 20 3000 400 20 0 9 0 123456 7 8 9\n", name));
    ASSERT_TRUE(stat) << name;
    EXPECT_EQ(stat->process, 17);
    EXPECT_EQ(stat->parent, 5);
    EXPECT_EQ(stat->own, ticks(120));
    EXPECT_EQ(stat->waited, ticks(3400));
    EXPECT_EQ(stat->start, 123456u);
  }
}

TEST(ProcessStatTest, AnythingElseIsNone) {
  for (const char* text :
       {"", "17", "17 (x)", "17 (x) R 5", "x (x) R 5 6 7 8 9 10 11 12 13 14 1 2 3 4 5 6 7 8 9 10\n",
        "17 (x) R 5 6 7 8 9 10 11 12 13 14 1 -2 3 4 20 0 9 0 12 7\n",
        "17 (x) R 5 6 7 8 9 10 11 12 13 14 1 2 3 4 20 0 9 0 12"})
    EXPECT_FALSE(parse_process_stat(text)) << text;
}

/// Processes of a machine as a test says that they are.
class ProcessTreeTest : public testing::Test {
 protected:
  static constexpr pid_t kRoot = 100;
  static constexpr pid_t kElsewhere = 1;

  void process(pid_t process, pid_t parent, std::uint64_t own, std::uint64_t waited = 0,
               std::uint64_t start = 50) {
    fake_.write(fmt::format("/proc/{}/stat", process),
                fmt::format("{} (w) S {} 0 0 0 0 0 0 0 0 0 {} 0 {} 0 20 0 1 0 {} 0 0\n", process,
                            parent, own, waited, start));
  }
  void ends(pid_t process) { fake_.remove(fmt::format("/proc/{}/stat", process)); }
  ProcessTree tree() { return ProcessTree(fake_.world(), kRoot); }

  FakeWorld fake_;
};

TEST_F(ProcessTreeTest, CountsLiveDescendantsAtOnceAndNobodyElse) {
  process(kRoot, kElsewhere, 500, 100);
  process(101, kRoot, 40);
  process(200, kElsewhere, 9000);
  ProcessTree tree = this->tree();
  EXPECT_EQ(tree.look(), 0u) << "what was used before does not count";
  process(kRoot, kElsewhere, 510, 100);
  process(101, kRoot, 45);
  process(102, 101, 3);
  process(103, 102, 2);
  process(200, kElsewhere, 9900);
  EXPECT_EQ(tree.look(), ticks(10 + 5 + 3 + 2));
}

TEST_F(ProcessTreeTest, WithoutItsRootItIsNotUsable) {
  EXPECT_FALSE(tree().is_usable());
  process(kRoot, kElsewhere, 1);
  EXPECT_TRUE(tree().is_usable());
}

TEST_F(ProcessTreeTest, AChildThatWasWaitedForCountsOnce) {
  process(kRoot, kElsewhere, 0);
  process(101, kRoot, 0);
  ProcessTree tree = this->tree();
  process(101, kRoot, 70);
  EXPECT_EQ(tree.look(), ticks(70));
  ends(101);
  process(kRoot, kElsewhere, 0, 75);
  EXPECT_EQ(tree.look(), ticks(75)) << "with what it used after it was last seen";
  process(kRoot, kElsewhere, 0, 85);
  EXPECT_EQ(tree.look(), ticks(85)) << "one that was never seen";
}

TEST_F(ProcessTreeTest, AParentThatIsReadBeforeItWaitsCountsTheChildOnce) {
  process(kRoot, kElsewhere, 0);
  process(101, kRoot, 0);
  ProcessTree tree = this->tree();
  process(101, kRoot, 70);
  EXPECT_EQ(tree.look(), ticks(70));
  ends(101);  // after its parent was read
  EXPECT_EQ(tree.look(), ticks(70));
  process(kRoot, kElsewhere, 0, 75);
  EXPECT_EQ(tree.look(), ticks(75));
}

TEST_F(ProcessTreeTest, ABranchThatEndsBetweenTwoLooksCountsOnce) {
  process(kRoot, kElsewhere, 0);
  process(101, kRoot, 10);
  process(102, 101, 20);
  process(103, 102, 30);
  ProcessTree tree = this->tree();
  process(103, 102, 35);
  EXPECT_EQ(tree.look(), ticks(5));
  for (const pid_t gone : {101, 102, 103}) ends(gone);
  process(kRoot, kElsewhere, 0, 10 + 20 + 35 + 1);
  EXPECT_EQ(tree.look(), ticks(6));
}

TEST_F(ProcessTreeTest, TheSumNeverFalls) {
  process(kRoot, kElsewhere, 0);
  process(101, kRoot, 0);
  process(102, 101, 0);
  ProcessTree tree = this->tree();
  process(102, 101, 60);
  EXPECT_EQ(tree.look(), ticks(60));
  ends(101);
  process(102, kElsewhere, 80);  // an orphan that others adopted
  EXPECT_EQ(tree.look(), ticks(80));
  process(kRoot, kElsewhere, 10);
  ends(102);
  EXPECT_EQ(tree.look(), ticks(90)) << "nobody of the tree waits for it";
  process(kRoot, kElsewhere, 10, 5);
  tree.look();
  process(kRoot, kElsewhere, 10, 25);
  EXPECT_GE(tree.look(), ticks(110));
  ends(kRoot);
  EXPECT_GE(tree.look(), ticks(110));
}

TEST_F(ProcessTreeTest, AnotherProcessOfTheSameNumberIsAnother) {
  process(kRoot, kElsewhere, 0);
  process(101, kRoot, 50);
  ProcessTree tree = this->tree();
  process(101, kElsewhere, 7000, 0, 99);
  process(kRoot, kElsewhere, 0, 50);
  EXPECT_EQ(tree.look(), 0u);
  process(101, kElsewhere, 8000, 0, 99);
  EXPECT_EQ(tree.look(), 0u);
}

TEST_F(ProcessTreeTest, OfOurOwnChildWhatIsUsedAfterTheLastLookCounts) {
  fake_.set_children_cpu_microseconds(1'000'000);  // of another child, before
  process(kRoot, getpid(), 0);
  process(101, kRoot, 0);
  ProcessTree tree = this->tree();
  process(kRoot, getpid(), 30);
  process(101, kRoot, 10);
  EXPECT_EQ(tree.look(), ticks(40));
  process(101, getpid(), 12);
  ends(kRoot);
  fake_.set_children_cpu_microseconds(1'000'000 + ticks(33));
  EXPECT_EQ(tree.look(), ticks(33 + 12)) << "with an orphan that came to us, alive";
  process(102, getpid(), 4);
  EXPECT_EQ(tree.look(), ticks(33 + 12 + 4)) << "and one that was never seen before";
}

TEST_F(ProcessTreeTest, LooksForNewProcessesWhenSomeWereStarted) {
  fake_.write("/proc/loadavg", "0.00 0.00 0.00 1/100 101\n");
  process(kRoot, kElsewhere, 0);
  ProcessTree tree = this->tree();
  process(101, kRoot, 5);
  EXPECT_EQ(tree.look(), 0u) << "nothing was started, it says";
  fake_.write("/proc/loadavg", "0.00 0.00 0.00 1/100 102\n");
  EXPECT_EQ(tree.look(), ticks(5));
  process(102, kRoot, 2);
  fake_.clock().advance(1.5 * second, 0);
  EXPECT_EQ(tree.look(), ticks(7)) << "once a second whatever it says";
}

void burn(double seconds) {
  timespec used{};
  do {
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec) < seconds);
}

/// A child that burns so much, writes a byte to `done` and then waits to be killed.
pid_t worker(double seconds, int done) {
  const pid_t child = fork();
  if (child == 0) {
    burn(seconds);
    if (write(done, "", 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  return child;
}

TEST(ProcessTreeHere, CountsLiveWorkersOfThisProcess) {
  ProcessTree tree(real_world(), getpid());
  ASSERT_TRUE(tree.is_usable());
  timespec before{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  std::array<int, 2> done{};
  ASSERT_EQ(pipe2(done.data(), O_CLOEXEC), 0);
  const pid_t first = worker(0.3, done[1]);
  const pid_t second_one = worker(0.3, done[1]);
  const double own =
      static_cast<double>(before.tv_sec) + 1e-9 * static_cast<double>(before.tv_nsec);
  const std::uint64_t at_start = tree.look();
  burn(own + 0.3);
  close(done[1]);
  std::array<char, 2> bytes{};
  for (char& byte : bytes) ASSERT_EQ(read(done[0], &byte, 1), 1) << "a worker ended early";
  close(done[0]);
  const std::uint64_t last = tree.look();
  EXPECT_GE(last, at_start);
  // Each of the three is known to a tick of user and one of system time.
  EXPECT_NEAR(static_cast<double>(last), 0.9e6, 0.06e6 + 0.05e6);
  for (const pid_t child : {first, second_one}) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  EXPECT_NEAR(static_cast<double>(tree.look()), static_cast<double>(last), 0.05e6)
      << "not counted again when they were waited for";
}

}  // namespace
}  // namespace isojoule::cpu_model
