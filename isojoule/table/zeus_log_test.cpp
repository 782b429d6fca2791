#include "isojoule/table/zeus_log.hpp"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/sample_table.hpp"

namespace isojoule {
namespace {

using detail::error_of;
using detail::ReadTable;
using detail::texts_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ReadTable read(const std::string& text, const std::string& hardware = "2 x A40") {
  ReadTable result;
  std::istringstream in(text);
  result.summary = read_zeus_log(in, "z.csv", hardware, keep_readable(result.table));
  return result;
}

constexpr const char* kHeader = "start_time,window_name,elapsed_time,gpu0_energy,gpu1_energy\n";

TEST(ZeusLog, SumsTheGpus) {
  const ReadTable result = read(std::string(kHeader) + "1700000000.25,epoch,12.5,100.5,200.25\n");
  const Observation expected{.workload = "epoch",
                             .hardware = "2 x A40",
                             .family = "",
                             .energy = 300.75 * joule,
                             .duration = 12.5 * second,
                             .run = "1700000000.25",
                             .notes = "",
                             .line = 2};
  EXPECT_EQ(result.row(), expected);
  EXPECT_THAT(result.summary.ignored_columns, IsEmpty());
}

TEST(ZeusLog, OtherColumnsAreIgnored) {
  const ReadTable result = read(
      "gpu10_energy,gpu_energy,gpux_energy,start_time,window_name,elapsed_time,cpu0_energy\n"
      "5,6,7,1,w,2,8\n");
  EXPECT_EQ(result.row().energy, 5.0 * joule);
  EXPECT_THAT(result.summary.ignored_columns,
              ElementsAre("gpu_energy", "gpux_energy", "cpu0_energy"));
}

TEST(ZeusLog, OneMissingGpuMakesTheSumMissing) {
  const ReadTable result = read(std::string(kHeader) + "1,a,2,100,\n2,b,0.01,0.0,3\n");
  ASSERT_EQ(result.table.rows.size(), 2U);
  EXPECT_EQ(result.row(0).energy, std::nullopt);
  EXPECT_EQ(result.row(1).energy, std::nullopt);
  EXPECT_THAT(
      texts_of(result.table.notes),
      ElementsAre("z.csv:2: column gpu1_energy (field 5): is empty: the window's energy is "
                  "missing",
                  "z.csv:3: column gpu0_energy (field 4): is 0 J, the window is shorter than "
                  "the counter's refresh: its energy is missing"));
}

TEST(ZeusLog, ValuesThatAreNoneAreFaults) {
  const ReadTable result = read(std::string(kHeader) +
                                "1,a,2,-1,5\n1,a,2,x,5\n1,a,2,1e308,1e308\n1,a,0,5,5\n1,,2,5,5\n"
                                "1,a,2,5\n");
  EXPECT_THAT(result.table.rows, IsEmpty());
  EXPECT_THAT(texts_of(result.table.faults),
              ElementsAre("z.csv:2: column gpu0_energy (field 4): is negative: -1",
                          "z.csv:3: column gpu0_energy (field 4): is not a number: 'x'",
                          "z.csv:4: column gpu1_energy (field 5): makes the sum over the GPUs more "
                          "than a double holds",
                          HasSubstr("z.csv:5: column elapsed_time (field 3): is zero"),
                          "z.csv:6: column window_name (field 2): is empty",
                          "z.csv:7: the row has 4 fields where the header has 5"));
}

TEST(ZeusLog, WhatIsNoLogIsRefused) {
  EXPECT_STREQ(error_of([] { read(""); }).what(), "z.csv: is empty; a header is expected");
  EXPECT_STREQ(error_of([] { read(kHeader); }).what(), "z.csv: has a header and no rows");
  EXPECT_STREQ(error_of([] { read("start_time,window_name,elapsed_time\n1,a,2\n"); }).what(),
               "z.csv: has no column gpu0_energy, gpu1_energy, ...");
  const Error error =
      error_of([] { read("start_time,window,elapsed_time,gpu0_energy\n1,a,2,3\n"); });
  EXPECT_THAT(error.what(), HasSubstr("z.csv:1: unknown column 'window_name'"));
  EXPECT_EQ(error_of([] { read(kHeader, ""); }).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace isojoule
