#include "isojoule/core/host_info.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

std::string cpu(int processor, int physical, int core, const std::string& flags = "fpu sse2") {
  return "processor\t: " + std::to_string(processor) +
         "\nmodel name\t: Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz\nphysical id\t: " +
         std::to_string(physical) + "\ncore id\t\t: " + std::to_string(core) +
         "\nflags\t\t: " + flags + "\n\n";
}

TEST(HostInfo, ReadsATwoSocketMachine) {
  FakeWorld fake;
  // Two sockets of two cores of two threads; core ids are the same on both.
  std::string cpus;
  for (int i = 0; i < 8; ++i) cpus += cpu(i, i / 4, i % 2);
  fake.write("/proc/cpuinfo", cpus);
  fake.write("/proc/meminfo", "MemTotal:       16384256 kB\nMemFree:   123 kB\n");
  fake.write("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
  fake.write("/etc/os-release",
             "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  const HostInfo expected{.cpu_model = "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz",
                          .hardware_threads = 8,
                          .cores = 4,
                          .memory_bytes = 16384256ull * 1024,
                          .gpus = {},
                          .kernel = "6.1.0-18-amd64",
                          .os = "Debian GNU/Linux 12 (bookworm)",
                          .hypervisor = "",
                          .settings = {}};
  EXPECT_EQ(read_host_info(fake.world()), expected);
}

TEST(HostInfo, ReadsTheSettingsOfTheCpu) {
  FakeWorld fake;
  fake.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  fake.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq", "4200000\n");
  fake.write("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
  fake.write("/sys/class/powercap/intel-rapl:0/constraint_0_power_limit_uw", "28000000\n");
  const std::vector<MachineSetting> expected{{"cpu", "governor", "powersave"},
                                             {"cpu", "frequency limit", "4.2 GHz"},
                                             {"cpu", "boost", "off"},
                                             {"cpu", "power limit", "28 W"}};
  EXPECT_EQ(read_host_info(fake.world()).settings, expected);
  fake.write("/sys/devices/system/cpu/intel_pstate/no_turbo", "what\n");
  fake.write("/sys/devices/system/cpu/cpufreq/boost", "1\n");
  EXPECT_EQ(read_host_info(fake.world()).settings[2], (MachineSetting{"cpu", "boost", "on"}));
}

TEST(HostInfo, LeavesOutWhatCannotBeRead) {
  FakeWorld fake;
  EXPECT_EQ(read_host_info(fake.world()), HostInfo{});
}

TEST(HostInfo, LeavesOutWhatCannotBeUnderstood) {
  FakeWorld fake;
  fake.write("/proc/cpuinfo", "\n:::\nno separator\n");
  fake.write("/proc/meminfo", "MemTotal: plenty\n");
  fake.write("/etc/os-release", "PRETTY_NAME\n");
  EXPECT_EQ(read_host_info(fake.world()), HostInfo{});
}

TEST(HostInfo, ReadsAnArmBoard) {
  FakeWorld fake;
  fake.write("/proc/cpuinfo",
             "processor\t: 0\nBogoMIPS\t: 108.00\n\nprocessor\t: 1\n\nModel\t\t: Raspberry Pi 5\n");
  const HostInfo host = read_host_info(fake.world());
  EXPECT_EQ(host.cpu_model, "Raspberry Pi 5");
  EXPECT_EQ(host.hardware_threads, 2);
  EXPECT_EQ(host.cores, std::nullopt);  // it does not say
}

struct Hypervisor {
  const char* vendor;
  const char* product;
  const char* expected;
};

class HypervisorTest : public ::testing::TestWithParam<Hypervisor> {};

TEST_P(HypervisorTest, IsNamedByTheFirmware) {
  FakeWorld fake;
  fake.write("/proc/cpuinfo", cpu(0, 0, 0, "fpu hypervisor sse2"));
  fake.write("/sys/class/dmi/id/sys_vendor", std::string(GetParam().vendor) + "\n");
  fake.write("/sys/class/dmi/id/product_name", std::string(GetParam().product) + "\n");
  EXPECT_EQ(read_host_info(fake.world()).hypervisor, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Vendors, HypervisorTest,
    ::testing::Values(Hypervisor{"QEMU", "Standard PC (Q35 + ICH9, 2009)", "KVM"},
                      Hypervisor{"Amazon EC2", "m5.large", "Amazon EC2"},
                      Hypervisor{"Google", "Google Compute Engine", "Google Compute Engine"},
                      Hypervisor{"Microsoft Corporation", "Virtual Machine", "Hyper-V"},
                      Hypervisor{"VMware, Inc.", "VMware Virtual Platform", "VMware"},
                      Hypervisor{"innotek GmbH", "VirtualBox", "VirtualBox"},
                      Hypervisor{"Acme", "Anvil", "yes"}));

TEST(HostInfo, AHypervisorWithoutANameIsStillThere) {
  FakeWorld fake;
  fake.write("/proc/cpuinfo", cpu(0, 0, 0, "hypervisor"));
  EXPECT_EQ(read_host_info(fake.world()).hypervisor, "yes");
}

TEST(HostInfo, ANativeMachineOfAVendorThatAlsoMakesHypervisorsHasNone) {
  FakeWorld fake;
  fake.write("/proc/cpuinfo", cpu(0, 0, 0, "fpu nohypervisor"));
  fake.write("/sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n");
  EXPECT_EQ(read_host_info(fake.world()).hypervisor, "");
}

TEST(HostInfo, XenSaysSoItself) {
  FakeWorld fake;
  fake.write("/sys/hypervisor/type", "xen\n");
  EXPECT_EQ(read_host_info(fake.world()).hypervisor, "xen");
}

}  // namespace
}  // namespace isojoule
