#include "isojoule/app/observation_records.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/sample_record.hpp"
#include "support/sample_table.hpp"

namespace isojoule {
namespace {

using detail::error_of;
using detail::sample_record;
using detail::texts_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ObserveRecords, ScalesAStepToTheWorkAskedFor) {
  ObservationTable table;
  const std::vector<Record> records{sample_record("R1", "a"), sample_record("R2", "b")};
  const auto basis = observe_records(records, {1980, {}, {}}, keep_strictly(table));
  ASSERT_EQ(table.rows.size(), 2U);
  // 50 J and 2 s for 10 steps.
  const Observation expected{.workload = "a",
                             .hardware = "Made CPU, 2 threads",
                             .family = "",
                             .energy = 9900.0 * joule,
                             .flops = 628e6 * flop,
                             .parameters = 804234.0,
                             .duration = 396.0 * second,
                             .run = "R1",
                             .notes = "",
                             .line = 1};
  EXPECT_EQ(table.rows[0], expected);
  EXPECT_EQ(table.rows[1].line, 2U);
  EXPECT_EQ(basis, (Basis{Scope::package, Kind::measured, Boundary::gross, "steps", 8, "float32"}));
}

TEST(ObserveRecords, LeavesOutWhatDoesNotCompareAndSaysWhy) {
  std::vector<Record> records{sample_record("R1"), sample_record("R2"), sample_record("R3"),
                              sample_record("R4")};
  records[0].windows.clear();
  records[2].windows[0].attributes["batch"] = "16";
  records[3].host = {};
  ObservationTable table;
  observe_records(records, {}, keep_readable(table));
  EXPECT_EQ(table.rows.size(), 1U);
  EXPECT_THAT(texts_of(table.faults),
              ElementsAre(HasSubstr("record R1: it has no window 'steps'"),
                          HasSubstr("record R3: does not compare with the first: batch: 8 against"),
                          "record R4: its hardware's name is empty"));
}

TEST(ObserveRecords, LeavesOutWhatDidNotComeToItsEnd) {
  using State = CommandOutcome::State;
  std::vector<Record> records{sample_record("R1"), sample_record("R2"), sample_record("R3"),
                              sample_record("R4")};
  records[0].outcome = {State::incomplete, 5, {}, false};
  records[1].outcome = {State::cut_off, 0, {}, false};
  records[2].outcome = {State::complete, 0, {}, true};
  ObservationTable table;
  observe_records(records, {}, keep_readable(table));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0].run, "R4");
  EXPECT_THAT(texts_of(table.faults),
              ElementsAre("record R1: its command ended with exit code 5",
                          "record R2: its recording was cut off", "record R3: it was interrupted"));
}

TEST(ObserveRecords, TheCallerMayNameTheHardware) {
  Record record = sample_record();
  record.host = {};
  record.cost.reset();
  ObservationTable table;
  observe_records(std::vector{record}, {1, {}, [](const Record&, Scope) { return "mine"; }},
                  keep_strictly(table));
  EXPECT_EQ(table.rows.at(0).hardware, "mine");
  EXPECT_EQ(table.rows.at(0).flops, std::nullopt);
  EXPECT_EQ(table.rows.at(0).parameters, std::nullopt);
}

TEST(ObserveRecords, NothingHasNoBasisAndNoStepsAreRefused) {
  ObservationTable table;
  EXPECT_EQ(observe_records({}, {}, keep_strictly(table)), std::nullopt);
  EXPECT_EQ(error_of([&] { observe_records({}, {0, {}, {}}, keep_strictly(table)); }).code(),
            ErrorCode::usage);
  EXPECT_EQ(error_of([&] { observe_profiles({}, -1, keep_strictly(table)); }).code(),
            ErrorCode::usage);
}

TEST(HardwareName, IsThatOfTheScope) {
  Record record = sample_record();
  record.host.gpus = {"A100", "A100"};
  EXPECT_EQ(hardware_name(record, Scope::gpu), "2 x A100");
  record.host.gpus = {"A100", "V100"};
  EXPECT_EQ(hardware_name(record, Scope::gpu), "A100 + V100");
  record.host.gpus = {"A100"};
  EXPECT_EQ(hardware_name(record, Scope::gpu), "A100");
  record.host.gpus = {"A100", "V100", "A100"};
  EXPECT_EQ(hardware_name(record, Scope::gpu), "A100 + V100 + A100");
  record.host.gpus.clear();
  EXPECT_EQ(hardware_name(record, Scope::gpu), "");
  record.context["threads"] = "1";
  EXPECT_EQ(hardware_name(record, Scope::package), "Made CPU, 1 thread");
  record.context.clear();
  EXPECT_EQ(hardware_name(record, Scope::package), "Made CPU");
}

TEST(ObserveProfiles, GivesEachReference) {
  Record small = sample_record("R1", "small");
  Record large = sample_record("R2", "large");
  large.windows.resize(1);
  large.windows[0].measurement.channels[0].energy = 400.0 * joule;
  std::vector<MachineProfile> profiles{make_profile("one", "", {small, large}),
                                       make_profile("two", "", {small}),
                                       make_profile("other", "", {small})};
  profiles[2].basis.precision = "tf32";
  ObservationTable table;
  const auto basis = observe_profiles(profiles, 10, keep_readable(table));
  ASSERT_EQ(table.rows.size(), 3U);
  const Observation expected{.workload = "large",
                             .hardware = "one",
                             .family = "",
                             .energy = 400.0 * joule,
                             .flops = 628e6 * flop,
                             .parameters = 804234.0,
                             .duration = 2.0 * second,
                             .run = "R2",
                             .notes = "",
                             .line = 2};
  EXPECT_EQ(table.rows[1], expected);
  EXPECT_EQ(table.rows[2].hardware, "two");
  EXPECT_EQ(table.rows[2].line, 3U);
  EXPECT_EQ(basis, profiles[0].basis);
  EXPECT_THAT(texts_of(table.faults), ElementsAre(HasSubstr("profile other: does not compare with "
                                                            "the first: precision:")));
}

}  // namespace
}  // namespace isojoule
