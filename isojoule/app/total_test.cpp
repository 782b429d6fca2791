#include "isojoule/app/total.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ChannelEnergy channel(const char* id, const char* component, Scope scope,
                      std::optional<Energy> energy, Kind kind = Kind::measured) {
  ChannelEnergy made;
  made.channel.id = id;
  made.channel.component = component;
  made.channel.label = component;
  made.channel.scope = scope;
  made.channel.kind = kind;
  made.channel.unit = microjoule;
  made.energy = energy;
  if (!energy) made.reason = "the counter was reset";
  return made;
}

Measurement of(std::vector<ChannelEnergy> channels) { return {10.0 * second, std::move(channels)}; }

const ChannelEnergy kBoard = channel("nvml:gpu-0", "gpu-0", Scope::gpu, 100.0 * joule);
const ChannelEnergy kPackage = channel("rapl:p0", "package-0", Scope::package, 30.0 * joule);
const ChannelEnergy kMemory =
    channel("dram-model:m", "memory", Scope::dram, 464.0 * joule, Kind::modelled);
const ChannelEnergy kCpuModel =
    channel("cpu-model:c", "cpu", Scope::package, 29.0 * joule, Kind::modelled);
const ChannelEnergy kNode = channel("ipmi:node", "node", Scope::node, 900.0 * joule);

TEST(RunTotal, AddsWhatWasMeasuredAndNamesModelsBesideIt) {
  const auto total = run_total(of({kBoard, kPackage, kMemory}));
  ASSERT_TRUE(total) << total.refused;
  EXPECT_EQ(total->energy, 130.0 * joule);
  EXPECT_EQ(total->basis, RunTotal::Basis::measured);
  EXPECT_THAT(total->parts, ElementsAre("gpu-0", "package-0"));
  EXPECT_THAT(total->left_out, ElementsAre("memory, about 464 J by a model"));
  EXPECT_EQ(total_text(total),
            "Total: 130 J: gpu-0, package-0. Not in it: memory, about 464 J by a model.");
}

TEST(RunTotal, AMeterOfTheNodeIsNeverAdded) {
  EXPECT_EQ(run_total(of({kNode, kPackage}))->energy, 30.0 * joule);
  const auto alone = run_total(of({kNode, kCpuModel}));
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->energy, 900.0 * joule);
  EXPECT_EQ(alone->basis, RunTotal::Basis::whole_node);
  EXPECT_THAT(total_text(alone), HasSubstr("Total: 900 J, whole node"));
}

TEST(RunTotal, WithoutAnyMeasurementTheCpusModelIsAnEstimate) {
  const auto total = run_total(of({kCpuModel, kMemory}));
  ASSERT_TRUE(total);
  EXPECT_EQ(total->energy, 29.0 * joule);
  EXPECT_EQ(total->basis, RunTotal::Basis::modelled);
  EXPECT_FALSE(total->interval);
  EXPECT_EQ(total_text(total),
            "Total: about 29.0 J: cpu, by a model: nothing was measured. Not in it: memory, about "
            "464 J by a model.");
  EXPECT_FALSE(run_total(of({kMemory}))) << "never the memory's";
}

TEST(RunTotal, AComponentThatLostItsEnergyPreventsIt) {
  const ChannelEnergy lost = channel("nvml:gpu-1", "gpu-1", Scope::gpu, std::nullopt);
  const auto total = run_total(of({kBoard, lost, kPackage}));
  EXPECT_FALSE(total);
  EXPECT_EQ(total_text(total), "No total: gpu-1 has no energy: nvml:gpu-1: the counter was reset.");
  // A model does not take its place, another sensor of it does.
  const ChannelEnergy model = channel("m", "gpu-1", Scope::gpu, 5.0 * joule, Kind::modelled);
  EXPECT_FALSE(run_total(of({kBoard, lost, model})));
  ChannelEnergy power = channel("nvml:gpu-1:power", "gpu-1", Scope::gpu, 99.0 * joule);
  power.channel.unit = milliwatt;
  EXPECT_EQ(run_total(of({kBoard, lost, power}))->energy, 199.0 * joule);
}

TEST(RunTotal, AModuleContainsItsParts) {
  const ChannelEnergy module = channel("nvml:module", "module-0", Scope::module, 500.0 * joule);
  const auto total = run_total(of({kBoard, module, kPackage}));
  ASSERT_TRUE(total);
  EXPECT_EQ(total->energy, 500.0 * joule);
  EXPECT_THAT(total->parts, ElementsAre("module-0"));
}

TEST(RunTotal, TheMemoryOfABoardIsInTheBoard) {
  const ChannelEnergy memory = channel("nvml:mem", "gpu-0-mem", Scope::gpu_memory, 20.0 * joule);
  EXPECT_EQ(run_total(of({kBoard, memory}))->energy, 100.0 * joule);
}

TEST(RunTotal, TheCounterOfAComponentGoesBeforeItsPower) {
  ChannelEnergy power = channel("nvml:gpu-0:power", "gpu-0", Scope::gpu, 90.0 * joule);
  power.channel.unit = milliwatt;
  EXPECT_EQ(run_total(of({power, kBoard}))->energy, 100.0 * joule);
}

TEST(RunTotal, HasAnIntervalWhereAllPartsHave) {
  const auto with = [](ChannelEnergy energy, double joules) {
    energy.uncertainty =
        UncertaintyBudget{{{"edges", Evaluation::type_b, joules * joule, std::nullopt, ""}}, 1.0};
    return energy;
  };
  const auto total = run_total(of({with(kBoard, 3.0), with(kPackage, 4.0)}));
  ASSERT_TRUE(total && total->interval);
  EXPECT_NEAR(total->interval->lower.in(joule), 125.0, 1e-9);
  EXPECT_NEAR(total->interval->upper.in(joule), 135.0, 1e-9);
  EXPECT_FALSE(run_total(of({with(kBoard, 3.0), kPackage}))->interval);
}

TEST(RunTotal, OfNothingIsRefused) {
  const auto total = run_total(of({}));
  EXPECT_FALSE(total);
  EXPECT_EQ(total_text(total), "No total: nothing was measured.");
  EXPECT_THAT(record_overview(Record{}).notes,
              ::testing::Not(::testing::Contains(HasSubstr("otal"))));
}

}  // namespace
}  // namespace isojoule
