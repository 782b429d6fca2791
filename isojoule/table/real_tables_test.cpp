// Real tables, which are not ours to keep here: skipped where they are not beside the sources.
//
// The sums were computed with another program, Python's csv module and math.fsum.
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "isojoule/table/cell.hpp"
#include "isojoule/table/csv_header.hpp"
#include "isojoule/table/readers.hpp"

#include "support/sample_table.hpp"

namespace isojoule {
namespace {

std::string real_table(const std::string& name) { return ISOJOULE_REAL_TABLES "/" + name; }

/// What all rows add up to, in SI units.
struct Sums {
  std::size_t rows = 0;
  std::size_t without_parameters = 0;
  std::set<std::string> workloads;
  std::set<std::string> hardware;
  std::set<std::string> families;
  double energy_j = 0;
  double duration_s = 0;
  double flops = 0;
  double parameters = 0;
};

Sums sums_of(const std::string& path) {
  ObservationTable table;
  TableInput input(path);
  read_table(input, "", {}, keep_strictly(table));
  Sums sums;
  for (const Observation& row : table.rows) {
    ++sums.rows;
    sums.workloads.insert(row.workload);
    sums.hardware.insert(row.hardware);
    sums.families.insert(row.family);
    sums.energy_j += row.energy.value().in(joule);
    sums.duration_s += row.duration.value().in(second);
    if (row.flops) sums.flops += row.flops->in(flop);
    if (row.parameters)
      sums.parameters += *row.parameters;
    else
      ++sums.without_parameters;
  }
  return sums;
}

// Adding a thousand doubles in turn errs by less than 1e-12 of their sum.
constexpr double kRounding = 1e-12;

TEST(RealTables, CifarCnn) {
  const std::string path = real_table("cifar-cnn/measurements.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const Sums sums = sums_of(path);
  EXPECT_EQ(sums.rows, 1200U);
  EXPECT_EQ(sums.workloads.size(), 40U);
  EXPECT_EQ(sums.hardware, (std::set<std::string>{"K80", "P100", "V100"}));
  EXPECT_EQ(sums.families.size(), 10U);
  EXPECT_NEAR(sums.energy_j, 12941421.0867, 12941421.0867 * kRounding);
  EXPECT_NEAR(sums.duration_s, 140662.8357, 140662.8357 * kRounding);
  EXPECT_EQ(sums.flops, 337540231680.0);  // whole numbers add up without rounding
  EXPECT_EQ(sums.parameters, 24500604480.0);
}

TEST(RealTables, Zeus) {
  const std::string path = real_table("zeus/measurements.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const Sums sums = sums_of(path);
  EXPECT_EQ(sums.rows, 218U);  // 53 + 68 + 45 + 52 on the four GPUs
  EXPECT_EQ(sums.workloads.size(), 74U);
  EXPECT_EQ(sums.hardware.size(), 4U);
  EXPECT_EQ(sums.families.size(), 6U);
  EXPECT_NEAR(sums.energy_j, 146739454.902, 146739454.902 * kRounding);
  EXPECT_NEAR(sums.duration_s, 896206.3705, 896206.3705 * kRounding);
  EXPECT_EQ(sums.flops, 0.0);
  EXPECT_EQ(sums.parameters, 5777336968.0);
  EXPECT_EQ(sums.without_parameters, 143U);
}

TEST(RealTables, ZeusAtEveryPowerLimit) {
  const std::string path = real_table("zeus/measurements_powerlimits.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const Sums sums = sums_of(path);
  EXPECT_EQ(sums.rows, 1609U);
  EXPECT_NEAR(sums.energy_j, 953403830.95, 953403830.95 * kRounding);
  EXPECT_EQ(sums.without_parameters, 1058U);
}

TEST(RealTables, Dcase2023) {
  const std::string path = real_table("dcase2023/submissions.csv");
  std::ifstream in(path);
  if (!in) GTEST_SKIP() << path << " is not there";
  CsvReader reader(in, path);
  const CsvHeader header(reader);
  EXPECT_EQ(header.size(), 20U);
  const std::size_t column = header.require("energy_training_kwh");
  std::size_t rows = 0;
  double kwh = 0;
  for (; reader.next(); ++rows) {
    ASSERT_EQ(reader.fields().size(), header.size());
    kwh += *positive_cell_number(reader.fields()[column]);
  }
  EXPECT_EQ(rows, 84U);
  EXPECT_NEAR(kwh, 2533.044, 2533.044 * kRounding);
}

}  // namespace
}  // namespace isojoule
