#include "isojoule/run/cpu_times.hpp"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::HasSubstr;

CpuTimes times(double busy, double ours) { return {busy * second, Duration{}, 2, ours * second}; }

TEST(CpuTimes, AreThoseOfTheKernel) {
  FakeWorld fake;
  fake.write("/proc/stat", "cpu  100 20 30 4000 500 6 7 8 9 10\ncpu0 1\ncpu1 1\nintr 5\n");
  fake.write("/proc/self/stat", "7 (a (b) c) S 1 1 1 0 -1 0 0 0 0 0 40 2 0 0 20 0 1 0 5\n");
  fake.set_children_cpu_microseconds(3'000'000);
  const CpuTimes read = read_cpu_times(fake.world());
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  EXPECT_DOUBLE_EQ(read.busy.in(second), 163.0 * tick);  // not idle, waiting, stolen, guests
  EXPECT_DOUBLE_EQ(read.steal.in(second), 8.0 * tick);
  EXPECT_EQ(read.cpus, 2u);
  EXPECT_DOUBLE_EQ(read.ours.in(second), 3.0 + 42.0 * tick);
}

TEST(CpuTimes, AreNothingWhereNothingIsKnown) {
  const FakeWorld fake;
  EXPECT_EQ(read_cpu_times(fake.world()).busy, Duration{});
  EXPECT_EQ(work_elsewhere(times(0, 0), times(0, 0), minute), "");
}

TEST(WorkElsewhere, IsSaidOfACommandThatOnlyAsks) {
  EXPECT_THAT(work_elsewhere(times(10, 1), times(13.1, 1.01), 3.0 * second),
              AllOf(HasSubstr("worked for 3.1 s meanwhile"), HasSubstr("own processes for 0.01 s"),
                    HasSubstr("containers")));
}

TEST(WorkElsewhere, IsNotSaidOfOneThatWorks) {
  EXPECT_EQ(work_elsewhere(times(0, 0), times(6, 3), 3.0 * second), "") << "beside others";
  EXPECT_EQ(work_elsewhere(times(0, 0), times(3, 3), 3.0 * second), "");
}

TEST(WorkElsewhere, IsNotSaidOfAMachineAtRest) {
  EXPECT_EQ(work_elsewhere(times(0, 0), times(0.4, 0), 3.0 * second), "") << "it just waits";
}

TEST(WorkElsewhere, AShortCommandTellsTooLittle) {
  EXPECT_EQ(work_elsewhere(times(0, 0), times(0.9, 0), 0.9 * second), "");
}

}  // namespace
}  // namespace isojoule
