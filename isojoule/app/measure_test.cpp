#include "isojoule/app/measure.hpp"

#include <signal.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/workload/workload.hpp"

#include "support/fake_world.hpp"
#include "support/memory_store.hpp"
#include "support/sample_record.hpp"
#include "support/test_table.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using test_table::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FullStore final : public MemoryStore {
 public:
  using MemoryStore::add;
  using MemoryStore::MemoryStore;
  void add(const Record&) override { throw Error(ErrorCode::io, "the disk is full"); }
};

/// Real commands on the real clock, over a synthetic /sys and /proc.
class MeasureAndKeep : public testing::Test {
 protected:
  MeasureAndKeep() {
    world.root = fake.root();
    options.period = 10.0 * millisecond;
    plan.longest_delay = 1.0 * millisecond;
    events.measured = [this](const Record& record) { measured.push_back(record.id); };
    events.not_kept = [this](const Record&, const std::string& why) { not_kept.push_back(why); };
  }

  MeasuredRuns run(Store& kept_in, const std::string& script) {
    return measure_and_keep(world, kept_in, {"sh", "-c", script}, options, plan, events);
  }

  FakeWorld fake;
  World world = real_world();
  MemoryStore store{fake.root() / "store"};
  MeasureOptions options;
  RepeatPlan plan;
  MeasureEvents events;
  std::vector<std::string> measured;
  std::vector<std::string> not_kept;
};

TEST_F(MeasureAndKeep, KeepsEveryRunBeforeItIsReported) {
  plan.count = 2;
  std::vector<std::size_t> kept;
  events.measured = [&](const Record&) { kept.push_back(store.records().size()); };
  const MeasuredRuns runs = run(store, "true");
  EXPECT_THAT(kept, ElementsAre(1U, 2U));
  ASSERT_THAT(runs.records, SizeIs(2));
  EXPECT_EQ(store.record(runs.records[1].id).repeat->index, 2);
  EXPECT_FALSE(runs.ended_between);
  EXPECT_THAT(not_kept, IsEmpty());
}

TEST_F(MeasureAndKeep, TracesAreInTheStoresFolder) {
  const MeasuredRuns runs = run(store, "true");
  const std::filesystem::path trace = runs.records.at(0).trace;
  EXPECT_EQ(trace, store.folders().traces / (runs.records[0].id + ".trace"));
  EXPECT_TRUE(std::filesystem::exists(trace));
}

TEST_F(MeasureAndKeep, AStoreThatFailsCostsNoRun) {
  FullStore full{fake.root() / "store"};
  plan.count = 2;
  const MeasuredRuns runs = run(full, "exit 0");
  ASSERT_THAT(runs.records, SizeIs(2));
  EXPECT_THAT(not_kept, SizeIs(2));
  EXPECT_EQ(not_kept[0], "the disk is full; the readings are kept in " + runs.records[0].trace);
  EXPECT_THAT(measured, ElementsAre(runs.records[0].id, runs.records[1].id));
  events.not_kept = {};
  EXPECT_NO_THROW(run(full, "true"));
}

TEST_F(MeasureAndKeep, ACommandThatFailsIsTheLast) {
  plan.count = 3;
  const MeasuredRuns runs = run(store, "exit 7");
  ASSERT_THAT(runs.records, SizeIs(1));
  EXPECT_EQ(runs.records[0].outcome.exit_code, 7);
  EXPECT_THAT(store.records(), SizeIs(1));
  EXPECT_FALSE(runs.ended_between);
}

TEST_F(MeasureAndKeep, AnInterruptOfARunIsThatRunsOwn) {
  const MeasuredRuns runs = run(store, "kill -INT " + std::to_string(getpid()) + "; sleep 0.2");
  ASSERT_THAT(runs.records, SizeIs(1));
  EXPECT_TRUE(runs.records[0].outcome.interrupted);
  EXPECT_FALSE(runs.ended_between);
}

TEST_F(MeasureAndKeep, AnInterruptBetweenTwoRunsIsReported) {
  plan.count = 2;
  options.ended = [] { kill(getpid(), SIGINT); };
  const MeasuredRuns runs = run(store, "true");
  ASSERT_THAT(runs.records, SizeIs(1));
  EXPECT_FALSE(runs.records[0].outcome.interrupted);
  EXPECT_TRUE(runs.ended_between);
}

TEST_F(MeasureAndKeep, WrongNumbersStartNothing) {
  plan.count = 0;
  const std::string file = fake.root() / "started";
  EXPECT_EQ(error_of([&] { run(store, "touch " + file); }).code(), ErrorCode::usage);
  plan.count = 1;
  plan.warmups = -1;
  EXPECT_EQ(error_of([&] { run(store, "touch " + file); }).code(), ErrorCode::usage);
  plan.warmups = 0;
  options.period = 0.5 * millisecond;
  EXPECT_EQ(error_of([&] { run(store, "touch " + file); }).code(), ErrorCode::usage);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_THAT(store.records(), IsEmpty());
}

TEST(StatedCost, IsBothNumbers) {
  const Cost cost = stated_cost(628e6, 804'234);
  EXPECT_EQ(cost.rule, "stated");
  EXPECT_EQ(cost.flops_forward, 628e6 * flop);
  EXPECT_EQ(cost.parameters, 804'234U);
  EXPECT_FALSE(cost.macs) << "not known, which is not 0";
  for (const double wrong : {0.0, -1.0})
    EXPECT_EQ(error_of([&] { stated_cost(wrong, 1); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([] { stated_cost(1e6, 0); }).code(), ErrorCode::usage);
}

TEST(ReferenceWorkload, BringsItsCost) {
  MeasureOptions options;
  set_reference_workload(options, "cnn-2x128");
  EXPECT_EQ(options.workload.name(), "cnn-2x128");
  EXPECT_EQ(options.cost->flops_forward, find_reference_workload("cnn-2x128").cost.flops_forward);
  EXPECT_EQ(error_of([&] { set_reference_workload(options, "cnn-2x127"); }).code(),
            ErrorCode::unknown_name);
}

TEST(NotKeptText, NamesTheReadingsThatThereAre) {
  Record record = sample_record();
  EXPECT_EQ(not_kept_text(record, {ErrorCode::io, "it is full"}), "it is full");
  record.trace = "/t/1.trace";
  EXPECT_EQ(not_kept_text(record, {ErrorCode::io, "it is full"}),
            "it is full; the readings are kept in /t/1.trace");
}

TEST(MeasuredRuns, OneIsAnObjectAndSeveralAnArray) {
  const std::vector one{sample_record("R1")};
  const std::vector two{sample_record("R1"), sample_record("R2")};
  EXPECT_EQ(runs_to_json(one).at("id"), "R1");
  EXPECT_EQ(runs_to_json(two).at(1).at("id"), "R2");
  EXPECT_FALSE(repeats_summary(one));
  EXPECT_TRUE(repeats_summary(two));
}

}  // namespace
}  // namespace isojoule
