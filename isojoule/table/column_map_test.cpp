#include "isojoule/table/column_map.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/sample_table.hpp"

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

ColumnMap parse(const std::vector<std::string>& texts) { return parse_column_map(texts); }

Error error_of_map(const std::vector<std::string>& texts) {
  return detail::error_of([&] { parse(texts); });
}

TEST(ColumnMap, SeveralItemsAndSeveralTextsAddUp) {
  EXPECT_THAT(parse({"energy_kwh=Energy,workload=Model", "duration_h = hours of it"}),
              ElementsAre(Pair("duration_h", "hours of it"), Pair("energy_kwh", "Energy"),
                          Pair("workload", "Model")));
  EXPECT_THAT(parse({}), IsEmpty());
}

TEST(ColumnMap, ColumnsMayHoldCommasQuotesAndEqualSigns) {
  EXPECT_THAT(parse({"\"energy_j=Energy, total\",workload=a=b"}),
              ElementsAre(Pair("energy_j", "Energy, total"), Pair("workload", "a=b")));
}

TEST(ColumnMap, AnUnknownKeyListsNearOnes) {
  const Error error = error_of_map({"energy_kw=Energy"});
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_THAT(error.what(),
              HasSubstr("unknown key of a column map 'energy_kw'; did you mean energy_kwh"));
}

TEST(ColumnMap, WhatSaysNothingOrTwoThingsIsRefused) {
  const auto message = [](const std::string& text) {
    const Error error = error_of_map({text});
    EXPECT_EQ(error.code(), ErrorCode::usage) << error.what();
    return std::string(error.what());
  };
  EXPECT_EQ(message(""), "the column map is empty: write KEY=COLUMN");
  EXPECT_EQ(message("energy"), "'energy' in a column map: write KEY=COLUMN");
  EXPECT_EQ(message("workload="),
            "the column map names no column for workload: write workload=COLUMN");
  EXPECT_EQ(message("workload=a,workload=b"), "the column map names 'workload' twice");
  EXPECT_EQ(message("energy_j=a,energy_kwh=b"),
            "the column map names energy_j and energy_kwh: choose one");
  EXPECT_EQ(message("energy_mj=a"),
            "energy_mj may be millijoules or megajoules: map energy_millijoule or "
            "energy_megajoule to it");
}

}  // namespace
}  // namespace isojoule
