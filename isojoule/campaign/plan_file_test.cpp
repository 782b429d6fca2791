#include "isojoule/campaign/plan_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

CampaignPlan read(const std::string& text) { return plan_from_toml(text, "/plans/mine.toml").plan; }

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing thrown";
}

std::vector<std::string> names(const CampaignPlan& plan) {
  std::vector<std::string> result;
  for (const CampaignItem& item : plan.items) result.push_back(item.name);
  return result;
}

TEST(PlanToml, HoldsOurWorkloadsAndOthersTogether) {
  const CampaignPlan plan = read(R"(
name = "challenge"
seed = 7
repeats = 3
order = "listed"
idle = "5s"
cooldown = "30s"
reruns = 2
others = 0.1
steal = 0.05
profile = "auto"
steps = 20
warmup = 4
at_least = "5s"
device = "cuda:1"
threads = 2
data = "desed"
workloads = ["cnn-2x128", "dual"]

[[workload]]
id = "mlp-1x512"
steps = 500
repeats = 1

[[command]]
name = "mine"
run = ["python3", "train.py", "--epochs", "2"]
directory = "code"
environment = {LR = "0.1"}
device = "cuda"
flops_per_sample = 2e9
params = 1000
samples = 15780
)");
  EXPECT_EQ(plan.name, "challenge");
  EXPECT_THAT(names(plan),
              ElementsAre("cnn-2x128", "rnn-1x128", "crnn-2.2x1024.256", "mlp-1x512", "mine"));
  EXPECT_FALSE(plan.shuffled);
  EXPECT_EQ(plan.idle, 5.0 * second);
  EXPECT_EQ(plan.cooling, (Cooling{30.0 * second, false, 300.0 * second}));
  EXPECT_EQ(plan.contention, (ContentionLimits{0.1, 0.05, 2}));
  EXPECT_EQ(plan.profile, "auto");
  const Training& all = *plan.items[0].training;
  EXPECT_EQ(all.steps, 20);
  EXPECT_EQ(all.warmup, 4);
  EXPECT_EQ(all.at_least, 5.0 * second);
  EXPECT_EQ(all.device, "cuda:1");
  EXPECT_EQ(all.threads, 2);
  EXPECT_EQ(all.data, "/plans/desed");
  EXPECT_EQ(all.seed, 7u);
  EXPECT_EQ(plan.items[0].repeats, 3);
  EXPECT_EQ(plan.items[3].training->steps, 500);
  EXPECT_EQ(plan.items[3].training->warmup, 4);
  EXPECT_EQ(plan.items[3].repeats, 1);
  const CampaignItem& mine = plan.items[4];
  EXPECT_FALSE(mine.training);
  EXPECT_THAT(mine.command, ElementsAre("env", "-C", "/plans/code", "LR=0.1", "python3", "train.py",
                                        "--epochs", "2"));
  EXPECT_EQ(mine.device, "cuda");
  EXPECT_EQ(mine.samples, 15780u);
  EXPECT_EQ(mine.cost->flops_forward, 2e9 * flop);
  EXPECT_EQ(mine.repeats, 3);
}

TEST(PlanToml, IsCalledAsItsFileIfNothingElse) {
  EXPECT_EQ(read("workloads = [\"cnn-1x128\"]").name, "mine");
  EXPECT_EQ(read("workloads = [\"cnn-1x128\"]\ncooldown = \"rest\"").cooling.to_rest, true);
}

