#include "isojoule/app/table_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/temp_directory.hpp"
#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using testing::HasSubstr;
using testing::Pair;

class ReportSubjects : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder.path() / name;
    write_file(path, text);
    return path;
  }
  ReportSubject kind(const std::string& what) { return report_subject(real_files(), what); }

  TempDirectory folder;
};

TEST_F(ReportSubjects, IsTheIdOfARecord) {
  EXPECT_EQ(kind("latest"), ReportSubject::record);
  EXPECT_EQ(kind("01JABCDEFGHJKMNPQRSTVWXYZ0"), ReportSubject::record);
}

TEST_F(ReportSubjects, IsATraceByItsFirstBytes) {
  EXPECT_EQ(kind(file("energies.csv", "isojtrc\n\x03")), ReportSubject::trace);
  EXPECT_EQ(kind(file("run.trace", "isojtr")), ReportSubject::table) << "whatever its name";
}

TEST_F(ReportSubjects, IsATableOtherwise) {
  EXPECT_EQ(kind(file("energies", "workload,hardware,energy_j\n")), ReportSubject::table);
  EXPECT_EQ(kind("-"), ReportSubject::table);
  EXPECT_EQ(kind("energies.csv"), ReportSubject::table) << "a name with a dot is a file's";
  EXPECT_EQ(kind("folder/latest"), ReportSubject::table);
  EXPECT_EQ(kind(folder.path()), ReportSubject::table) << "a folder is not looked into";
}

TEST(FirstPair, IsTheTablesFirstUnlessNamed) {
  const Dataset dataset(test_table::rows(4, 3));
  EXPECT_THAT(first_pair("", "", dataset), Pair("A", "B"));
  EXPECT_THAT(first_pair("C", "A", dataset), Pair("C", "A"));
  EXPECT_EQ(error_of([&] { first_pair("C", "Z", dataset); }).code(), ErrorCode::unknown_name);
  const Error error = error_of([] { first_pair("", "", Dataset(test_table::rows(4, 1))); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_STREQ(error.what(), "a report needs two machines, there is 1");
}

TEST(TableReport, IsOfEveryPair) {
  const ReportOrigin origin{"t.csv", "isojoule report t.csv", "isojoule 0.1.0"};
  StudyOptions study;
  study.splits = 2;
  const ReadObservations read{test_table::rows(12, 2), {}, "csv"};
  const Document document = table_report({"t.csv", "csv", {}}, read, {"B", "A", study}, origin);
  const Table& machines = find_table(document, "machines");
  EXPECT_EQ(machines.rows.size(), 2U);
  EXPECT_EQ(
      error_of([&] { table_report({"t.csv", "csv", {}}, read, {"B", "Z", study}, origin); }).code(),
      ErrorCode::unknown_name);
}

}  // namespace
}  // namespace isojoule
