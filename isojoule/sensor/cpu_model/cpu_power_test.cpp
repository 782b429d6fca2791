#include "isojoule/sensor/cpu_model/cpu_power.hpp"

#include <gmock/gmock.h>

namespace isojoule {
namespace {

using testing::AllOf;
using testing::HasSubstr;

CpuIdentity physical(const char* name, int threads, int packages) {
  CpuIdentity cpu;
  cpu.name = name;
  cpu.threads = threads;
  cpu.packages = packages;
  return cpu;
}

CpuIdentity in_a_vm(const char* name, int threads) {
  CpuIdentity cpu = physical(name, threads, 1);
  cpu.is_virtual = true;
  return cpu;
}

double per_thread(const CpuIdentity& cpu) { return cpu_power(cpu).per_thread.value.in(watt); }

TEST(CpuPowerTest, SharesTheTdpAmongThePackagesThreads) {
  // Supply share x share of the TDP above idle x TDP / threads.
  EXPECT_NEAR(per_thread(physical("AMD EPYC 7742 64-Core Processor", 256, 2)),
              0.85 * 0.71 * 225 / 128, 1e-9);
  EXPECT_NEAR(per_thread(physical("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz", 80, 2)),
              0.85 * 0.92 * 150 / 40, 1e-9);
}

TEST(CpuPowerTest, GoesByTheGenerationWhereThePackagesThreadsAreHidden) {
  const CpuPower power = cpu_power(in_a_vm("Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz", 4));
  EXPECT_NEAR(power.per_thread.value.in(watt), 0.85 * 3.22, 1e-9);
  EXPECT_FALSE(power.idle);  // a virtual machine has a part of a package
  EXPECT_THAT(power.basis,
              AllOf(HasSubstr("threads of a package are not known"), HasSubstr("Cascade Lake")));
}

TEST(CpuPowerTest, TakesTheNumberOfCoresFromTheName) {
  EXPECT_NEAR(per_thread(in_a_vm("AMD EPYC 7742 64-Core Processor", 2)), 0.85 * 0.71 * 225 / 128,
              1e-9);
}

TEST(CpuPowerTest, SaysHowFarItMayBeOff) {
  const CpuPower exact = cpu_power(physical("AMD EPYC 7742 64-Core Processor", 128, 1));
  EXPECT_NEAR(exact.per_thread.least / exact.per_thread.value, 0.67, 1e-9);
  EXPECT_NEAR(exact.per_thread.most / exact.per_thread.value, 1.40, 1e-9);
  const CpuPower vague = cpu_power(physical("AMD EPYC 7745 64-Core Processor", 128, 1));
  EXPECT_LT(vague.per_thread.least / vague.per_thread.value, 0.67);
  EXPECT_GT(vague.per_thread.most / vague.per_thread.value, 1.40);
  EXPECT_THAT(vague.basis, HasSubstr("TDP about"));
}

TEST(CpuPowerTest, TakesTheTypicalServerOfAGenerationThatHasNoName) {
  CpuIdentity cpu = in_a_vm("Intel(R) Xeon(R) CPU @ 2.20GHz", 4);
  cpu.vendor = "GenuineIntel";
  cpu.family = 6;
  cpu.model = 79;
  const CpuPower power = cpu_power(cpu);
  ASSERT_TRUE(power.tdp);
  EXPECT_FALSE(power.tdp->by_name);
  EXPECT_GE(power.tdp->tdp, 60.0 * watt);
  EXPECT_LE(power.tdp->tdp, 165.0 * watt);
  EXPECT_THAT(power.basis, HasSubstr("as is typical of Broadwell servers"));
}

TEST(CpuPowerTest, KnowsArmByImplementerAndPart) {
  CpuIdentity altra = physical("", 80, 1);
  altra.implementer = 0x41;
  altra.part = 0xd0c;
  const CpuPower power = cpu_power(altra);
  ASSERT_TRUE(power.tdp);
  EXPECT_EQ(power.tdp->tdp, 210.0 * watt);
  EXPECT_THAT(power.basis, HasSubstr("as published of Neoverse N1 (Ampere Altra Q80-30)"));
  CpuIdentity apple = in_a_vm("", 4);
  apple.implementer = 0x61;
  apple.part = 0;
  EXPECT_TRUE(cpu_power(apple).tdp);
  CpuIdentity nobody = physical("", 4, 1);
  nobody.implementer = 0x99;
  nobody.part = 1;
  EXPECT_FALSE(cpu_power(nobody).tdp);
}

TEST(CpuPowerTest, HasAValueForNobodysCpuWithAWideRange) {
  const CpuPower power = cpu_power(CpuIdentity{});
  EXPECT_FALSE(power.tdp);
  EXPECT_FALSE(power.idle);
  EXPECT_GT(power.per_thread.value, Power{});
  EXPECT_GE(power.per_thread.most / power.per_thread.least, 10.0);
}

TEST(CpuPowerTest, IsNearToWhatServersShowedInTheMean) {
  // SPECpower: 3.44 W a thread at the wall for Xeon Scalable, 1.36 for EPYC, 5.9 for E5.
  EXPECT_NEAR(per_thread(physical("Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz", 112, 2)) / 0.85,
              3.44, 0.25 * 3.44);
  EXPECT_NEAR(per_thread(physical("AMD EPYC 7742 64-Core Processor", 256, 2)) / 0.85, 1.36,
              0.25 * 1.36);
}

}  // namespace
}  // namespace isojoule