TEST(PlanToml, TellsWhatIsWrongAndWhere) {
  EXPECT_THAT(
      refusal("name = \"x\"\nstpes = 5\nworkloads = [\"cnn-1x128\"]"),
      HasSubstr("plan '/plans/mine.toml', line 2: unknown key 'stpes'; did you mean steps"));
  EXPECT_THAT(refusal("steps = \"five\""),
              EndsWith("line 1: steps must be a whole number of at least 1"));
  EXPECT_THAT(refusal("steps = 0"), EndsWith("line 1: steps must be a whole number of at least 1"));
  EXPECT_THAT(refusal("threads = 3000000000"), HasSubstr("line 1: threads must be a whole number"));
  EXPECT_THAT(refusal("name = 5"), EndsWith("line 1: name must be text in quotes"));
  EXPECT_THAT(refusal("idle = \"5 parsecs\""),
              HasSubstr("line 1: idle: '5 parsecs' is no duration"));
  EXPECT_THAT(refusal("others = -1.0"),
              EndsWith("line 1: others must be a number that is not negative"));
  EXPECT_THAT(refusal("steal = inf"), EndsWith("steal must be a number that is not negative"));
  EXPECT_THAT(refusal("\norder = \"sorted\""), HasSubstr("line 2: order must be \"random\""));
  EXPECT_THAT(refusal("cooldown = \"cold\""), HasSubstr("cooldown must be a duration"));
  EXPECT_THAT(refusal("workloads = \"cnn-1x128\""), HasSubstr("workloads must be a list of texts"));
  EXPECT_THAT(refusal("workloads = [5]"), HasSubstr("workloads must be a list of texts"));
  EXPECT_THAT(refusal("\n\nworkloads = [\"cnn-1x12\"]"),
              HasSubstr("line 3: unknown workload 'cnn-1x12'; did you mean cnn-1x128"));
  EXPECT_THAT(refusal("workload = \"cnn-1x128\""), HasSubstr("write each of them as [[workload]]"));
  EXPECT_THAT(refusal("[[workload]]\nsteps = 5"), HasSubstr("needs an id"));
  EXPECT_THAT(refusal("[[workload]]\nid = \"cnn\"\n"), HasSubstr("line 2: unknown workload 'cnn'"));
  EXPECT_THAT(refusal("[[command]]\nname = \"a\"\nrun = [\"true\"]\nparams = 5"),
              HasSubstr("flops_per_sample and params go together"));
  EXPECT_THAT(refusal("[[command]]\nname = \"a\"\nrun = [\"true\"]\nenvironment = {A = 1}"),
              HasSubstr("environment must be a table of texts"));
  EXPECT_THAT(refusal("steps = = 5"), HasSubstr("plan '/plans/mine.toml', line 1: "));
}

TEST(PlanToml, ACommandRunsInTheFilesFolder) {
  EXPECT_THAT(read("[[command]]\nname = \"a\"\nrun = [\"./train.sh\"]").items[0].command,
              ElementsAre("env", "-C", "/plans/", "./train.sh"));
}

/// A plan file of its own, and what it becomes by changes.
class PlanOfAFile : public ::testing::Test {
 protected:
  CampaignPlan find(const std::string& text, const PlanChanges& changes = {}) {
    write_file(file_, text);
    return find_campaign_plan(file_.string(), changes);
  }
  std::string refusal(const std::string& text, const PlanChanges& changes = {}) {
    try {
      find(text, changes);
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing thrown";
  }

  const TempDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "own.toml";
};

TEST_F(PlanOfAFile, IsCheckedAsItIsChanged) {
  EXPECT_THAT(refusal(""), HasSubstr("has no workloads"));
  EXPECT_THAT(refusal("protocol = \"paper\"\nworkloads = [\"cnn-1x128\"]"),
              HasSubstr("needs a dataset"));
  PlanChanges changes;
  changes.workloads = {"cnn-1x128"};
  EXPECT_THAT(names(find("steps = 7", changes)), ElementsAre("cnn-1x128"));
  EXPECT_EQ(find("steps = 7", changes).items[0].training->steps, 7);
  changes.data = "/data/desed";
  EXPECT_EQ(find("protocol = \"paper\"", changes).items[0].training->data, "/data/desed");
  EXPECT_THAT(refusal("steps = 5",
                      [] {
                        PlanChanges bad;
                        bad.workloads = {"cnn-1x128"};
                        bad.mode = "infer";
                        return bad;
                      }()),
              HasSubstr("unknown mode"));
}

TEST_F(PlanOfAFile, ChosenWorkloadsAreRunAsTheFileHasThem) {
  PlanChanges changes;
  changes.workloads = {"cnn-1x128", "mlp-1x512", "rnn-1x128"};
  const CampaignPlan plan = find(R"(
repeats = 3
steps = 20
[[workload]]
id = "mlp-1x512"
steps = 500
repeats = 5
[[workload]]
id = "cnn-1x128"
warmup = 9
[[command]]
name = "mine"
run = ["true"]
)",
                                 changes);
  EXPECT_THAT(names(plan), ElementsAre("cnn-1x128", "mlp-1x512", "rnn-1x128"));
  EXPECT_EQ(plan.items[0].repeats, 3);
  EXPECT_EQ(plan.items[0].training->steps, 20);
  EXPECT_EQ(plan.items[0].training->warmup, 9);
  EXPECT_EQ(plan.items[1].repeats, 5);
  EXPECT_EQ(plan.items[1].training->steps, 500);
  EXPECT_EQ(plan.items[2].repeats, 3) << "as the file trains what it does not list";
  EXPECT_EQ(plan.items[2].training->steps, 20);
  EXPECT_EQ(plan.items[2].training->warmup, 2);
}

