#include "isojoule/core/world.hpp"

#include <linux/perf_event.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "support/fake_world.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using std::chrono::steady_clock;

TEST(World, FindsAbsolutePathsUnderItsRoot) {
  World world;
  EXPECT_EQ(world.path("/proc/stat"), "/proc/stat");
  world.root = "/made/tree";
  EXPECT_EQ(world.path("/proc/stat"), "/made/tree/proc/stat");
}

TEST(RealWorld, MonotonicClockGoesOn) {
  const Clock& clock = *real_world().clock;
  const Instant before = clock.now();
  const Instant boot = clock.boot_time();
  EXPECT_GE(clock.now(), before);
  EXPECT_GE(boot, before);  // boot time counts what monotonic time does, and suspensions
}

TEST(RealWorld, SleepEndsAtTheDeadlineOrWhenWoken) {
  Clock& clock = *real_world().clock;
  Waker waker;
  const Instant deadline = clock.now() + 5.0 * millisecond;
  clock.sleep_until(deadline, waker);
  EXPECT_GE(clock.now(), deadline);

  std::thread other([&waker] { waker.wake(); });
  const Instant far = clock.now() + 1.0 * hour;
  clock.sleep_until(far, waker);
  other.join();
  EXPECT_LT(clock.now(), far);
}

TEST(RealWorld, EnvironmentTellsUnsetFromEmpty) {
  setenv("ISOJOULE_WORLD_TEST", "", 1);
  EXPECT_EQ(real_world().environment->get("ISOJOULE_WORLD_TEST"), "");
  unsetenv("ISOJOULE_WORLD_TEST");
  EXPECT_EQ(real_world().environment->get("ISOJOULE_WORLD_TEST"), std::nullopt);
}

TEST(RealWorld, MissingLibraryIsSaid) {
  std::string why_not;
  EXPECT_EQ(real_world().libraries->open("libisojoule-no-such.so.9", why_not), nullptr);
  EXPECT_NE(why_not.find("libisojoule-no-such.so.9"), std::string::npos) << why_not;
}

TEST(RealWorld, LibraryHasItsSymbolsAndNoOthers) {
  std::string why_not;
  const auto library = real_world().libraries->open("libc.so.6", why_not);
  ASSERT_NE(library, nullptr) << why_not;
  EXPECT_NE(library->symbol("getpid"), nullptr);
  EXPECT_EQ(library->symbol("isojoule_no_such_symbol"), nullptr);
}

TEST(RealWorld, CountsTheCpuTimeOfChildrenThatEnded) {
  const auto cpu = [] { return real_world().processes->children_cpu_microseconds(); };
  const std::uint64_t before = cpu();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    timespec used{};
    while (used.tv_sec == 0 && used.tv_nsec < 20'000'000)
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    _exit(0);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_GE(cpu(), before + 15'000);  // 20 ms were used; accounting by ticks may lose some
}

TEST(RealWorld, SaysWhyAPerfEventCannotBeOpened) {
  int error = 0;
  constexpr std::uint32_t kNoSuchType = 0xfffffff0;
  EXPECT_EQ(real_world().perf_events->open(kNoSuchType, 0, 0, error), nullptr);
  EXPECT_NE(error, 0);
}

TEST(RealWorld, PerfCounterGoesOn) {
  int error = 0;  // the software event PERF_COUNT_SW_CPU_CLOCK counts nanoseconds on any machine
  const auto counter =
      real_world().perf_events->open(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, 0, error);
  if (counter == nullptr) GTEST_SKIP() << "events may not be opened here: errno " << error;
  std::string why_not;
  const auto before = counter->read(why_not);
  ASSERT_TRUE(before) << why_not;
  const auto after = counter->read(why_not);
  ASSERT_TRUE(after) << why_not;
  EXPECT_GT(*after, *before);
}

TEST(Waker, AWakeWithNoSleeperEndsTheNextSleepAtOnce) {
  Waker waker;
  waker.wake();
  EXPECT_TRUE(waker.wait_until(steady_clock::now() + std::chrono::hours(1)));
  EXPECT_FALSE(waker.wait_until(steady_clock::now()));  // and only that one
}

TEST(Waker, TakeDoesNotWait) {
  Waker waker;
  EXPECT_FALSE(waker.take());
  waker.wake();
  EXPECT_TRUE(waker.take());
  EXPECT_FALSE(waker.take());
}

TEST(FormatUtc, WritesIso8601) {
  using std::chrono::system_clock;
  // `date -u -d @951827696`: a leap day.
  EXPECT_EQ(format_utc(system_clock::from_time_t(951827696)), "2000-02-29T12:34:56Z");
  EXPECT_EQ(format_utc(system_clock::from_time_t(0)), "1970-01-01T00:00:00Z");
}

TEST(ReadText, ReadsWholeFilesAndTellsThemFromAbsentOnes) {
  FakeWorld fake;
  const World& world = fake.world();
  fake.write("/proc/some", std::string("a\0b\n", 4));
  fake.write("/proc/empty", "");
  EXPECT_EQ(read_text(world.path("/proc/some")), std::string("a\0b\n", 4));
  EXPECT_EQ(read_text(world.path("/proc/empty")), "");
  EXPECT_EQ(read_text(world.path("/proc/absent")), std::nullopt);
  EXPECT_EQ(read_text(world.path("/proc")), std::nullopt);  // a directory
}

TEST(ReadText, ReadsAtMostAMebibyte) {
  FakeWorld fake;
  fake.write("/large", std::string((1 << 20) + 5, 'x'));
  EXPECT_EQ(read_text(fake.world().path("/large"))->size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace isojoule
