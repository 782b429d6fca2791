#include "isojoule/table/observation_csv.hpp"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"

#include "support/sample_table.hpp"

namespace isojoule {
namespace {

using detail::error_of;
using detail::ReadTable;
using detail::repeated;
using detail::texts_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ReadTable read(const std::string& text, const ColumnMap& map = {}) {
  ReadTable result;
  std::istringstream in(text);
  result.summary = read_observations_csv(in, "t.csv", map, keep_readable(result.table));
  return result;
}

std::string bad_input(const std::string& text, const ColumnMap& map = {}) {
  const Error error = error_of([&] { read(text, map); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input) << error.what();
  return error.what();
}

/// The only fault of a table with one row, which has this energy.
std::string fault_of_energy(const std::string& cell, const std::string& column = "energy_j") {
  const ReadTable result = read("workload,hardware," + column + "\nw,h," + cell + "\n");
  EXPECT_THAT(result.table.rows, IsEmpty());
  return result.table.faults.size() == 1 ? result.table.faults[0].text() : "no fault";
}

TEST(ObservationCsv, ReadsEveryColumnInAnyOrder) {
  const ReadTable result = read(
      "run,notes,params,flops,other,duration_s,family,energy_j,hardware,workload,\n"
      "r1,\"a, b\",25557032,4.1e9,x,90.25,resnet,1500.5,V100,resnet_32,y\n");
  ASSERT_EQ(result.table.rows.size(), 1U);
  const Observation expected{.workload = "resnet_32",
                             .hardware = "V100",
                             .family = "resnet",
                             .energy = 1500.5 * joule,
                             .flops = 4.1e9 * flop,
                             .parameters = 25557032.0,
                             .duration = 90.25 * second,
                             .run = "r1",
                             .notes = "a, b",
                             .line = 2};
  EXPECT_EQ(result.row(), expected);
  EXPECT_EQ(result.summary.rows, 1U);
  EXPECT_EQ(result.summary.faulty, 0U);
  EXPECT_THAT(result.summary.ignored_columns, ElementsAre("other", "(field 11)"));
}

TEST(ObservationCsv, AnEmptyCellIsMissingAndNotZero) {
  const ReadTable result = read(
      "workload,hardware,energy_j,duration_s,flops,params,family,run\n"
      "w,h,, ,,,,\n");
  EXPECT_EQ(result.row(), (Observation{.workload = "w",
                                       .hardware = "h",
                                       .family = "",
                                       .energy = {},
                                       .run = "",
                                       .notes = "",
                                       .line = 2}));
  EXPECT_THAT(result.table.faults, IsEmpty());
}

TEST(ObservationCsv, RepeatsAreKept) {
  const ReadTable result = read("workload,hardware,energy_j\nw,h,1\nw,h,2\nw,h,1\n");
  ASSERT_EQ(result.table.rows.size(), 3U);
  EXPECT_EQ(result.row(2).energy, 1.0 * joule);
  EXPECT_EQ(result.row(2).line, 4U);
}

TEST(ObservationCsv, EachUnitIsItsOwn) {
  const auto energy = [](const std::string& column) {
    return read("workload,hardware," + column + "\nw,h,2\n").row().energy;
  };
  EXPECT_EQ(energy("energy_j"), 2.0 * joule);
  EXPECT_EQ(energy("energy_kj"), 2000.0 * joule);
  EXPECT_EQ(energy("energy_wh"), 7200.0 * joule);
  EXPECT_EQ(energy("energy_kwh"), 7.2e6 * joule);
  EXPECT_EQ(energy("energy_millijoule"), 0.002 * joule);
  EXPECT_EQ(energy("energy_megajoule"), 2e6 * joule);
  const auto duration = [](const std::string& column) {
    return read("workload,hardware,energy_j," + column + "\nw,h,1,2\n").row().duration;
  };
  EXPECT_EQ(duration("duration_s"), 2.0 * second);
  EXPECT_EQ(duration("duration_ms"), 0.002 * second);
  EXPECT_EQ(duration("duration_min"), 120.0 * second);
  EXPECT_EQ(duration("duration_h"), 7200.0 * second);
}

TEST(ObservationCsv, AMapNamesColumnsAndUnits) {
  const ReadTable result =
      read("Model,GPU,Energy,energy_j\nw,h,0.5,99\n",
           {{"workload", "Model"}, {"hardware", "GPU"}, {"energy_kwh", "Energy"}});
  EXPECT_EQ(result.row().workload, "w");
  EXPECT_EQ(result.row().hardware, "h");
  EXPECT_EQ(result.row().energy, 1.8e6 * joule);  // 0.5 x 3.6e6, not the column of the usual name
  EXPECT_THAT(result.summary.ignored_columns, ElementsAre("energy_j"));
}

TEST(ObservationCsv, OneColumnMayMeanTwoThings) {
  const ReadTable result =
      read("model,hardware,energy_j\nw,h,1\n", {{"workload", "model"}, {"family", "model"}});
  EXPECT_EQ(result.row().workload, "w");
  EXPECT_EQ(result.row().family, "w");
}

TEST(ObservationCsv, AMappedColumnThatIsNotThereListsNearNames) {
  const Error error = error_of(
      [] { read("workload,hardware,Energy (J)\nw,h,1\n", {{"energy_j", "Energy (kJ)"}}); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_STREQ(error.what(), "t.csv:1: unknown column 'Energy (kJ)'; did you mean Energy (J)?");
}

TEST(ObservationCsv, WhatIsNoTableIsRefused) {
  EXPECT_EQ(bad_input(""), "t.csv: is empty; a header is expected");
  EXPECT_EQ(bad_input("workload,hardware,energy_j\n"), "t.csv: has a header and no rows");
  EXPECT_THAT(bad_input("workload,energy_j\nw,1\n"),
              HasSubstr("t.csv: has no column hardware; rename one, map one by --map "
                        "hardware=COLUMN, or name another format by --from-format"));
  EXPECT_THAT(bad_input("workload,hardware\nw,h\n"),
              HasSubstr("has no column energy_j, energy_kj"));
  EXPECT_THAT(bad_input("workload,hardware,energy_j,workload\nw,h,1,v\n"),
              HasSubstr("column 'workload' stands twice (fields 1 and 4)"));
  EXPECT_THAT(bad_input("workload,hardware,energy_j,energy_kwh\nw,h,1,2\n"),
              HasSubstr("has the columns energy_j and energy_kwh: choose one"));
  EXPECT_THAT(bad_input(repeated("a,", 1'000'000)), HasSubstr("more than 16384 fields"));
}

TEST(ObservationCsv, AColumnThatMayBeTwoUnitsIsRefusedUntilItIsMapped) {
  const std::string text = "workload,hardware,energy_mj\nw,h,3\n";
  EXPECT_THAT(bad_input(text), HasSubstr("energy_mj may be millijoules or megajoules"));
  EXPECT_EQ(read(text, {{"energy_millijoule", "energy_mj"}}).row().energy, 0.003 * joule);
}

TEST(ObservationCsv, EnergiesThatAreNoneAreFaults) {
  const std::string place = "t.csv:2: column energy_j (field 3): ";
  EXPECT_EQ(fault_of_energy("nan"),
            place + "is 'nan', which is no value; leave out what is not known");
  EXPECT_THAT(fault_of_energy("-inf"), HasSubstr("which is no value"));
  EXPECT_THAT(fault_of_energy("Infinity"), HasSubstr("which is no value"));
  EXPECT_EQ(fault_of_energy("-3.5"), place + "is negative: -3.5");
  EXPECT_EQ(fault_of_energy("0"), place + "is zero; leave out what is not known");
  EXPECT_THAT(fault_of_energy("-0.0"), HasSubstr("is zero"));
  EXPECT_EQ(fault_of_energy("12 J"), place + "is not a number: '12 J'");
  EXPECT_EQ(fault_of_energy("\"1,5\""), place + "is not a number: '1,5'");
  EXPECT_EQ(fault_of_energy("0x10"), place + "is not a number: '0x10'");
  EXPECT_EQ(fault_of_energy("1e999"), place + "is beyond what a double holds: '1e999'");
  EXPECT_EQ(fault_of_energy("1e-999"), place + "is beyond what a double holds: '1e-999'");
  EXPECT_EQ(fault_of_energy("\"n\na\""), place + "is not a number: 'n?a'");
}

TEST(ObservationCsv, AnEnergyMayOverflowInJoules) {
  EXPECT_EQ(read("workload,hardware,energy_j\nw,h,1e308\n").row().energy, 1e308 * joule);
  EXPECT_EQ(fault_of_energy("1e308", "energy_kwh"),
            "t.csv:2: column energy_kwh (field 3): is beyond what a double holds in the base unit: "
            "1e+308");
  EXPECT_THAT(fault_of_energy("5e-324", "energy_millijoule"), HasSubstr("in the base unit"));
}

TEST(ObservationCsv, OtherNumbersAreHeldToTheSame) {
  const ReadTable result = read(
      "workload,hardware,energy_j,duration_s,flops,params\n"
      "w,h,1,0,1,1\n"
      "w,h,1,1,-1,1\n"
      "w,h,1,1,1,many\n");
  EXPECT_THAT(
      texts_of(result.table.faults),
      ElementsAre("t.csv:2: column duration_s (field 4): is zero; leave out what is not known",
                  "t.csv:3: column flops (field 5): is negative: -1",
                  "t.csv:4: column params (field 6): is not a number: 'many'"));
  EXPECT_EQ(result.summary.rows, 3U);
  EXPECT_EQ(result.summary.faulty, 3U);
}

TEST(ObservationCsv, NamesMustBeNames) {
  const ReadTable result =
      read("workload,hardware,energy_j\n,h,1\nw, ,1\n\"a\nb\",h,1\n" + repeated("x", 201) +
           ",h,1\nw,\xFF,1\n" + repeated("x", 200) + ",h,1\n");
  EXPECT_EQ(result.table.rows.size(), 1U);
  EXPECT_THAT(texts_of(result.table.faults),
              ElementsAre("t.csv:2: column workload (field 1): is empty",
                          "t.csv:3: column hardware (field 2): is empty",
                          "t.csv:4: column workload (field 1): holds a control character: 'a?b'",
                          HasSubstr("t.csv:6: column workload (field 1): is longer than 200 bytes"),
                          "t.csv:7: column hardware (field 2): is not UTF-8: '\xEF\xBF\xBD'"));
}

TEST(ObservationCsv, RaggedRowsAndASecondHeaderAreFaults) {
  const ReadTable result =
      read("workload,hardware,energy_j\nw,h\nw,h,1,\nw,h,1\nworkload,hardware,energy_j\n");
  EXPECT_EQ(result.table.rows.size(), 1U);
  EXPECT_THAT(texts_of(result.table.faults),
              ElementsAre("t.csv:2: the row has 2 fields where the header has 3",
                          "t.csv:3: the row has 4 fields where the header has 3",
                          "t.csv:5: the header stands here again: were two files joined?"));
}

TEST(ObservationCsv, AByteOrderMarkCrLfAndQuotedLineBreaksAreUnderstood) {
  const ReadTable result =
      read("\xEF\xBB\xBFworkload,hardware,notes,energy_j\r\nw,h,\"two\r\nlines\",1\r\nw,h,,x\r\n");
  EXPECT_EQ(result.row().notes, "two\r\nlines");
  EXPECT_THAT(texts_of(result.table.faults),
              ElementsAre("t.csv:4: column energy_j (field 4): is not a number: 'x'"));
}

TEST(ObservationCsv, AFaultBehindAQuotedLineBreakIsOnItsOwnLine) {
  const ReadTable result = read("workload,notes,hardware,energy_j\nw,\"a\nb\",h,x\n");
  EXPECT_EQ(result.table.faults.at(0).line, 3U);
}

TEST(ObservationCsv, AStrictSinkEndsAtTheFirstFault) {
  ObservationTable table;
  std::istringstream in("workload,hardware,energy_j\nw,h,1\nw,h,-1\nw,h,x\n");
  const Error error =
      error_of([&] { read_observations_csv(in, "t.csv", {}, keep_strictly(table)); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_STREQ(error.what(), "t.csv:3: column energy_j (field 3): is negative: -1");
  EXPECT_EQ(table.rows.size(), 1U);
}

TEST(Cell, LongTextsAreShownInPart) {
  EXPECT_EQ(shown(repeated("x", 61)), "'" + repeated("x", 60) + "'...");
  EXPECT_EQ(shown(""), "''");
}

}  // namespace
}  // namespace isojoule
