// The documents in docs/formats/ are what the program reads and writes.
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/record/store.hpp"

#include "support/format_page.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

std::string page_block(const std::string& page, const std::string& language) {
  return block_of(ISOJOULE_FORMATS "/" + page, language);
}

TEST(Formats, TheRecordOnItsPageIsReadAndWrittenBack) {
  const Json json = parse_json(page_block("record.md", "json"), "record.md");
  EXPECT_EQ(record_to_json(record_from_json(json, "record.md")).dump(2), json.dump(2));
}

TEST(Formats, TheProfileOnItsPageIsReadAndWrittenBack) {
  const Json json = parse_json(page_block("profile.md", "json"), "profile.md");
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
  EXPECT_EQ(page_block("store.md", "sql"), tables);
}

}  // namespace
}  // namespace isojoule
