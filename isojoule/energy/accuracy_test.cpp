#include "isojoule/energy/accuracy.hpp"

#include <cmath>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/energy/uncertainty.hpp"

namespace isojoule {
namespace {

constexpr double kT95 = 2.353363434801823;  // Student's t, 3 degrees of freedom (R: qt(0.95, 3))

AccuracyPrior prior_of(double gain, double family, double board) {
  return {"test", gain, family,      board, 0.0 * watt, 0.0 * watt, 0.0, AccuracyBasis::assumed,
          "",     "",   std::nullopt};
}

AccuracyPrior with_offset(AccuracyPrior prior, Power family, Power board,
                          std::optional<Power> pivot = std::nullopt) {
  prior.offset_family = family;
  prior.offset_board = board;
  prior.pivot = pivot;
  return prior;
}

Channel channel(const char* id, Scope scope, const char* label = "") {
  Channel made;
  made.id = id;
  made.label = label;
  made.scope = scope;
  made.unit = milliwatt;
  return made;
}

std::string_view family_of_board(const char* label) {
  return accuracy_family(channel("nvml:GPU-1:power", Scope::gpu, label));
}

double joules(Energy energy) { return energy.in(joule); }

/// The budget of what a sensor shows: about shown / gain.
UncertaintyBudget budget_of(const AccuracyPrior& prior, Energy shown, Duration time) {
  UncertaintyBudget budget;
  const Energy best = shown / prior.gain;
  budget.correction = best - shown;
  for (UncertaintyComponent& part : accuracy_components(prior, "gpu-0", best, time))
    add_component(budget, std::move(part));
  return budget;
}

TEST(Accuracy, PartsAreStandardUncertaintiesAndSayWhatTheyShare) {
  AccuracyPrior prior = with_offset(prior_of(1.0, 0.05, 0.04), 10.0 * watt, 5.0 * watt);
  prior.meter = 0.02;
  prior.source = "SC24";
  const auto parts = accuracy_components(prior, "gpu-0", 1000.0 * joule, 5.0 * second);
  ASSERT_EQ(parts.size(), 5u);
  const double expected[] = {50.0 / kT95, 40.0 / kT95, 50.0 / kT95, 25.0 / kT95,
                             20.0 / std::sqrt(3.0)};
  const char* shared[] = {"test", "gpu-0", "test", "gpu-0", "the meter of SC24"};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_NEAR(joules(parts[i].standard), expected[i], 1e-9) << i;
    EXPECT_EQ(parts[i].shared, shared[i]) << i;
    EXPECT_EQ(parts[i].proportional, parts[i].source != "offset") << i;
  }
  EXPECT_EQ(parts[0].how, "1, +- 6.4 % (assumed)");
  EXPECT_EQ(parts[2].how, "+- 11.2 W (assumed)");
  EXPECT_FALSE(parts[4].degrees_of_freedom);
}

TEST(Accuracy, OfAnOffsetVanishesAtRatedPower) {
  const auto prior = with_offset(prior_of(1.0, 0.0, 0.0), 3.0 * watt, 4.0 * watt, 100.0 * watt);
  EXPECT_NEAR(joules(budget_of(prior, 1000.0 * joule, 10.0 * second).standard()), 0.0, 1e-9);
  // 5 W (3-4-5) on what is below: 200 J of 1000 J that 10 s at 100 W would be.
  EXPECT_NEAR(joules(budget_of(prior, 200.0 * joule, 10.0 * second).expanded()), 5.0 * 8.0, 1e-6);
}

TEST(Accuracy, NetKeepsTheOffsetsGradientAlone) {
  // 300 W less 100 W over 10 s, pivot 400 W: the gain acts on 2000 J, the offset on 2000 J / 400 W.
  const auto prior = with_offset(prior_of(1.0, 0.1, 0.0), 20.0 * watt, 0.0 * watt, 400.0 * watt);
  const auto gross = budget_of(prior, 3000.0 * joule, 10.0 * second);
  const auto idle = budget_of(prior, 1000.0 * joule, 10.0 * second);
  const auto net = combined(std::vector<WeightedBudget>{{&gross, 1.0}, {&idle, -1.0}});
  EXPECT_NEAR(joules(net.standard()), std::hypot(200.0, 100.0) / kT95, 1e-6);
}

// The board of gains.csv that shows 1.044 P - 22.6 W: at 60 W it is a third too low.
TEST(Accuracy, OfABoardWithALargeOffsetHoldsTheMetersPower) {
  Channel board = channel("nvml:GPU-1:power", Scope::gpu, "NVIDIA GeForce RTX 4090");
  board.max_power = 2.0 * 450.0 * watt;
  const auto prior = accuracy_prior(board);
  ASSERT_TRUE(prior);
  EXPECT_EQ(prior->pivot, 450.0 * watt);
  for (const double watts : {60.0, 150.0, 450.0}) {
    const Energy shown = (1.044386 * watts - 22.565) * 5.0 * joule;
    const auto interval = budget_of(*prior, shown, 5.0 * second).interval(shown);
    EXPECT_LE(joules(interval.lower), watts * 5.0) << watts;
    EXPECT_GE(joules(interval.upper), watts * 5.0) << watts;
  }
}

TEST(Accuracy, SaysWhatItRestsOn) {
  AccuracyPrior prior = prior_of(1.0, 0.05, 0.04);
  EXPECT_EQ(accuracy_text(prior), "test, assumed, table 2026.1");
  prior.remark = "no board of this family was ever compared";
  EXPECT_EQ(accuracy_text(prior),
            "test, assumed, table 2026.1: no board of this family was ever compared");
}

TEST(AccuracyTable, HasEachFamilyOnceWithItsSource) {
  std::set<std::string_view> families;
  for (const AccuracyPrior& row : accuracy_table()) {
    EXPECT_TRUE(families.insert(row.family).second) << row.family;
    EXPECT_FALSE(row.source.empty()) << row.family;
    EXPECT_NEAR(row.gain, 1.0, 0.05) << row.family;
    EXPECT_GT(row.gain_family, 0.0) << row.family;
    EXPECT_GT(row.gain_board, 0.0) << row.family;
    EXPECT_GT(row.offset_family, Power{}) << row.family;
    EXPECT_EQ(row.meter > 0.0, row.family.starts_with("nvml/") && row.family != "nvml/memory")
        << row.family;
    if (row.basis != AccuracyBasis::published) {
      EXPECT_EQ(row.gain, 1.0) << row.family;
    }
  }
}

TEST(AccuracyTable, IsWiderWhereNothingWasCompared) {
  const auto reach = [](const char* label) {
    const auto prior = accuracy_prior(channel("nvml:GPU-1:power", Scope::gpu, label));
    return std::abs(prior->gain - 1.0) + std::hypot(prior->gain_family, prior->gain_board);
  };
  const auto other = accuracy_prior(channel("nvml:GPU-1:power", Scope::gpu, "Tesla V100"));
  EXPECT_EQ(other->remark, "no board of this family was ever compared");
  EXPECT_GE(reach("Tesla V100") + 1e-3, reach("Tesla K80"));
  EXPECT_GE(reach("Tesla V100") + 1e-3, reach("NVIDIA A100-SXM4-40GB"));
}

TEST(AccuracyFamily, IsTheChannelsOwn) {
  Channel board = channel("nvml:GPU-1:power", Scope::gpu, "NVIDIA A100-SXM4-40GB");
  board.family = "nvml/other";
  EXPECT_EQ(accuracy_family(board), "nvml/other");
  board.family = "nvml/of-the-future";  // a newer trace
  EXPECT_EQ(accuracy_family(board), "nvml/turing-on");
}

TEST(AccuracyFamily, OfNvidiaFollowsTheProductsName) {
  for (const char* name : {"Tesla K40m", "Tesla K80", "Tesla M40", "Quadro K620", "Quadro P6000",
                           "GeForce GTX TITAN X", "NVIDIA TITAN Xp", "NVIDIA GeForce GTX 1080 Ti",
                           "Tesla P100-PCIE-16GB", "GeForce GTX 980", "NVIDIA GeForce GT 1030"})
    EXPECT_EQ(family_of_board(name), "nvml/to-pascal") << name;
  for (const char* name :
       {"NVIDIA GeForce RTX 3090", "NVIDIA GeForce GTX 1660 Ti", "NVIDIA TITAN RTX", "Tesla T4",
        "Quadro RTX 8000", "NVIDIA RTX A5000", "NVIDIA A100-SXM4-80GB", "NVIDIA A10", "NVIDIA L40S",
        "NVIDIA H100 80GB HBM3", "NVIDIA GH200 480GB", "NVIDIA B200"})
    EXPECT_EQ(family_of_board(name), "nvml/turing-on") << name;
  for (const char* name :
       {"Tesla V100-SXM2-32GB", "NVIDIA TITAN V", "Quadro GV100", "", "Unheard Of"})
    EXPECT_EQ(family_of_board(name), "nvml/other") << name;
}

TEST(AccuracyFamily, OfAPartOrAModuleIsNotTheBoards) {
  const char* name = "NVIDIA GH200 480GB";
  EXPECT_EQ(accuracy_family(channel("nvml:GPU-1:memory-power", Scope::gpu_memory, name)),
            "nvml/memory");
  EXPECT_EQ(accuracy_family(channel("nvml:GPU-1:module-power", Scope::module, name)), "nvml/other");
}

TEST(AccuracyFamily, OfOtherSensorsFollowsTheBackend) {
  EXPECT_EQ(accuracy_family(channel("rapl:package-0", Scope::package)), "rapl/unknown");
  EXPECT_EQ(accuracy_family(channel("rapl:dram-package-0", Scope::dram)), "rapl/memory");
  EXPECT_EQ(accuracy_family(channel("hwmon:amd_energy:package-0", Scope::package)), "rapl/amd");
  EXPECT_EQ(accuracy_family(channel("amd:0000:03:00.0:energy", Scope::gpu)), "amd/board");
  EXPECT_EQ(accuracy_family(channel("hwmon:xe:gpu-0000:03:00.0", Scope::gpu)), "intel/board");
  EXPECT_EQ(accuracy_family(channel("ipmi:node", Scope::node)), "node/ipmi");
  EXPECT_EQ(accuracy_family(channel("level-zero:0000:03:00.0:energy", Scope::gpu)), "intel/board");
  EXPECT_EQ(accuracy_family(channel("hwmon:power_meter:node", Scope::node)), "node/acpi");
  EXPECT_EQ(accuracy_family(channel("hwmon:corsairpsu:node", Scope::node)), "node/supply");
  EXPECT_EQ(accuracy_family(channel("hwmon:ina3221:node", Scope::node)), "node/jetson");
  EXPECT_EQ(accuracy_family(channel("a-new-sensor:x", Scope::node)), "other");
}

TEST(AccuracyPriorOf, ModelsAndGaugesIsMissing) {
  Channel model = channel("cpu-model:cpu", Scope::package);
  model.kind = Kind::modelled;
  EXPECT_FALSE(accuracy_prior(model));
  Channel gauge = channel("nvml:GPU-1:temperature", Scope::gpu);
  gauge.unit = Gauge{"celsius", 1.0, {}};
  EXPECT_FALSE(accuracy_prior(gauge));
}

TEST(AccuracyPriorOf, NodesAndPackagesHasNoPivot) {
  Channel package = channel("rapl:package-0", Scope::package);
  package.max_power = 1500.0 * watt;  // the backend's bound, nothing rated
  EXPECT_FALSE(accuracy_prior(package)->pivot);
}

}  // namespace
}  // namespace isojoule
