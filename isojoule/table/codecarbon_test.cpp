#include "isojoule/table/codecarbon.hpp"

#include <fstream>
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

ReadTable read_from(std::istream& in, const CodeCarbonChoice& choice) {
  ReadTable result;
  result.summary = read_codecarbon(in, "e.csv", choice, keep_readable(result.table));
  return result;
}

ReadTable read(const std::string& text, const CodeCarbonChoice& choice = {}) {
  std::istringstream in(text);
  return read_from(in, choice);
}

ReadTable read_file(const std::string& name, const CodeCarbonChoice& choice = {}) {
  std::ifstream in(ISOJOULE_TEST_DATA "/codecarbon/" + name);
  EXPECT_TRUE(in) << name;
  return read_from(in, choice);
}

/// A row of the columns that matter, with 1 kWh in all.
constexpr const char* kHeader =
    "project_name,run_id,duration,cpu_energy,gpu_energy,ram_energy,energy_consumed,cpu_model,"
    "gpu_count,gpu_model,pue\n";

TEST(CodeCarbon, ReadsAFileWithoutComponents) {
  const ReadTable result =
      read_file("emissions_1.csv", {CodeCarbonEnergy::all, "", "country_iso_code"});
  ASSERT_EQ(result.table.rows.size(), 2U);
  const Observation expected{.workload = "cnn",
                             .hardware = "FRA",
                             .family = "",
                             .energy = 5400.0 * joule,
                             .duration = 34.0 * second,
                             .run = "",
                             .notes = "",
                             .line = 2};
  EXPECT_EQ(result.row(), expected);  // 0.0015 kWh x 3.6e6 J/kWh
  EXPECT_EQ(result.row(1).energy, 7200.0 * joule);
  EXPECT_THAT(result.table.faults, IsEmpty());
  EXPECT_THAT(result.table.notes, IsEmpty());
}

