#include "isojoule/app/profile_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Basis kBasis{Scope::package, Kind::measured, Boundary::gross, "steps", 8, "float32"};

Cost cost(const std::string& rule, double flops) { return {rule, flops * flop, {}, 1000}; }

MachineProfile machine(const std::string& name, double factor, const Basis& basis = kBasis,
                       const std::string& rule = "exact", double flops = 1e9) {
  MachineProfile profile;
  profile.name = name;
  profile.basis = basis;
  double joules = factor;
  for (const char* workload : {"small", "middle", "large"}) {
    ReferenceEnergy reference;
    reference.workload = WorkloadId(workload);
    reference.cost = cost(rule, flops);
    reference.energy.basis = basis;
    reference.energy.per_step = joules * joule;
    reference.energy.duration_per_step = 0.1 * second;
    profile.references.push_back(reference);
    joules *= 4.0;
  }
  return profile;
}

TableTraining training(const std::string& where, double joules) {
  TableTraining result{"mine", where, {}, cost("exact", 2e9)};
  result.energy.basis = kBasis;
  result.energy.per_step = joules * joule;
  result.energy.duration_per_step = 0.2 * second;
  return result;
}

TEST(ProfileTable, HoldsReferencesAndTrainings) {
  const std::vector profiles{machine("A", 1.0), machine("B", 3.0)};
  const ProfileTable table =
      make_profile_table(profiles, kBasis, std::vector{training("A", 2.0)}, 1);
  EXPECT_THAT(table.dataset.machines(), ElementsAre("A", "B"));
  ASSERT_EQ(table.dataset.workloads().size(), 4U);
  EXPECT_EQ(table.dataset.workloads()[2].name, "mine");
  EXPECT_EQ(table.dataset.cell(2, 0)->energy, 2.0 * joule);
  EXPECT_EQ(table.dataset.cell(2, 1), std::nullopt);
  EXPECT_EQ(table.dataset.cell(3, 1)->energy, 3.0 * joule);
  EXPECT_EQ(table.dataset.cell(3, 1)->duration, 0.1 * second);
  EXPECT_EQ(table.dataset.workloads()[2].flops, 2e9 * flop);
  EXPECT_THAT(table.left_out, IsEmpty());
}

TEST(ProfileTable, WhatDoesNotCompareIsLeftOutAndNamed) {
  Basis modelled = kBasis;
  modelled.kind = Kind::modelled;
  Basis batch = kBasis;
  batch.batch = 16;
  const std::vector profiles{machine("A", 1.0, modelled), machine("B", 3.0),
                             machine("C", 2.0, modelled), machine("D", 2.0, batch)};
  // A is the training's own machine: that it is modelled is the caller's to allow.
  const ProfileTable table =
      make_profile_table(profiles, kBasis, std::vector{training("A", 2.0)}, 1);
  EXPECT_THAT(table.dataset.machines(), ElementsAre("A", "B"));
  EXPECT_THAT(table.left_out,
              ElementsAre(HasSubstr("profile C: kind"), HasSubstr("profile D: batch")));
}

TEST(ProfileTable, OfOneNameTheFirstIsTaken) {
  const std::vector profiles{machine("A", 1.0), machine("A", 5.0)};
  const ProfileTable table = make_profile_table(profiles, kBasis, {}, 1);
  EXPECT_EQ(table.dataset.cell(2, 0)->energy, 1.0 * joule);
}

TEST(ProfileTable, CostsByAnotherConventionOrThatDisagreeAreNotKnown) {
  const std::vector profiles{machine("A", 1.0, kBasis, "exact", 1e9),
                             machine("B", 1.0, kBasis, "exact", 1.5e9),
                             machine("C", 1.0, kBasis, "deepspeed", 1e9)};
  const ProfileTable table = make_profile_table(profiles, kBasis, {}, 1);
  for (const DatasetWorkload& workload : table.dataset.workloads())
    EXPECT_EQ(workload.flops, 1e9 * flop);
  TableTraining other = training("A", 1.0);
  other.cost = cost("user", 3e9);
  const ProfileTable with = make_profile_table(profiles, kBasis, std::vector{other}, 1);
  EXPECT_EQ(with.dataset.workloads()[2].name, "mine");
  EXPECT_EQ(with.dataset.workloads()[2].flops, std::nullopt);
}

TEST(ProfileTable, EnergiesAndDurationsScaleWithTheSteps) {
  const std::vector profiles{machine("A", 1.0), machine("B", 3.0)};
  const ProfileTable table =
      make_profile_table(profiles, kBasis, std::vector{training("A", 2.0)}, 1980);
  EXPECT_EQ(table.dataset.cell(3, 1)->energy, 1980.0 * 3.0 * joule);
  EXPECT_EQ(table.dataset.cell(2, 0)->duration, 1980.0 * 0.2 * second);
  EXPECT_EQ(table.dataset.workloads()[2].flops, 2e9 * flop) << "of one forward pass";
  for (const long steps : {0L, -5L})
    EXPECT_THROW(make_profile_table(profiles, kBasis, {}, steps), Error);
}

TEST(ProfileTable, ReferencesBringTheirRunsAndSpread) {
  MachineProfile several = machine("A", 2.0);
  several.references[0].records = {"01", "02", "03"};
  several.references[0].sd_of_runs = 0.1 * joule;
  const ProfileTable table = make_profile_table(std::vector{several}, kBasis, {}, 1);
  EXPECT_EQ(table.dataset.cell(2, 0)->repeats, 3U);
  EXPECT_EQ(table.dataset.cell(2, 0)->spread, 0.05);
  EXPECT_EQ(table.dataset.cell(1, 0)->repeats, 1U);
}

TEST(ProfileTable, TwoTrainingsOfOneNameAreAnError) {
  const std::vector profiles{machine("A", 1.0), machine("B", 3.0)};
  EXPECT_THROW(
      make_profile_table(profiles, kBasis, std::vector{training("A", 2.0), training("B", 3.0)}, 1),
      Error);
}

}  // namespace
}  // namespace isojoule
