#include "isojoule/sensor/cpu_model/cpu_tdp.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "isojoule/sensor/cpu_model/tdp_facts.hpp"

namespace isojoule {
namespace {

std::optional<double> watts(const std::optional<TdpEstimate>& estimate) {
  return estimate ? std::optional(estimate->tdp.in(watt)) : std::nullopt;
}
std::optional<double> by_name(const char* model) { return watts(named_tdp(parse_cpu_name(model))); }

/// A CPU of the table, spelled "core i7 12700h".
struct Row {
  std::string family;
  std::string name;
  double watts;
};

std::vector<Row> whole_table() {
  std::vector<Row> rows;
  for (const auto blocks :
       {detail::amd_tdp(), detail::intel_tdp(), detail::xeon_tdp(), detail::vendor_tdp()})
    for (const detail::TdpBlock& block : blocks) {
      double power = 0.0;
      std::string word;
      for (const char c : std::string(block.rows) + " ") {
        if (c == ':') power = std::stod(word);
        if (c == ',' || c == ' ')
          rows.push_back(
              {std::string(block.family), std::string(block.family) + " " + word, power});
        if (c == ':' || c == ',' || c == ' ')
          word.clear();
        else
          word += c;
      }
    }
  return rows;
}

TEST(CpuTdpTest, KnowsCpusByTheKernelsNames) {
  // From the vendors' product pages.
  EXPECT_EQ(by_name("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz"), 150.0);
  EXPECT_EQ(by_name("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz"), 135.0);
  EXPECT_EQ(by_name("Intel(R) Xeon(R) Platinum 8480+"), 350.0);
  EXPECT_EQ(by_name("12th Gen Intel(R) Core(TM) i7-12700K"), 125.0);
  EXPECT_EQ(by_name("Intel(R) Core(TM) Ultra 7 155H"), 28.0);
  EXPECT_EQ(by_name("AMD EPYC 7742 64-Core Processor"), 225.0);
  EXPECT_EQ(by_name("AMD Ryzen 9 5950X 16-Core Processor            "), 105.0);
  EXPECT_EQ(by_name("AMD Ryzen 7 5800H with Radeon Graphics"), 45.0);
}

TEST(CpuTdpTest, TakesNoCpuForAnother) {
  for (const char* model :
       {"Intel(R) Xeon(R) CPU @ 2.20GHz", "AMD EPYC Processor", "", "@", "garbage \xff",
        "Intel Xeon Processor (Skylake, IBRS)", "AMD Ryzen 9 5950"})
    EXPECT_EQ(by_name(model), std::nullopt) << model;
}

TEST(CpuTdpTest, GivesTheRangeOfACpuThatWasSoldWithTwo) {
  const auto estimate =
      named_tdp(parse_cpu_name("Intel(R) Core(TM)2 Quad CPU    Q6600  @ 2.40GHz"));
  ASSERT_TRUE(estimate);
  EXPECT_EQ(estimate->least, 95.0 * watt);
  EXPECT_EQ(estimate->most, 105.0 * watt);
  EXPECT_NEAR(estimate->tdp.in(watt), std::sqrt(95.0 * 105.0), 1e-9);
}

TEST(CpuTdpTest, EstimatesCloudVariantsFromTheirSeries) {
  for (const auto& [model, least, most] : std::vector<std::tuple<const char*, double, double>>{
           {"AMD EPYC 9R14", 200.0, 400.0},
           {"AMD EPYC 7R13 Processor", 150.0, 280.0},
           {"Intel(R) Xeon(R) Platinum 8488C", 250.0, 400.0}}) {
    const auto name = parse_cpu_name(model);
    auto estimate = named_tdp(name);
    if (!estimate) estimate = similar_tdp(name);
    ASSERT_TRUE(estimate) << model;
    EXPECT_GE(estimate->tdp.in(watt), least) << model;
    EXPECT_LE(estimate->tdp.in(watt), most) << model;
  }
}

TEST(CpuTdpTest, FindsNearlyAllNamesThatAreLeftOut) {
  const std::vector<Row> rows = whole_table();
  ASSERT_GT(rows.size(), 4300u);
  std::size_t found = 0;
  std::size_t close = 0;
  std::size_t covered = 0;
  for (const Row& row : rows) {
    const auto estimate = similar_tdp(parse_cpu_name(row.name));
    if (!estimate) continue;
    ++found;
    if (std::abs(estimate->tdp.in(watt) / row.watts - 1.0) <= 0.15) ++close;
    if (estimate->least <= row.watts * watt && row.watts * watt <= estimate->most) ++covered;
  }
  const auto share = [&rows](std::size_t count) {
    return static_cast<double>(count) / static_cast<double>(rows.size());
  };
  RecordProperty("found", std::to_string(share(found)));
  RecordProperty("within_15_percent", std::to_string(share(close)));
  EXPECT_GT(share(found), 0.98);
  EXPECT_GT(share(close), 0.80);
  EXPECT_NEAR(share(covered), 0.90, 0.03);
}

TEST(CpuTdpTest, FindsMostNamesOfAFamilyThatIsLeftOut) {
  std::size_t found = 0;
  std::size_t within_a_factor_of_two = 0;
  std::size_t all = 0;
  for (const Row& row : whole_table()) {
    if (!row.family.starts_with("core i") && !row.family.starts_with("ryzen") &&
        !row.family.starts_with("xeon"))
      continue;
    ++all;
    const auto estimate = similar_tdp(
        parse_cpu_name(row.name), [&row](std::string_view family) { return family != row.family; });
    if (!estimate) continue;
    ++found;
    const double ratio = estimate->tdp.in(watt) / row.watts;
    if (ratio >= 0.5 && ratio <= 2.0) ++within_a_factor_of_two;
  }
  RecordProperty("within_factor_two", std::to_string(within_a_factor_of_two));
  EXPECT_EQ(found, all);
  EXPECT_GT(static_cast<double>(within_a_factor_of_two), 0.80 * static_cast<double>(all));
}

TEST(CpuTdpTest, GivesTheTypicalPowerOfAKind) {
  const auto estimate = typical_tdp(
      [](const TdpFact& fact) {
        return !fact.name.family.empty() && fact.name.family[0] == "epyc";
      },
      "as is typical of EPYC");
  ASSERT_TRUE(estimate);
  EXPECT_GE(estimate->tdp, 155.0 * watt);
  EXPECT_LE(estimate->tdp, 280.0 * watt);
  EXPECT_LT(estimate->least, estimate->tdp);
  EXPECT_GT(estimate->most, estimate->tdp);
  EXPECT_EQ(estimate->basis, "as is typical of EPYC");
  EXPECT_FALSE(typical_tdp([](const TdpFact&) { return false; }, ""));
}

}  // namespace
}  // namespace isojoule
