// The tables on docs/formats/store.md are what a store has.
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "isojoule/store/sqlite/sqlite_store.hpp"

#include "support/format_page.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

TEST(Formats, TheTablesOnTheStoresPageAreItsTables) {
  const TempDirectory directory;
  const std::filesystem::path path = directory.path() / "store.sqlite";
  open_sqlite_to_write(path);
  SQLite::Database database(path);
  SQLite::Statement statement(database, "SELECT sql FROM sqlite_schema WHERE sql NOT NULL");
  std::string tables;
  while (statement.executeStep()) tables += statement.getColumn(0).getString() + ";\n";
  EXPECT_EQ(block_of(ISOJOULE_FORMATS "/store.md", "sql"), tables);
}

}  // namespace
}  // namespace isojoule
