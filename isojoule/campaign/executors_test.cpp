#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/campaign/executor.hpp"
#include "isojoule/core/error.hpp"

#include "support/campaign_fixture.hpp"
#include "support/sample_record.hpp"

namespace isojoule {
namespace {

using State = CampaignCell::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What a scripted executor gives, and what it was asked.
struct Script {
  std::deque<CellRun> runs;
  std::size_t rests = 100;  ///< then the end is asked for
  std::vector<std::string> asked;
};

/// Measures nothing.
class ScriptedExecutor final : public Executor {
 public:
  explicit ScriptedExecutor(Script& script) : script_(script) {}

  bool rest() override {
    script_.asked.push_back("rest");
    return script_.rests-- > 0;
  }
  CellRun run(const CampaignItem& item) override {
    script_.asked.push_back("run " + item.name);
    if (script_.runs.empty()) throw Error(ErrorCode::io, "the script is at its end");
    CellRun run = std::move(script_.runs.front());
    script_.runs.pop_front();
    return run;
  }
  void discard(const CellRun& run) override {
    script_.asked.push_back("discard " + (run.record ? run.record->id : "nothing"));
  }

 private:
  Script& script_;
};

CellRun measured(const std::string& id) {
  CellRun run;
  run.record = detail::sample_record(id);
  return run;
}

CellRun disturbed(const std::string& id, double others) {
  CellRun run = measured(id);
  run.disturbance = {{"others"}, others, 0.0};
  return run;
}

CellRun ended(State state, const std::string& reason) {
  CellRun run;
  run.state = state;
  run.reason = reason;
  return run;
}

class ScriptedCampaignTest : public CampaignTest {
 protected:
  ScriptedCampaignTest() {
    options_.executor = [this](const ExecutorSetup& setup) {
      seen_campaign_ = setup.campaign.id;
      seen_items_ = setup.plan.items.size();
      return std::make_unique<ScriptedExecutor>(script_);
    };
  }
  std::vector<std::string> kept() {
    std::vector<std::string> ids;
    for (const Record& record : store_.records()) ids.push_back(record.id);
    return ids;
  }

  Script script_;
  std::string seen_campaign_;
  std::size_t seen_items_ = 0;
};

TEST_F(ScriptedCampaignTest, EachCellIsRunOnceAfterARestAndKept) {
  add("a", "not run here", 2);
  add("b", "nor here");
  script_.runs = {measured("R1"), measured("R2"), measured("R3")};
  EXPECT_TRUE(begin_and_run().complete());
  EXPECT_THAT(script_.asked, ElementsAre("rest", "run a", "rest", "run b", "rest", "run a"));
  EXPECT_THAT(cells(), ElementsAre("a 1 done", "b 1 done", "a 2 done"));
  EXPECT_THAT(kept(), ElementsAre("R1", "R2", "R3"));
  EXPECT_EQ(runs(), "") << "nothing is run by the campaign itself";
  EXPECT_EQ(seen_campaign_, id_);
  EXPECT_EQ(seen_items_, 2u);
}

TEST_F(ScriptedCampaignTest, TheLeastDisturbedOfItsRunsIsKept) {
  add("a", "");
  plan_.contention.reruns = 2;
  script_.runs = {disturbed("R1", 0.3), disturbed("R2", 0.1), disturbed("R3", 0.2)};
  begin_and_run();
  EXPECT_THAT(script_.asked, ElementsAre("rest", "run a", "rest", "run a", "discard R1", "rest",
                                         "run a", "discard R3"));
  EXPECT_THAT(kept(), ElementsAre("R2"));
  EXPECT_THAT(cells(), ElementsAre("a 1 done: others"));
}

TEST_F(ScriptedCampaignTest, ARerunThatFailsIsDiscarded) {
  add("a", "");
  script_.runs = {disturbed("R1", 0.3), ended(State::failed, "it is broken")};
  EXPECT_TRUE(begin_and_run().complete());
  EXPECT_THAT(script_.asked, ElementsAre("rest", "run a", "rest", "run a", "discard nothing"));
  EXPECT_THAT(kept(), ElementsAre("R1"));
}

TEST_F(ScriptedCampaignTest, WhatDoesNotFitThereIsNotTriedAgain) {
  add("a", "", 2);
  script_.runs = {ended(State::skipped, "too large")};
  EXPECT_TRUE(begin_and_run().complete());
  EXPECT_THAT(script_.asked, ElementsAre("rest", "run a"));
  EXPECT_THAT(cells(), ElementsAre("a 1 skipped: too large", "a 2 skipped: too large"));
}

TEST_F(ScriptedCampaignTest, AnInterruptedRunCountsForNothing) {
  add("a", "");
  add("b", "");
  script_.runs = {measured("R1"), measured("R2")};
  script_.runs.back().interrupted = true;
  const CampaignEnd end = begin_and_run();
  EXPECT_TRUE(end.interrupted);
  EXPECT_EQ(end.left, 1u);
  EXPECT_THAT(kept(), ElementsAre("R1"));
  EXPECT_EQ(script_.asked.back(), "discard R2");
}

TEST_F(ScriptedCampaignTest, AnInterruptInARestStartsNothing) {
  add("a", "");
  add("b", "");
  script_.runs = {measured("R1")};
  script_.rests = 1;
  const CampaignEnd end = begin_and_run();
  EXPECT_TRUE(end.interrupted);
  EXPECT_THAT(script_.asked, ElementsAre("rest", "run a", "rest"));
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
}

TEST_F(ScriptedCampaignTest, WhatAnExecutorThrowsEndsItAndKeepsWhatIsDone) {
  add("a", "");
  add("b", "");
  script_.runs = {measured("R1")};
  EXPECT_THROW(begin_and_run(), Error);
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
}

TEST_F(ScriptedCampaignTest, OneThatCannotGoOnWithItChangesNothing) {
  add("a", "");
  options_.executor = [](const ExecutorSetup&) -> std::unique_ptr<Executor> {
    throw Error(ErrorCode::incompatible, "not here");
  };
  EXPECT_THROW(begin_and_run(), Error);
  EXPECT_THAT(cells(), IsEmpty());
}

TEST(Executors, RunHereUnlessAnotherIsNamed) {
  ASSERT_FALSE(executor_kinds().empty());
  EXPECT_EQ(executor_kinds().front().name, "local");
}

TEST(Executors, AreFoundByTheirUniqueNames) {
  for (const ExecutorKind& kind : executor_kinds()) {
    EXPECT_EQ(&find_executor(kind.name), &kind);
    EXPECT_FALSE(kind.help.empty()) << kind.name;
    EXPECT_TRUE(kind.make) << kind.name;
  }
}

TEST(Executors, AnUnknownNameShowsThoseThatThereAre) {
  try {
    find_executor("loca");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
    EXPECT_THAT(error.what(), HasSubstr("executor 'loca'"));
    EXPECT_THAT(error.what(), HasSubstr("local"));
  }
}

}  // namespace
}  // namespace isojoule
