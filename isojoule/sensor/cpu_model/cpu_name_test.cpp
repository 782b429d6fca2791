#include "isojoule/sensor/cpu_model/cpu_name.hpp"

#include <gmock/gmock.h>

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string key(const char* model) { return parse_cpu_name(model).key; }

TEST(CpuNameTest, TakesANameApart) {
  const CpuName xeon = parse_cpu_name("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz");
  EXPECT_THAT(xeon.family, ElementsAre("xeon", "e5"));
  EXPECT_EQ(xeon.number, "2680");
  EXPECT_EQ(xeon.suffix, "");
  EXPECT_EQ(xeon.version, "4");
  const CpuName core = parse_cpu_name("12th Gen Intel(R) Core(TM) i7-12700H");
  EXPECT_THAT(core.family, ElementsAre("core", "i7"));
  EXPECT_EQ(core.number, "12700");
  EXPECT_EQ(core.suffix, "h");
  const CpuName ryzen = parse_cpu_name("AMD Ryzen 7 PRO 5875U with Radeon Graphics");
  EXPECT_THAT(ryzen.family, ElementsAre("ryzen", "7"));
  EXPECT_TRUE(ryzen.pro);
  EXPECT_EQ(ryzen.number, "5875");
}

TEST(CpuNameTest, FindsTheLetterInsideANumber) {
  for (const auto& [model, number, suffix] :
       std::vector<std::tuple<const char*, const char*, const char*>>{
           {"AMD EPYC 7R32", "7#32", "r"},
           {"AMD EPYC 72F3", "72#3", "f"},
           {"AMD EPYC 9V33X", "9#33", "vx"}}) {
    const CpuName name = parse_cpu_name(model);
    EXPECT_THAT(name.family, ElementsAre("epyc")) << model;
    EXPECT_EQ(name.number, number);
    EXPECT_EQ(name.suffix, suffix);
  }
}

TEST(CpuNameTest, IsTheSameForAllSpellings) {
  EXPECT_EQ(key("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz"), key("Intel Xeon Gold 6248"));
  EXPECT_EQ(key("Intel(R) Xeon(R) CPU E5-2680 0 @ 2.70GHz"), key("Intel Xeon E5-2680"));
  EXPECT_EQ(key("Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz"), key("Intel Core 2 Duo E8400"));
  EXPECT_EQ(key("Intel(R) Core(TM) i7 CPU         920  @ 2.67GHz"), key("Intel Core i7-920"));
  EXPECT_EQ(key("Pentium(R) Dual-Core  CPU      E5300  @ 2.60GHz"),
            key("Intel Pentium Dual-Core E5300"));
  EXPECT_EQ(key("AMD EPYC 7742 64-Core Processor"), key("AMD EPYC 7742"));
  EXPECT_EQ(key("AMD Ryzen 9 5950X 16-Core Processor            "), key("AMD Ryzen 9 5950X"));
  EXPECT_EQ(key("AMD A10-7850K Radeon R7, 12 Compute Cores 4C+8G"), key("A10-7850K"));
  EXPECT_EQ(key("AMD Athlon(tm) II X4 640 Processor"), key("AMD Athlon II X4 640"));
  EXPECT_EQ(key("Dual-Core AMD Opteron(tm) Processor 2216 HE"), key("AMD Opteron 2216HE"));
  EXPECT_NE(key("Intel Xeon Gold 6248R"), key("Intel Xeon Gold 6248"));
  EXPECT_NE(key("Intel Xeon E5-2680 v3"), key("Intel Xeon E5-2680 v4"));
}

TEST(CpuNameTest, HasNoNumberWhereTheNameHasNone) {
  for (const char* model :
       {"", "@", "Intel(R) Xeon(R) CPU @ 2.20GHz", "AMD EPYC Processor (with IBPB)",
        "Intel Xeon Processor (Skylake, IBRS)", "((", "\xff\xfe", "Genuine Intel(R) CPU @ 2.60GHz",
        "Genuine Intel(R) CPU 0000%@"})
    EXPECT_THAT(parse_cpu_name(model).number, IsEmpty()) << model;
}

}  // namespace
}  // namespace isojoule
