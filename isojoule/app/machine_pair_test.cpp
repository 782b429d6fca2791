#include "isojoule/app/machine_pair.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/sample_table.hpp"

namespace isojoule {
namespace {

using detail::error_of;
using ::testing::HasSubstr;
using ::testing::Pair;

Dataset machines(const std::vector<std::string>& names) {
  std::vector<Observation> rows;
  for (const std::string& name : names) {
    Observation row;
    row.workload = "w";
    row.hardware = name;
    row.energy = 1.0 * joule;
    rows.push_back(row);
  }
  return Dataset(rows);
}

TEST(MachinePair, IsSplitWhereBothAreMachines) {
  EXPECT_THAT(parse_machine_pair("A:B", machines({"A", "B"})), Pair("A", "B"));
  EXPECT_THAT(parse_machine_pair("rack:1:B", machines({"rack:1", "B"})), Pair("rack:1", "B"));
  EXPECT_THAT(parse_machine_pair("B:rack:1", machines({"rack:1", "B"})), Pair("B", "rack:1"));
}

TEST(MachinePair, OtherTextsAreRefused) {
  const Dataset dataset = machines({"A100", "V100"});
  const Error unknown = error_of([&] { parse_machine_pair("A100:V10", dataset); });
  EXPECT_EQ(unknown.code(), ErrorCode::unknown_name);
  EXPECT_THAT(unknown.what(), HasSubstr("unknown machine 'V10'; did you mean V100"));
  for (const char* text : {"", "A100", "A100:A100"}) {
    const Error error = error_of([&] { parse_machine_pair(text, dataset); });
    EXPECT_EQ(error.code(), ErrorCode::usage) << text;
    EXPECT_THAT(error.what(), HasSubstr("must be FROM:TO")) << text;
  }
}

TEST(MachinePair, IsTheFirstMachinesWhereNoneAreNamed) {
  const Dataset dataset = machines({"A", "B", "C"});
  EXPECT_THAT(choose_machine_pair("", "", dataset), Pair("A", "B"));
  EXPECT_THAT(choose_machine_pair("C", "", dataset), Pair("C", "A"));
  EXPECT_THAT(choose_machine_pair("", "A", dataset), Pair("B", "A"));
  EXPECT_THAT(choose_machine_pair("C", "B", dataset), Pair("C", "B"));
}

TEST(MachinePair, NeedsTwoMachinesOfTheTable) {
  const Dataset dataset = machines({"A", "B"});
  EXPECT_EQ(error_of([&] { choose_machine_pair("A", "A", dataset); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([&] { choose_machine_pair("", "D", dataset); }).code(),
            ErrorCode::unknown_name);
}

}  // namespace
}  // namespace isojoule
