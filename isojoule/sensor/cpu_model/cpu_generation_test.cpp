#include "isojoule/sensor/cpu_model/cpu_generation.hpp"

#include <gmock/gmock.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

std::string_view by_name(const char* model) { return cpu_generation(parse_cpu_name(model)).name; }

std::string_view by_model(const char* vendor, int family, int model, int stepping = 0) {
  CpuIdentity cpu;
  cpu.vendor = vendor;
  cpu.family = family;
  cpu.model = model;
  cpu.stepping = stepping;
  return cpu_generation(cpu).name;
}

TEST(CpuGenerationTest, GoesByTheName) {
  EXPECT_EQ(by_name("Intel(R) Xeon(R) Platinum 8180 CPU @ 2.50GHz"), "Skylake-SP");
  EXPECT_EQ(by_name("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz"), "Cascade Lake");
  EXPECT_EQ(by_name("Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz"), "Cooper Lake");
  EXPECT_EQ(by_name("Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz"), "Ice Lake-SP");
  EXPECT_EQ(by_name("Intel(R) Xeon(R) Platinum 8480+"), "Sapphire Rapids");
  EXPECT_EQ(by_name("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz"), "Broadwell");
  EXPECT_EQ(by_name("Intel(R) Xeon(R) CPU E5-2680 0 @ 2.70GHz"), "Sandy Bridge");
  EXPECT_EQ(by_name("Intel(R) Xeon(R) CPU X5670 @ 2.93GHz"), "Nehalem");
  EXPECT_EQ(by_name("Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz"), "Coffee Lake");
  EXPECT_EQ(by_name("12th Gen Intel(R) Core(TM) i7-1255U"), "later Core");
  EXPECT_EQ(by_name("AMD EPYC 7742 64-Core Processor"), "Zen 2");
  EXPECT_EQ(by_name("AMD EPYC 7R13 Processor"), "Zen 3");
  EXPECT_EQ(by_name("AMD EPYC 9V74 80-Core Processor"), "Zen 4");
  EXPECT_EQ(by_name("AMD Ryzen 9 5950X 16-Core Processor"), "Zen 3");
  EXPECT_EQ(by_name("AMD Opteron(tm) Processor 6276"), "Bulldozer");
  EXPECT_EQ(by_name("Intel(R) Xeon(R) CPU @ 2.20GHz"), "unknown");
  EXPECT_EQ(by_name(""), "unknown");
}

TEST(CpuGenerationTest, GoesByFamilyAndModelWhereTheNameIsHidden) {
  EXPECT_EQ(by_model("GenuineIntel", 6, 85, 4), "Skylake-SP");
  EXPECT_EQ(by_model("GenuineIntel", 6, 85, 7), "Cascade Lake");
  EXPECT_EQ(by_model("GenuineIntel", 6, 85, 11), "Cooper Lake");
  EXPECT_EQ(by_model("GenuineIntel", 6, 106), "Ice Lake-SP");
  EXPECT_EQ(by_model("GenuineIntel", 6, 143), "Sapphire Rapids");
  EXPECT_EQ(by_model("GenuineIntel", 6, 0), "unknown");
  EXPECT_EQ(by_model("AuthenticAMD", 23, 0x01), "Zen 1");
  EXPECT_EQ(by_model("AuthenticAMD", 23, 0x31), "Zen 2");
  EXPECT_EQ(by_model("AuthenticAMD", 25, 0x01), "Zen 3");
  EXPECT_EQ(by_model("AuthenticAMD", 25, 0x11), "Zen 4");
  EXPECT_EQ(by_model("AuthenticAMD", 26, 0x02), "Zen 5");
  EXPECT_EQ(by_model("SomethingElse", 1, 1), "unknown");
}

TEST(CpuGenerationTest, GoesByTheWordsOfHypervisors) {
  CpuIdentity cpu;
  cpu.name = "Intel Xeon Processor (Cascadelake)";
  EXPECT_EQ(cpu_generation(cpu).name, "Cascade Lake");
  cpu.name = "AMD EPYC-Rome Processor";
  EXPECT_EQ(cpu_generation(cpu).name, "Zen 2");
}

TEST(CpuIdentityTest, ReadsWhatTheKernelShows) {
  FakeWorld fake;
  fake.write("/proc/cpuinfo",
             "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\n"
             "model name\t: AMD EPYC 7763 64-Core Processor\nstepping\t: 1\nphysical id\t: 0\n\n"
             "processor\t: 1\nphysical id\t: 1\n\n");
  const CpuIdentity cpu = read_cpu_identity(fake.world());
  EXPECT_EQ(cpu.name, "AMD EPYC 7763 64-Core Processor");
  EXPECT_EQ(cpu.family, 25);
  EXPECT_EQ(cpu.model, 1);
  EXPECT_EQ(cpu.threads, 2);
  EXPECT_EQ(cpu.packages, 2);
  EXPECT_FALSE(cpu.is_virtual);
  EXPECT_FALSE(cpu.implementer);
}

TEST(CpuIdentityTest, ReadsArm) {
  FakeWorld fake;
  fake.write("/proc/cpuinfo",
             "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0c\n\n");
  const CpuIdentity cpu = read_cpu_identity(fake.world());
  EXPECT_EQ(cpu.implementer, 0x41);
  EXPECT_EQ(cpu.part, 0xd0c);
  EXPECT_EQ(cpu.packages, 1);
}

TEST(CpuIdentityTest, IsEmptyWithoutCpuinfoOrWithGarbage) {
  FakeWorld fake;
  EXPECT_EQ(read_cpu_identity(fake.world()).threads, 0);
  fake.write("/proc/cpuinfo", "cpu family\t: 0xzz\nmodel : -\n:\n\nprocessor");
  const CpuIdentity cpu = read_cpu_identity(fake.world());
  EXPECT_FALSE(cpu.family);
  EXPECT_FALSE(cpu.model);
}

}  // namespace
}  // namespace isojoule