TEST(CodeCarbon, AFileWithoutMachinesAsksForTheColumn) {
  const Error error =
      error_of([] { read_file("emissions_1.csv", {CodeCarbonEnergy::all, "", ""}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_STREQ(error.what(),
               "e.csv: has neither column gpu_model nor cpu_model; name another one by "
               "--machine-column");
  const Error none =
      error_of([] { read_file("emissions_1.csv", {CodeCarbonEnergy::gpu, "", "region"}); });
  EXPECT_EQ(none.code(), ErrorCode::unknown_name);
  EXPECT_THAT(none.what(), HasSubstr("e.csv:1: unknown column 'gpu_energy'"));
}

TEST(CodeCarbon, ReadsTheSecondAndThirdGenerationAlike) {
  for (const char* const name : {"emissions_2.csv", "emissions_3.csv"}) {
    const ReadTable result = read_file(name);
    ASSERT_EQ(result.table.rows.size(), 2U) << name;
    const Observation& row = result.row();
    EXPECT_EQ(row.workload, "cnn");
    EXPECT_EQ(row.hardware, "1 x Tesla V100-SXM2-32GB");
    EXPECT_EQ(row.energy, 0.5 * kilowatt_hour);
    EXPECT_EQ(row.duration, 3600.0 * second);
    EXPECT_EQ(row.run, "11111111-0000-4000-8000-000000000001");
    EXPECT_EQ(result.row(1).hardware, "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz");
    EXPECT_EQ(result.row(1).energy, std::nullopt);  // no GPU, 0 kWh
    EXPECT_EQ(result.table.notes.size(), 1U);
  }
}

TEST(CodeCarbon, EachComponentIsItsColumn) {
  const auto energy = [](CodeCarbonEnergy which) {
    return read_file("emissions_3.csv", {which, "", ""}).row().energy;
  };
  EXPECT_EQ(energy(CodeCarbonEnergy::gpu), 0.5 * kilowatt_hour);
  EXPECT_EQ(energy(CodeCarbonEnergy::cpu), 0.25 * kilowatt_hour);
  EXPECT_EQ(energy(CodeCarbonEnergy::ram), 0.125 * kilowatt_hour);
  EXPECT_EQ(energy(CodeCarbonEnergy::all), 0.875 * kilowatt_hour);
}

TEST(CodeCarbon, TheCallerChoosesTheColumnsOfNames) {
  const ReadTable result =
      read_file("emissions_3.csv", {CodeCarbonEnergy::cpu, "experiment_id", "cpu_model"});
  EXPECT_EQ(result.row().workload, "exp-a");
  EXPECT_EQ(result.row().hardware, "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz");
}

TEST(CodeCarbon, RowsOfAnotherVersionAreRefusedByLine) {
  const ReadTable result = read_file("emissions_shifted.csv");
  EXPECT_EQ(result.table.rows.size(), 1U);
  EXPECT_THAT(texts_of(result.table.faults),
              ElementsAre("e.csv:3: the row has 38 fields where the header has 31: another version "
                          "of CodeCarbon wrote it, and its columns are shifted",
                          "e.csv:4: the row has 12 fields where the header has 31: another version "
                          "of CodeCarbon wrote it, and its columns are shifted"));
}

TEST(CodeCarbon, ColumnsShiftedWithinALengthAreNoticed) {
  // ram_energy left out of the row and an empty cell at its end: every value is one to the left.
  const ReadTable result = read(std::string(kHeader) +
                                "p,r,10,0.25,0.5,0.75,Xeon,1,1 x V100,1.0,\n"
                                "p,s,10,0.5,0.25,0.125,1.875,Xeon,1,1 x V100,1\n");
  EXPECT_THAT(texts_of(result.table.faults),
              ElementsAre("e.csv:2: column energy_consumed (field 7): is not a number: 'Xeon'"));
  EXPECT_THAT(texts_of(result.table.notes),
              ElementsAre("e.csv:3: column energy_consumed (field 7): is 1.875 kWh where gpu, cpu "
                          "and ram add up to 0.875 kWh"));
}

TEST(CodeCarbon, ZeroOfAGpuIsNotBelieved) {
  const std::string text = std::string(kHeader) + "p,r,10,0.5,0,0.25,0.75,Xeon,1,1 x V100,1\n" +
                           "p,s,10,0.5,,0.25,0.75,Xeon,1,1 x V100,1\n";
  const ReadTable gpu = read(text);
  ASSERT_EQ(gpu.table.rows.size(), 2U);
  EXPECT_EQ(gpu.row(0).energy, std::nullopt);
  EXPECT_EQ(gpu.row(1).energy, std::nullopt);
  EXPECT_THAT(texts_of(gpu.table.notes),
              ElementsAre("e.csv:2: column gpu_energy (field 5): is 0 kWh on a row that names a "
                          "GPU, which CodeCarbon writes also for what it cannot read: the energy "
                          "is missing",
                          "e.csv:3: column gpu_energy (field 5): is empty: the energy is missing"));
  const ReadTable all = read(text, {CodeCarbonEnergy::all, "", ""});
  EXPECT_EQ(all.row(0).energy, std::nullopt);
  EXPECT_EQ(all.row(1).energy, std::nullopt);
  EXPECT_THAT(all.table.notes[0].reason, HasSubstr("holds no energy of the GPU"));
  const ReadTable cpu = read(text, {CodeCarbonEnergy::cpu, "", ""});
  EXPECT_EQ(cpu.row(0).energy, 0.5 * kilowatt_hour);
}

TEST(CodeCarbon, APueIsDividedOutAndNamed) {
  const ReadTable result =
      read(std::string(kHeader) + "p,r,10,0.75,1.5,0.75,3,Xeon,1,1 x V100,1.5\n");
  EXPECT_EQ(result.row().energy, 1.0 * kilowatt_hour);
  EXPECT_THAT(result.table.notes.at(0).text(),
              HasSubstr("column pue (field 11): is 1.5, which was"));
  EXPECT_THAT(texts_of(read(std::string(kHeader) + "p,r,10,1,1,1,3,X,1,V,0.5\n").table.faults),
              ElementsAre(HasSubstr("column pue (field 11): is 0.5: a PUE is 1 or more")));
}

TEST(CodeCarbon, ARunThatStandsTwiceIsNamed) {
  const ReadTable result =
      read(std::string(kHeader) + "p,r,10,1,1,1,3,Xeon,1,V100,1\np,r,20,2,2,2,6,Xeon,1,V100,1\n");
  EXPECT_EQ(result.table.rows.size(), 2U);
  EXPECT_THAT(
      texts_of(result.table.notes),
      ElementsAre(HasSubstr("e.csv:3: column run_id (field 2): is the run of line 2 again")));
}

TEST(CodeCarbon, ValuesThatAreNoneAreFaults) {
  const ReadTable result = read(std::string(kHeader) +
                                "p,a,10,1,-1,1,1,Xeon,1,V100,1\n"
                                "p,b,10,1,nan,1,1,Xeon,1,V100,1\n"
                                "p,c,10,1,USA,1,1,Xeon,1,V100,1\n"
                                "p,d,10,1,1e308,1,1,Xeon,1,V100,1\n"
                                "p,e,-10,1,1,1,3,Xeon,1,V100,1\n"
                                ",f,10,1,1,1,3,Xeon,1,V100,1\n"
                                "p,g,10,1,1,1,3,,1,,1\n");
  EXPECT_THAT(result.table.rows, IsEmpty());
  EXPECT_EQ(result.summary.faulty, 7U);
  EXPECT_THAT(
      texts_of(result.table.faults),
      ElementsAre(
          "e.csv:2: column gpu_energy (field 5): is negative: -1",
          "e.csv:3: column gpu_energy (field 5): is 'nan', which is no value; leave out what "
          "is not known",
          "e.csv:4: column gpu_energy (field 5): is not a number: 'USA'",
          HasSubstr("e.csv:5: column gpu_energy (field 5): is beyond what a double holds in "
                    "joules: 1e+308"),
          "e.csv:6: column duration (field 3): is negative: -10",
          "e.csv:7: column project_name (field 1): is empty",
          "e.csv:8: column cpu_model (field 8): is empty"));
}

TEST(CodeCarbon, ADurationThatIsMissingIsNamed) {
  const ReadTable result = read(std::string(kHeader) + "p,a,,1,1,1,3,Xeon,1,V100,1\n");
  EXPECT_EQ(result.row().duration, std::nullopt);
  EXPECT_THAT(texts_of(result.table.notes),
              ElementsAre("e.csv:2: column duration (field 3): is empty or 0: the duration is "
                          "missing"));
}

TEST(CodeCarbon, EmptyFilesAreRefused) {
  EXPECT_STREQ(error_of([] { read(""); }).what(), "e.csv: is empty; a header is expected");
  EXPECT_STREQ(error_of([] { read(kHeader); }).what(), "e.csv: has a header and no rows");
}

TEST(CodeCarbon, NamesOfEnergies) {
  EXPECT_EQ(codecarbon_energy_from_string("all"), CodeCarbonEnergy::all);
  EXPECT_EQ(codecarbon_energy_from_string("ram"), CodeCarbonEnergy::ram);
  const Error error = error_of([] { codecarbon_energy_from_string("gpus"); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
}

}  // namespace
}  // namespace isojoule
