#include "isojoule/table/observation_json.hpp"

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
using detail::repeated;
using detail::texts_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ReadTable read(const std::string& text, const ColumnMap& map = {}) {
  ReadTable result;
  std::istringstream in(text);
  result.summary = read_observations_json(in, "t.json", map, keep_readable(result.table));
  return result;
}

std::string bad_input(const std::string& text, const ColumnMap& map = {}) {
  const Error error = error_of([&] { read(text, map); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input) << error.what();
  return error.what();
}

constexpr const char* kFull =
    R"({"workload": "w", "hardware": "h", "family": "f", "energy_kwh": 0.5, "duration_s": 2,
  "flops": 3e9, "params": 18446744073709551615, "run": 7, "notes": "é", "extra": [1, {"run": 2}]})";

TEST(ObservationJson, ReadsAnArray) {
  const ReadTable result = read("[\n " + std::string(kFull) + ",\n" +
                                R"({"workload":"v","hardware":"h","energy_j":null,"run":"a"}])"
                                "\n");
  ASSERT_EQ(result.table.rows.size(), 2U);
  const Observation expected{.workload = "w",
                             .hardware = "h",
                             .family = "f",
                             .energy = 1.8e6 * joule,
                             .flops = 3e9 * flop,
                             .parameters = 18446744073709551615.0,
                             .duration = 2.0 * second,
                             .run = "7",
                             .notes = "é",
                             .line = 2};
  EXPECT_EQ(result.row(0), expected);
  EXPECT_EQ(result.row(1), (Observation{.workload = "v",
                                        .hardware = "h",
                                        .family = "",
                                        .energy = {},
                                        .run = "a",
                                        .notes = "",
                                        .line = 4}));
  EXPECT_THAT(result.summary.ignored_columns, ElementsAre("extra"));
}

TEST(ObservationJson, ReadsLines) {
  const ReadTable result = read("\n" + std::string(kFull) + "\r\n\n" + kFull);
  ASSERT_EQ(result.table.rows.size(), 2U);
  EXPECT_EQ(result.row(0).line, 2U);
  EXPECT_EQ(result.row(1).line, 5U);
}

TEST(ObservationJson, AMapNamesKeys) {
  const std::string text = R"({"model": "w", "gpu": "h", "E": 2, "energy_j": 5})";
  const ColumnMap map{{"workload", "model"}, {"hardware", "gpu"}, {"energy_kj", "E"}};
  EXPECT_EQ(read(text, map).row().energy, 2000.0 * joule);
  const Error error = error_of([&] { read(text, {{"workload", "model"}, {"hardware", "gpus"}}); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_THAT(error.what(), HasSubstr("t.json: unknown key 'gpus'; did you mean gpu?"));
}

TEST(ObservationJson, FaultsNameLineAndKey) {
  const ReadTable result = read(
      R"({"workload":"w","hardware":"h","energy_j":0}
{"workload":"w","hardware":"h","energy_j":-1}
{"workload":"w","hardware":"h","energy_j":"5"}
{"workload":"w","hardware":"h","energy_j":true}
{"workload":"w","hardware":"h","energy_j":[5]}
{"workload":5,"hardware":"h","energy_j":5}
{"hardware":"h","energy_j":5}
{"workload":"w","hardware":null,"energy_j":5}
{"workload":"w","hardware":"h","energy_j":5,"energy_kwh":5}
{"workload":"w","hardware":"h","energy_j":5,"energy_j":6}
{"workload":"w","hardware":"h","energy_kwh":1e308}
{"workload":"a\nb","hardware":"h","energy_j":5}
{"workload":"w","hardware":"h","energy_j":5}
)");
  EXPECT_EQ(result.table.rows.size(), 1U);
  EXPECT_EQ(result.summary.rows, 13U);
  EXPECT_EQ(result.summary.faulty, 12U);
  EXPECT_THAT(
      texts_of(result.table.faults),
      ElementsAre(
          "t.json:1: column energy_j is zero; leave out what is not known",
          "t.json:2: column energy_j is negative: -1", "t.json:3: column energy_j is not a number",
          "t.json:4: column energy_j is not a number", "t.json:5: column energy_j is not a number",
          "t.json:6: column workload is not a text", "t.json:7: column workload is missing",
          "t.json:8: column hardware is missing",
          "t.json:9: column energy_kwh stands beside energy_j: choose one by --map",
          "t.json:10: column energy_j stands twice",
          HasSubstr("t.json:11: column energy_kwh is beyond what a double holds in"),
          "t.json:12: column workload holds a control character: 'a?b'"));
}

TEST(ObservationJson, WhatIsNoTableIsRefused) {
  EXPECT_EQ(bad_input(""), "t.json: holds no objects");
  EXPECT_EQ(bad_input("[]"), "t.json: holds no objects");
  EXPECT_THAT(bad_input("\n\n17"), HasSubstr("t.json:3: an object is expected"));
  EXPECT_THAT(bad_input("[1]"), HasSubstr("t.json:1: an object is expected"));
  const std::string row = R"({"workload":"w","hardware":"h","energy_j":5})";
  EXPECT_THAT(bad_input("[" + row + "\n" + row + "]"), HasSubstr("t.json:2: a comma or ']'"));
  EXPECT_THAT(bad_input("[" + row), HasSubstr("a comma or ']' is expected"));
  EXPECT_THAT(bad_input("[" + row + ",]"), HasSubstr("an object is expected"));
  EXPECT_THAT(bad_input("[" + row + "]\nx"), HasSubstr("t.json:2: something stands behind"));
  EXPECT_THAT(bad_input(row + "\n{\"workload\": "), HasSubstr("t.json:2: is no JSON: "));
  EXPECT_THAT(bad_input(row + "\n{\"energy_j\": NaN}"), HasSubstr("t.json:2: is no JSON: "));
  EXPECT_THAT(bad_input("{\"energy_j\": 1e999}"), HasSubstr("number overflow"));
  EXPECT_THAT(bad_input(R"({"workload":"w","hardware":"h","energy_mj":5})"),
              HasSubstr("energy_mj may be millijoules or megajoules"));
  EXPECT_THAT(bad_input(R"({"workload":"w","hardware":"h"})"),
              HasSubstr("t.json: no object has a key energy_j, energy_kj"));
}

TEST(ObservationJson, AnObjectWithoutEndIsRefused) {
  EXPECT_THAT(bad_input("{\"notes\": \"" + repeated("x", kMaxJsonItemBytes)),
              HasSubstr("t.json:1: the object is longer than 16 MiB"));
}

TEST(ObservationJson, NestingIsNoMatter) {
  const std::string deep = repeated("[", 100'000) + repeated("]", 100'000);
  const std::string text = R"({"workload":"w","hardware":"h","energy_j":5,"x":)" + deep + "}";
  EXPECT_EQ(read(text).table.rows.size(), 1U);
}

}  // namespace
}  // namespace isojoule