TEST_F(PlanOfAFile, OneProfileHoldsOneConditionOnly) {
  const auto both = [this](const std::string& other) {
    return refusal(
        "profile = \"auto\"\nprotocol = \"steps\"\ndata = \"d\"\n"
        "[[workload]]\nid = \"cnn-1x128\"\n[[command]]\nname = \"a\"\nrun = [\"true\"]\n"
        "device = \"cuda\"\n[[workload]]\nid = \"mlp-1x512\"\n" +
        other);
  };
  EXPECT_EQ(both("steps = 50"), "nothing thrown");
  EXPECT_THAT(both("device = \"cuda\""),
              HasSubstr("one profile cannot hold both cnn-1x128 and mlp-1x512: device cpu against "
                        "cuda; make a plan of each"));
  EXPECT_THAT(both("precision = \"tf32\""), HasSubstr("precision float32 against tf32"));
  EXPECT_THAT(both("mode = \"test\"\nthreads = 2"),
              HasSubstr("mode train against test, threads all against 2"));
  EXPECT_THAT(both("protocol = \"paper\""), HasSubstr("protocol steps against paper"));
}

TEST(FindCampaignPlan, KnowsThePresets) {
  EXPECT_EQ(find_campaign_plan("quick").items.size(), 43u);
  EXPECT_THAT(names(find_campaign_plan("dual")), ElementsAre("rnn-1x128", "crnn-2.2x1024.256"));
  EXPECT_EQ(find_campaign_plan("references").items.size(), 6u);
  PlanChanges data;
  data.data = "/data/desed";
  const CampaignPlan paper = find_campaign_plan("paper", data);
  EXPECT_EQ(paper.items.size(), 43u);
  EXPECT_EQ(paper.items[0].training->protocol, "paper");
  EXPECT_EQ(paper.items[0].training->epochs, 10);
  EXPECT_THROW(find_campaign_plan("paper"), Error) << "without data";
  try {
    find_campaign_plan("quik");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean quick?"));
  }
}

TEST(FindCampaignPlan, ChangesWhatIsAskedFor) {
  PlanChanges changes;
  changes.workloads = {"cnn-1x128", "dual"};
  changes.steps = 3;
  changes.device = "cuda";
  changes.repeats = 2;
  changes.seed = 9;
  changes.idle = 1.0 * second;
  changes.profile = "auto";
  const CampaignPlan plan = find_campaign_plan("references", changes);
  EXPECT_THAT(names(plan), ElementsAre("cnn-1x128", "rnn-1x128", "crnn-2.2x1024.256"));
  EXPECT_EQ(plan.items[0].training->steps, 3);
  EXPECT_EQ(plan.items[0].training->at_least, 2.0 * second) << "as the preset has it";
  EXPECT_EQ(plan.items[0].training->seed, 9u);
  EXPECT_EQ(plan.items[0].device, "cuda");
  EXPECT_EQ(plan.items[2].repeats, 2);
  EXPECT_EQ(plan.seed, 9u);
  EXPECT_EQ(plan.idle, 1.0 * second);
  EXPECT_EQ(plan.profile, "auto");
}

TEST(FindCampaignPlan, ReadsAFile) {
  const TempDirectory directory;
  const auto file = directory.path() / "own.toml";
  write_file(file, "[[command]]\nname = \"a\"\nrun = [\"true\"]\n");
  EXPECT_THAT(names(find_campaign_plan(file.string())), ElementsAre("a"));
  EXPECT_THROW(find_campaign_plan((directory.path() / "absent.toml").string()), Error);
  try {
    find_campaign_plan(directory.path().string());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot be read: it is a directory"));
  }
}

}  // namespace
}  // namespace isojoule
