#include "isojoule/normalize/profile_pool.hpp"

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

PooledTraining training(const std::string& where, double joules) {
  PooledTraining result{"mine", where, {}, cost("exact", 2e9)};
  result.energy.basis = kBasis;
  result.energy.per_step = joules * joule;
  result.energy.duration_per_step = 0.2 * second;
  return result;
}

TEST(ProfilePool, HoldsReferencesAndTrainingsOfOneStep) {
  const std::vector profiles{machine("A", 1.0), machine("B", 3.0)};
  const ProfilePool pool = pool_profiles(profiles, kBasis, std::vector{training("A", 2.0)});
  EXPECT_THAT(pool.dataset.machines(), ElementsAre("A", "B"));
  ASSERT_EQ(pool.dataset.workloads().size(), 4U);
  EXPECT_EQ(pool.dataset.workloads()[2].name, "mine");
  EXPECT_EQ(pool.dataset.cell(2, 0)->energy, 2.0 * joule);
  EXPECT_EQ(pool.dataset.cell(2, 1), std::nullopt);
  EXPECT_EQ(pool.dataset.cell(3, 1)->energy, 3.0 * joule);
  EXPECT_EQ(pool.dataset.cell(3, 1)->duration, 0.1 * second);
  EXPECT_EQ(pool.dataset.workloads()[2].flops, 2e9 * flop);
  EXPECT_THAT(pool.left_out, IsEmpty());
}

TEST(ProfilePool, WhatDoesNotCompareIsLeftOutAndNamed) {
  Basis modelled = kBasis;
  modelled.kind = Kind::modelled;
  Basis batch = kBasis;
  batch.batch = 16;
  const std::vector profiles{machine("A", 1.0, modelled), machine("B", 3.0),
                             machine("C", 2.0, modelled), machine("D", 2.0, batch)};
  // A is the training's own machine: that it is modelled is the caller's to allow.
  const ProfilePool pool = pool_profiles(profiles, kBasis, std::vector{training("A", 2.0)});
  EXPECT_THAT(pool.dataset.machines(), ElementsAre("A", "B"));
  EXPECT_THAT(pool.left_out,
              ElementsAre(HasSubstr("profile C: kind"), HasSubstr("profile D: batch")));
}

TEST(ProfilePool, OfOneNameTheFirstIsTaken) {
  const std::vector profiles{machine("A", 1.0), machine("A", 5.0)};
  const ProfilePool pool = pool_profiles(profiles, kBasis, {});
  EXPECT_EQ(pool.dataset.cell(2, 0)->energy, 1.0 * joule);
}

TEST(ProfilePool, CostsByAnotherRuleOrThatDisagreeAreNotKnown) {
  const std::vector profiles{machine("A", 1.0, kBasis, "exact", 1e9),
                             machine("B", 1.0, kBasis, "exact", 1.5e9),
                             machine("C", 1.0, kBasis, "deepspeed", 1e9)};
  const ProfilePool pool = pool_profiles(profiles, kBasis, {});
  for (const DatasetWorkload& workload : pool.dataset.workloads())
    EXPECT_EQ(workload.flops, 1e9 * flop);
  PooledTraining other = training("A", 1.0);
  other.cost = cost("user", 3e9);
  const ProfilePool with = pool_profiles(profiles, kBasis, std::vector{other});
  EXPECT_EQ(with.dataset.workloads()[2].name, "mine");
  EXPECT_EQ(with.dataset.workloads()[2].flops, std::nullopt);
}

TEST(ProfilePool, AnswersScaleWithTheSteps) {
  const std::vector profiles{machine("A", 1.0), machine("B", 3.0), machine("C", 2.0)};
  const PooledTraining mine = training("A", 2.0);
  const ProfilePool pool = pool_profiles(profiles, kBasis, std::vector{mine});
  const std::vector<std::string> references{"small", "middle", "large"};
  const Normalized once = normalize_pooled(pool, mine, "B", references, 1);
  const Normalized often = normalize_pooled(pool, mine, "B", references, 1980);
  ASSERT_TRUE(once.energy);
  EXPECT_NEAR(once.energy->point.in(joule), 6.0, 0.6);  // three times as much, as all references
  EXPECT_NEAR(often.energy->point / once.energy->point, 1980.0, 1e-9);
  EXPECT_NEAR(often.energy->interval->lower / once.energy->interval->lower, 1980.0, 1e-9);
  EXPECT_EQ(often.others, 1U);
  EXPECT_EQ(often.references, references);
  EXPECT_EQ(often.normalizer, "pooled");
}

TEST(ProfilePool, TwoTrainingsOfOneNameAreAnError) {
  const std::vector profiles{machine("A", 1.0), machine("B", 3.0)};
  EXPECT_THROW(pool_profiles(profiles, kBasis, std::vector{training("A", 2.0), training("B", 3.0)}),
               Error);
}

TEST(ProfilePool, WithoutReferencesItIsRefused) {
  const std::vector profiles{machine("A", 1.0), machine("B", 3.0)};
  const PooledTraining mine = training("A", 2.0);
  const Normalized answer =
      normalize_pooled(pool_profiles(profiles, kBasis, std::vector{mine}), mine, "B", {}, 1);
  EXPECT_FALSE(answer.energy);
  EXPECT_THAT(answer.refused, HasSubstr("needs references"));
}

}  // namespace
}  // namespace isojoule
