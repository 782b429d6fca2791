#include "isojoule/table/readers.hpp"

#include <array>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"

#include "support/sample_table.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using detail::error_of;
using detail::ReadTable;
using detail::repeated;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<TableFormat> formats() {
  std::vector<TableFormat> all;
  for (const TableReader& reader : table_readers()) all.push_back(reader.format);
  return all;
}

std::string recognised(const std::string& beginning, const std::string& where = "t.csv") {
  return std::string(formats()[recognise_format(formats(), beginning, where)].name);
}

std::string why_unrecognised(const std::string& beginning) {
  const Error error = error_of([&] { recognised(beginning); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  return error.what();
}

ReadTable read(const std::string& text, const ReaderValues& values = {},
               const std::string& format = {}) {
  std::istringstream in(text);
  TableInput input(in, "t.csv");
  ReadTable result;
  result.summary = read_table(input, format, values, keep_readable(result.table));
  return result;
}

constexpr const char* kTable = "workload,hardware,energy_j\nw,h,3\n";
constexpr const char* kZeus = "start_time,window_name,elapsed_time,gpu0_energy\n1,w,2,3\n";

TEST(TableReaders, AreWellFormed) {
  std::set<std::string_view> names;
  std::map<std::string_view, ReaderOption> options;
  for (const TableReader& reader : table_readers()) {
    EXPECT_TRUE(is_plain_name(reader.format.name));
    EXPECT_TRUE(names.insert(reader.format.name).second) << reader.format.name;
    for (const std::string_view ending : reader.format.endings)
      EXPECT_THAT(ending, StartsWith("."));
    for (const ReaderOption& option : reader.format.options) {
      EXPECT_TRUE(is_plain_name(option.name));
      const auto [first, is_new] = options.emplace(option.name, option);
      EXPECT_EQ(first->second.help, option.help) << option.name << " must mean one thing";
      EXPECT_EQ(first->second.preset, option.preset) << option.name;
      EXPECT_EQ(first->second.is_repeated, option.is_repeated) << option.name;
    }
  }
}

TEST(TableReaders, RecogniseTheirFilesByContent) {
  EXPECT_EQ(recognised(kTable), "csv");
  EXPECT_EQ(recognised("\xEF\xBB\xBFrun,\"hardware\", workload\r\n"), "csv");
  EXPECT_EQ(recognised(" \n[{\"workload\": \"w\", \"hardware\": \"h\"}]"), "json");
  EXPECT_EQ(recognised("{\"Run\": 1}"), "json") << "its keys may be mapped";
  EXPECT_EQ(recognised("Run,GPU,Energy\n"), "csv") << "its columns may be mapped";
  EXPECT_EQ(recognised(kZeus), "zeus");
  for (const char* name : {"emissions_1", "emissions_2", "emissions_3", "emissions_shifted"})
    EXPECT_EQ(recognised(std::string(
                  TableInput(std::string(ISOJOULE_TEST_DATA "/codecarbon/") + name + ".csv")
                      .beginning())),
              "codecarbon")
        << name;
}

TEST(TableReaders, RecogniseWhateverStandsBehindTheHeader) {
  EXPECT_EQ(recognised(kZeus + std::string(100, '\0') + "\""), "zeus");
  EXPECT_EQ(recognised("workload,hardware,energy_j"), "csv");
  EXPECT_EQ(recognised("\xFF\xFEw\0,\0"), "csv") << "whose reader says that it is UTF-16";
}

TEST(TableReaders, UnknownContentListsTheFormats) {
  const std::string all = ": its format is not recognised; name it by --from-format: csv, json, ";
  for (const std::string& text :
       {std::string("\x7F"
                    "ELF,\0",
                    6),
        std::string("timestamp;project_name\n"), std::string("\n"),
        std::string("# A list, of results\nenergy: 3\n"), repeated("x", kBeginningBytes)})
    EXPECT_THAT(why_unrecognised(text), HasSubstr("t.csv" + all)) << text.substr(0, 20);
  EXPECT_EQ(why_unrecognised(""), "t.csv: is empty; a table of energies is expected");
}

TEST(TableReaders, AmbiguousContentListsTheFormatsThatMatch) {
  const std::string both = "workload,hardware,energy_j,emissions,energy_consumed\nw,h,3,0.1,1\n";
  EXPECT_EQ(why_unrecognised(both),
            "t.csv: can be read in several formats; name one by --from-format: csv, codecarbon");
  EXPECT_EQ(read(both, {}, "csv").row().energy, 3.0 * joule);
}

FormatMatch is_x(std::string_view text) {
  return text.starts_with("x") ? FormatMatch::possible : FormatMatch::none;
}
FormatMatch is_xy(std::string_view text) {
  return text.starts_with("xy") ? FormatMatch::certain : FormatMatch::none;
}

TEST(RecogniseFormat, TheBestMatchWinsThenTheEnding) {
  static constexpr std::array<std::string_view, 1> kLog{".log"};
  static constexpr std::array<std::string_view, 2> kText{".txt", ".text"};
  const std::array all{TableFormat{"a", kLog, {}, is_x}, TableFormat{"b", kText, {}, is_x},
                       TableFormat{"c", kText, {}, is_xy}};
  EXPECT_EQ(recognise_format(all, "xy", "f.log"), 2U) << "content before ending";
  EXPECT_EQ(recognise_format(all, "xz", "f.log"), 0U);
  EXPECT_EQ(recognise_format(all, "xz", "f.text"), 1U);
  EXPECT_THAT(error_of([&] { recognise_format(all, "xz", "-"); }).what(), HasSubstr(": a, b"));
  EXPECT_THAT(error_of([&] { recognise_format(all, "z", "f.log"); }).what(),
              HasSubstr("not recognised; name it by --from-format: a, b, c"));
}

TEST(ReadTable, TheNamedFormatWins) {
  EXPECT_EQ(read(kTable).row().workload, "w");
  EXPECT_THAT(error_of([] { read(kTable, {}, "codecarbon"); }).what(),
              HasSubstr("has neither column project_name nor experiment_id; name another one by "
                        "--workload-column"));
  const Error error = error_of([] { read(kTable, {}, "table"); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_THAT(error.what(), HasSubstr("unknown format 'table'"));
  EXPECT_THAT(error.what(), HasSubstr("csv, json, codecarbon, zeus"));
}

TEST(ReadTable, TheOptionsReachTheReader) {
  EXPECT_EQ(read(kZeus, {{"machine-name", {"A40"}}}).row().hardware, "A40");
  EXPECT_EQ(read("Run,GPU,kWh\nw,h,1\n", {{"map", {"workload=Run,hardware=GPU", "energy_kwh=kWh"}}})
                .row()
                .energy,
            3.6e6 * joule);
  const std::string emissions =
      "project_name,emissions,gpu_energy,cpu_energy,energy_consumed,cpu_model\nw,0,1,2,3,c\n";
  EXPECT_EQ(read(emissions).row().energy, 3.6e6 * joule) << "components are the GPU's if not given";
  EXPECT_EQ(read(emissions, {{"components", {"cpu"}}}).row().energy, 7.2e6 * joule);
  EXPECT_EQ(read(emissions, {{"workload-column", {"cpu_model"}}, {"machine-column", {"emissions"}}})
                .row()
                .workload,
            "c");
}

TEST(ReadTable, AZeusLogNeedsTheMachinesName) {
  const Error error = error_of([] { read(kZeus); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("--machine-name NAME"));
}

TEST(ReadTable, AnOptionOfAnotherFormatIsRefused) {
  const Error error = error_of([] { read(kTable, {{"components", {"gpu"}}}); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_STREQ(error.what(), "--components is an option of codecarbon, and t.csv is read as csv");
  EXPECT_STREQ(error_of([] { read(kZeus, {{"map", {"a=b"}}}); }).what(),
               "--map is an option of csv, json, and t.csv is read as zeus");
  EXPECT_EQ(error_of([] { read(kTable, {{"component", {"gpu"}}}); }).code(),
            ErrorCode::unknown_name);
  EXPECT_STREQ(error_of([] { read(kZeus, {{"machine-name", {"a", "b"}}}); }).what(),
               "--machine-name is given several times");
  EXPECT_EQ(read(kTable, {{"components", {}}}).summary.rows, 1U) << "no value: not given";
}

TEST(TableInput, GivesWhatItLookedAtAndTheRest) {
  std::string text = "workload,hardware,energy_j\n";
  while (text.size() < 3 * kBeginningBytes) text += "w,h,3\n" + std::string(1, '\n');
  std::istringstream in(text);
  TableInput input(in, "t.csv");
  EXPECT_EQ(input.beginning(), std::string_view(text).substr(0, kBeginningBytes));
  std::ostringstream all;
  all << input.stream().rdbuf();
  EXPECT_EQ(all.str(), text);
}

TEST(TableInput, AFileThatCannotBeReadIsAnError) {
  const TempDirectory folder;
  for (const std::string& path : {(folder.path() / "none").string(), folder.path().string()}) {
    const Error error = error_of([&] { TableInput input(path); });
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_THAT(error.what(), HasSubstr(path));
  }
}

/// Fails behind its text, as a disk may.
class FailingBuffer : public std::stringbuf {
 public:
  using std::stringbuf::stringbuf;

 protected:
  std::streamsize xsgetn(char* to, std::streamsize count) override {
    const std::streamsize read = std::stringbuf::xsgetn(to, count);
    if (read == 0) throw std::ios_base::failure("the disk is gone");
    return read;
  }
};

TEST(TableInput, AFailureBehindTheBeginningReachesTheReader) {
  FailingBuffer buffer("workload,hardware,energy_j\n" + repeated("w,h,3\n", kBeginningBytes));
  std::istream in(&buffer);
  TableInput input(in, "t.csv");
  ObservationTable table;
  EXPECT_EQ(error_of([&] { read_table(input, "", {}, keep_strictly(table)); }).code(),
            ErrorCode::io);
}

}  // namespace
}  // namespace isojoule
