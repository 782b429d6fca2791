// The tables on docs/formats/observations.md are what the readers read.
#include <optional>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "isojoule/table/observation_csv.hpp"
#include "isojoule/table/observation_json.hpp"

#include "support/format_page.hpp"

namespace isojoule {
namespace {

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

}  // namespace
}  // namespace isojoule
