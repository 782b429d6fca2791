// The tables on docs/formats/observations.md are what the readers read.
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/table/observation_csv.hpp"
#include "isojoule/table/observation_json.hpp"
#include "isojoule/table/readers.hpp"

#include "support/format_page.hpp"

namespace isojoule {
namespace {

using ::testing::HasSubstr;

TEST(Formats, TheTablesOnTheObservationsPageAreRead) {
  const auto rows_of = [](const std::string& language, auto read) {
    std::istringstream in(block_of(ISOJOULE_FORMATS "/observations.md", language));
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

TEST(Formats, ThePageNamesEachFormatAndItsOptions) {
  std::ifstream file(ISOJOULE_FORMATS "/observations.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  for (const TableReader& reader : table_readers()) {
    EXPECT_THAT(page, HasSubstr("\n| `" + std::string(reader.format.name) + "` |"));
    for (const ReaderOption& option : reader.format.options)
      EXPECT_THAT(page, HasSubstr("`--" + std::string(option.name) + "`"));
  }
}

}  // namespace
}  // namespace isojoule
