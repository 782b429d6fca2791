// The documents in docs/formats/ are what the program reads and writes.
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/observation_csv.hpp"
#include "isojoule/record/observation_json.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/record/store.hpp"

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

/// The first block of code in `language` on a page.
std::string block_of(const std::string& page, const std::string& language) {
  std::ifstream file(ISOJOULE_FORMATS "/" + page);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string begin = "```" + language + "\n";
  const std::size_t start = text.find(begin);
  if (start == std::string::npos) return {};
  const std::size_t first = start + begin.size();
  return text.substr(first, text.find("```", first) - first);
}

TEST(Formats, TheRecordOnItsPageIsReadAndWrittenBack) {
  const Json json = parse_json(block_of("record.md", "json"), "record.md");
  EXPECT_EQ(record_to_json(record_from_json(json, "record.md")).dump(2), json.dump(2));
}

TEST(Formats, TheProfileOnItsPageIsReadAndWrittenBack) {
  const Json json = parse_json(block_of("profile.md", "json"), "profile.md");
  EXPECT_EQ(profile_to_json(profile_from_json(json, "profile.md")).dump(2), json.dump(2));
}

TEST(Formats, TheTablesOnTheStoresPageAreItsTables) {
  const TempDirectory directory;
  const std::filesystem::path path = directory.path() / "store.sqlite";
  {
    Store store(path);
  }
  SQLite::Database database(path);
  SQLite::Statement statement(database, "SELECT sql FROM sqlite_schema WHERE sql NOT NULL");
  std::string tables;
  while (statement.executeStep()) tables += statement.getColumn(0).getString() + ";\n";
  EXPECT_EQ(block_of("store.md", "sql"), tables);
}

TEST(Formats, TheTablesOnTheObservationsPageAreRead) {
  const auto rows_of = [](const std::string& language, auto read) {
    std::istringstream in(block_of("observations.md", language));
    ObservationTable table;
    const TableSummary summary = read(in, "observations.md", ColumnMap{}, keep_strictly(table));
    EXPECT_TRUE(summary.ignored_columns.empty());
    return table.rows;
  };
  const auto csv = rows_of("csv", read_observations_csv);
  ASSERT_EQ(csv.size(), 3U);
  EXPECT_EQ(csv[0].energy, 15234.5 * joule);
  EXPECT_EQ(csv[1].notes, "warm, second run");
  EXPECT_EQ(csv[2].energy, std::nullopt);
  const auto json = rows_of("json", read_observations_json);
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0].run, "1");
  EXPECT_EQ(json[1].energy, std::nullopt);
}

}  // namespace
}  // namespace isojoule
