#include "isojoule/report/record_tables.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/page/text.hpp"

namespace isojoule {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

ChannelEnergy package(double joules, Kind kind = Kind::measured) {
  ChannelEnergy energy;
  energy.channel.id = kind == Kind::measured ? "rapl:package-0" : "cpu-model:cgroup";
  energy.channel.component = "package-0";
  energy.channel.label = "package 0";
  energy.channel.kind = kind;
  energy.channel.unit = microjoule;
  if (kind == Kind::modelled) energy.channel.model = "CPU time x 3.50 W per hardware thread";
  energy.energy = joules * joule;
  return energy;
}

Measurement over(double seconds, std::vector<ChannelEnergy> channels) {
  return {seconds * second, std::move(channels)};
}

Record training() {
  Record record;
  record.id = "01KEXAMPLE0000000000000000";
  record.workload = WorkloadId("cnn-2x128");
  record.whole = over(10.0, {package(500.0)});
  record.windows = {{"steps",
                     2.0 * second,
                     over(8.0, {package(400.0)}),
                     {{"steps", "4"}, {"batch", "8"}, {"precision", "float32"}}},
                    {"block", 2.0 * second, over(4.0, {package(190.0)}), {{"steps", "2"}}},
                    {"block", 6.0 * second, over(4.0, {package(210.0)}), {{"steps", "2"}}}};
  return record;
}

TEST(RecordTable, ShowsThePlaceInAJob) {
  Record record = training();
  record.job = JobPlace{"77.0", 0, 2, 0, "aaaa"};
  EXPECT_THAT(record_table(record).notes,
              Contains("Place in the job: rank 0 of 2; it measures this node's packages and "
                       "memory."));
  record.node_owner = NodeOwner{NodeOwner::Who::unknown, "no lock can be had"};
  EXPECT_THAT(record_table(record).notes, Contains(HasSubstr("ownership unknown")));
}

TEST(RecordTable, ARankWithNothingToMeasureIsNotToldToLookForSensors) {
  Record record = training();
  record.whole.channels.clear();
  record.windows.clear();
  record.job = JobPlace{"77.0", 1, 2, 1, "aaaa"};
  EXPECT_THAT(record_table(record).notes,
              Contains("Place in the job: rank 1 of 2; rank 0 measures this node's packages and "
                       "memory."));
  EXPECT_THAT(record_table(record).notes, Not(Contains(HasSubstr("No sensor could be used"))));
  record.job.reset();
  record.node_owner = NodeOwner{NodeOwner::Who::another, "the isojoule that runs this one"};
  EXPECT_THAT(record_table(record).notes,
              Contains("Not measured here: the isojoule that runs this one measures this node's "
                       "packages and memory."));
}

TEST(RecordTable, ShowsTheCommandAndItsSteps) {
  const Table table = record_table(training());
  EXPECT_EQ(table.title, "cnn-2x128  record 01KEXAMPLE0000000000000000  complete");
  ASSERT_THAT(table.rows, SizeIs(2)) << "blocks only serve the spread";
  EXPECT_THAT(table.rows[0], ElementsAre("whole command", "package 0", "500 J", "-", "50.0 W",
                                         "10.0 s", "measured", "rapl:package-0"));
  EXPECT_THAT(table.rows[1], ElementsAre("steps", "package 0", "400 J", "-", "50.0 W", "8.00 s",
                                         "measured", "rapl:package-0"));
  // 95 J and 105 J a step: sd = sqrt(2 * 25 / 1) = 7.07 J.
  EXPECT_THAT(table.notes, Contains("Per step (4 steps, package energy, measured): 100 J (sd 7.07 "
                                    "J) in 2.00 s."));
}

TEST(RecordTable, WithoutStepsEveryWindowIsShown) {
  Record record = training();
  record.windows[0].name = "epoch";
  EXPECT_THAT(record_table(record).rows, SizeIs(4));
}

TEST(RecordTable, ReadingsOfAnotherRunAreSaidToBe) {
  Record record = training();
  record.context[kReplayContext] = "old.trace";
  EXPECT_THAT(record_table(record).notes,
              Contains("These energies are not the command's: the readings were played from the "
                       "trace old.trace."));
}

TEST(RecordTable, StepsWithoutAnEnergyPerStepSayWhy) {
  Record record = training();
  record.windows[0].doubt = "it was started twice";
  EXPECT_THAT(record_table(record).notes,
              Contains(HasSubstr("No energy per step: its window 'steps' cannot be trusted")));
}

TEST(RecordTable, WhatIsModelledSaysSo) {
  Record record = training();
  record.whole = over(10.0, {package(500.0, Kind::modelled)});
  const Table table = record_table(record);
  EXPECT_THAT(table.rows[0], Contains("modelled"));
  EXPECT_THAT(table.notes,
              Contains("package 0 (cpu-model:cgroup) is modelled, not measured: CPU time "
                       "x 3.50 W per hardware thread."));
}

TEST(RecordTable, WhatIsMissingIsNotZero) {
  Record record = training();
  record.whole.channels[0].energy.reset();
  record.whole.channels[0].reason = "the counter was reset within the window";
  const Table table = record_table(record);
  EXPECT_EQ(table.rows[0][2], "missing");
  EXPECT_EQ(table.rows[0][3], "-");
  EXPECT_THAT(table.notes, Contains("whole command, package 0: no energy, the counter was reset "
                                    "within the window."));
}

TEST(RecordTable, TellsHowItEndedAndWhatWentWrong) {
  Record record = training();
  record.outcome = {CommandOutcome::State::incomplete, 137, 9};
  record.faults = {{FaultKind::retry, Instant{}, "rapl", "read failed (3 times)"}};
  const Table table = record_table(record);
  EXPECT_THAT(table.title, HasSubstr("incomplete (signal 9)"));
  EXPECT_THAT(table.notes, Contains("Fault: rapl: read failed (3 times)."));
  record.outcome = {CommandOutcome::State::incomplete, 5, std::nullopt};
  EXPECT_THAT(record_table(record).title, HasSubstr("incomplete (exit code 5)"));
}

TEST(RecordTable, WithoutASensorItSaysSo) {
  Record record = training();
  record.whole.channels.clear();
  record.windows.clear();
  EXPECT_THAT(record_table(record).notes, Contains(HasSubstr("No sensor could be used")));
}

TEST(RecordTable, FitsTheWidth) {
  Record record = training();
  record.workload = WorkloadId(std::string(200, 'x'));
  std::istringstream lines(render_text(record_table(record)));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST(RecordsTable, OneLineEach) {
  Record missing = training();
  missing.whole.channels.clear();
  const Table table = records_table(std::vector{summary_of(training()), summary_of(missing)});
  ASSERT_THAT(table.rows, SizeIs(2));
  EXPECT_EQ(table.rows[0][5], "500 J");
  EXPECT_EQ(table.rows[1][5], "missing");
  EXPECT_THAT(table.notes, IsEmpty());
  EXPECT_THAT(records_table({}).notes, SizeIs(1));
}

TEST(ModelsUsed, EachOnce) {
  const Channel modelled = package(1, Kind::modelled).channel;
  EXPECT_THAT(models_used({modelled, modelled, package(1).channel}), SizeIs(1));
  EXPECT_THAT(models_used({package(1).channel}), IsEmpty());
}

TEST(RecordTable, OwnWindowsStandBesideTheSteps) {
  Record record = training();
  record.windows.insert(record.windows.begin(),
                        {"epoch-0", 1.0 * second, over(9.0, {package(450.0)}), {}});
  const Table table = record_table(record);
  ASSERT_THAT(table.rows, SizeIs(3));
  EXPECT_EQ(table.rows[1][0], "epoch-0");
  EXPECT_EQ(table.rows[2][0], "steps");
}

TEST(RecordTable, WindowsOfOneNameAreOneRow) {
  Record record = training();
  for (const double begin : {2.0, 6.0})
    record.windows.push_back({"epoch", begin * second, over(3.0, {package(150.0)}), {}});
  record.sums = {{"epoch",
                  2.0 * second,
                  over(6.0, {package(300.0)}),
                  {},
                  "",
                  {{2.0 * second, 3.0 * second}, {6.0 * second, 3.0 * second}}}};
  const Table table = record_table(record);
  ASSERT_THAT(table.rows, SizeIs(3));
  EXPECT_EQ(table.rows[2][0], "epoch (2 windows)");
  EXPECT_EQ(table.rows[2][2], "300 J");
  for (const std::string& note : table.notes) EXPECT_THAT(note, Not(HasSubstr("paused")));
}

TEST(RecordTable, APausedWindowSaysSo) {
  Record record = training();
  record.windows[0].measurement.elapsed = 6.0 * second;
  record.windows[0].pieces = {{2.0 * second, 4.0 * second}, {8.0 * second, 2.0 * second}};
  EXPECT_THAT(record_table(record).notes, Contains("steps leaves out 2.00 s of pauses (1)."));
}

TEST(RecordTable, ThereIsRoomForTwentyWindows) {
  Record record = training();
  for (int i = 0; i < 30; ++i)
    record.windows.push_back(
        {"epoch-" + std::to_string(i), 1.0 * second, over(1.0, {package(50.0)}), {}});
  const Table table = record_table(record);
  EXPECT_THAT(table.rows, SizeIs(21));
  EXPECT_THAT(table.notes, Contains(HasSubstr("11 more windows are not shown")));
}

}  // namespace
}  // namespace isojoule
