#include "isojoule/run/job_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

class JobPlaceTest : public testing::Test {
 protected:
  void set(const Variables& variables) {
    for (const auto& [name, value] : variables) fake.set_environment(name, value);
  }
  std::optional<JobPlace> place() {
    const auto found = read_job_place(fake.world());
    return found ? std::optional(found->place) : std::nullopt;
  }
  FakeWorld fake;
};

/// What one launcher sets, and what that says.
struct Launched {
  std::string name;
  Variables variables;
  std::optional<int> rank;
  std::optional<int> ranks;
  std::optional<int> local_rank;
  std::string job;
};

const Variables kSlurm{{"SLURM_PROCID", "5"},
                       {"SLURM_NTASKS", "8"},
                       {"SLURM_LOCALID", "1"},
                       {"SLURM_JOB_ID", "77"},
                       {"SLURM_STEP_ID", "0"}};

Variables with(Variables variables, const Variables& others) {
  for (const auto& [name, value] : others) variables[name] = value;
  return variables;
}

const std::vector<Launched> kLaunched{
    {"Torchrun",
     {{"RANK", "5"}, {"WORLD_SIZE", "8"}, {"LOCAL_RANK", "1"}, {"TORCHELASTIC_RUN_ID", "abc"}},
     5,
     8,
     1,
     "abc"},
    {"Accelerate",
     {{"RANK", "5"},
      {"WORLD_SIZE", "8"},
      {"LOCAL_RANK", "1"},
      {"TORCHELASTIC_RUN_ID", "none"},
      {"MASTER_PORT", "29500"},
      {"ACCELERATE_MIXED_PRECISION", "no"}},
     5,
     8,
     1,
     "none.29500"},
    {"Deepspeed",
     {{"RANK", "5"},
      {"WORLD_SIZE", "8"},
      {"LOCAL_RANK", "1"},
      {"CROSS_RANK", "1"},
      {"LOCAL_SIZE", "4"},
      {"MASTER_PORT", "29500"}},
     5,
     8,
     1,
     "29500"},
    {"TorchLaunch",
     {{"RANK", "5"}, {"WORLD_SIZE", "8"}, {"LOCAL_RANK", "1"}, {"MASTER_PORT", "29500"}},
     5,
     8,
     1,
     "29500"},
    {"Horovod",
     {{"HOROVOD_RANK", "5"}, {"HOROVOD_SIZE", "8"}, {"HOROVOD_LOCAL_RANK", "1"}},
     5,
     8,
     1,
     ""},
    {"OpenMpi",
     {{"OMPI_COMM_WORLD_RANK", "5"},
      {"OMPI_COMM_WORLD_SIZE", "8"},
      {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
      {"PMIX_NAMESPACE", "prterun-7"},
      {"PMIX_RANK", "5"}},
     5,
     8,
     1,
     "prterun-7"},
    {"Mvapich2",
     {{"MV2_COMM_WORLD_RANK", "5"},
      {"MV2_COMM_WORLD_SIZE", "8"},
      {"MV2_COMM_WORLD_LOCAL_RANK", "1"}},
     5,
     8,
     1,
     ""},
    {"Mvapich2WithPmiRank",
     {{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}, {"MV2_COMM_WORLD_LOCAL_RANK", "1"}},
     5,
     8,
     1,
     ""},
    {"Mvapich3",
     {{"MVP_COMM_WORLD_RANK", "5"},
      {"MVP_COMM_WORLD_SIZE", "8"},
      {"MVP_COMM_WORLD_LOCAL_RANK", "1"}},
     5,
     8,
     1,
     ""},
    {"Jsrun",
     {{"JSM_NAMESPACE_RANK", "5"},
      {"JSM_NAMESPACE_SIZE", "8"},
      {"JSM_NAMESPACE_LOCAL_RANK", "1"},
      {"PMIX_RANK", "5"},
      {"LSB_JOBID", "9"}},
     5,
     8,
     1,
     "9"},
    {"Pals",
     {{"PALS_RANKID", "5"}, {"PALS_LOCAL_RANKID", "1"}, {"PALS_APID", "a-b"}},
     5,
     std::nullopt,
     1,
     "a-b"},
    {"PalsWithPmi",
     {{"PALS_RANKID", "5"},
      {"PALS_LOCAL_RANKID", "1"},
      {"PALS_APID", "a-b"},
      {"PMI_RANK", "5"},
      {"PMI_SIZE", "8"}},
     5,
     8,
     1,
     "a-b"},
    {"Flux",
     {{"FLUX_TASK_RANK", "5"},
      {"FLUX_JOB_SIZE", "8"},
      {"FLUX_TASK_LOCAL_ID", "1"},
      {"FLUX_JOB_ID", "f3"},
      {"PMI_RANK", "5"},
      {"PMI_SIZE", "8"}},
     5,
     8,
     1,
     "f3"},
    {"Mpt",
     {{"MPT_MPI_RANK", "5"}, {"MPT_LRANK", "1"}, {"PBS_JOBID", "3.host"}},
     5,
     std::nullopt,
     1,
     "3.host"},
    {"MptWithoutARank", {{"MPT_LRANK", "1"}}, std::nullopt, std::nullopt, 1, ""},
    {"IntelMpi", {{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}, {"MPI_LOCALRANKID", "1"}}, 5, 8, 1, ""},
    {"CrayPmi", {{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}, {"PMI_LOCAL_RANK", "1"}}, 5, 8, 1, ""},
    {"PmiAlone", {{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}}, 5, 8, std::nullopt, ""},
    {"PmixAlone",
     {{"PMIX_RANK", "5"}, {"PMIX_NAMESPACE", "n"}},
     5,
     std::nullopt,
     std::nullopt,
     "n"},
    {"Slurm", kSlurm, 5, 8, 1, "77.0"},
    {"SlurmByItsStep", with(kSlurm, {{"SLURM_NTASKS", "16"}, {"SLURM_STEP_NUM_TASKS", "8"}}), 5, 8,
     1, "77.0"},
    {"SlurmPmi2",
     with(kSlurm, {{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}, {"PMI_JOBID", "77.0"}, {"PMI_FD", "3"}}),
     5, 8, 1, "77.0"},
    {"SlurmPmix", with(kSlurm, {{"PMIX_RANK", "5"}, {"PMIX_NAMESPACE", "slurm.pmix.77.0"}}), 5, 8,
     1, "slurm.pmix.77.0"},
    {"SlurmCrayShasta",
     with(kSlurm, {{"PALS_RANKID", "5"}, {"PALS_LOCAL_RANKID", "1"}, {"PALS_APID", "77.0"}}), 5, 8,
     1, "77.0"},
    {"ScriptUnderSlurm", with(kSlurm, {{"RANK", "5"}, {"WORLD_SIZE", "8"}}), 5, 8, 1, "77.0"},
};

class EachLauncher : public JobPlaceTest, public testing::WithParamInterface<Launched> {};

TEST_P(EachLauncher, GivesItsPlace) {
  const Launched& launched = GetParam();
  set(launched.variables);
  ASSERT_TRUE(place());
  EXPECT_EQ(place()->rank, launched.rank);
  EXPECT_EQ(place()->ranks, launched.ranks);
  EXPECT_EQ(place()->local_rank, launched.local_rank);
  EXPECT_EQ(place()->job, launched.job);
  EXPECT_EQ(read_job_place(fake.world())->contradiction, "");
}

INSTANTIATE_TEST_SUITE_P(JobPlace, EachLauncher, testing::ValuesIn(kLaunched),
                         [](const auto& launched) { return launched.param.name; });

TEST_F(JobPlaceTest, AProcessByItselfHasNone) {
  EXPECT_FALSE(place());
  set({{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"LOCAL_RANK", "0"}});
  EXPECT_FALSE(place());  // a job of one
}

TEST_F(JobPlaceTest, AJobOfOneIsOneForALauncherThatGivesNoSize) {
  set({{"PMIX_RANK", "0"},
       {"SLURM_PROCID", "0"},
       {"SLURM_NTASKS", "1"},
       {"SLURM_LOCALID", "0"},
       {"SLURM_JOB_ID", "77"},
       {"SLURM_STEP_ID", "0"}});
  EXPECT_FALSE(place());
}

TEST_F(JobPlaceTest, ABatchScriptIsNoRank) {
  set({{"SLURM_PROCID", "0"},
       {"SLURM_NTASKS", "8"},
       {"SLURM_LOCALID", "0"},
       {"SLURM_JOB_ID", "1234"}});
  EXPECT_FALSE(place());
  set({{"SLURM_STEP_ID", "4294967291"}});  // as Slurm numbers batch scripts
  EXPECT_FALSE(place());
}

TEST_F(JobPlaceTest, OfOpenMpiUnderSlurmIsOpenMpis) {
  // mpirun starts its ranks within one task of Slurm's.
  set({{"SLURM_PROCID", "0"},
       {"SLURM_NTASKS", "4"},
       {"SLURM_LOCALID", "0"},
       {"OMPI_COMM_WORLD_RANK", "3"},
       {"OMPI_COMM_WORLD_SIZE", "4"},
       {"OMPI_COMM_WORLD_LOCAL_RANK", "3"}});
  ASSERT_TRUE(place());
  EXPECT_EQ(place()->rank, 3);
  EXPECT_EQ(place()->local_rank, 3);
}

TEST_F(JobPlaceTest, AnotherJobsLocalRankIsNotOurs) {
  // MPICH without a local rank, in a task of Slurm's that is the first of its node.
  set(with(kSlurm, {{"SLURM_PROCID", "1"},
                    {"SLURM_NTASKS", "2"},
                    {"SLURM_LOCALID", "0"},
                    {"PMI_RANK", "3"},
                    {"PMI_SIZE", "8"}}));
  ASSERT_TRUE(place());
  EXPECT_EQ(place()->rank, 3);
  EXPECT_FALSE(place()->local_rank);
  // The same rank, but of another number of ranks.
  set({{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}});
  EXPECT_FALSE(place()->local_rank);
}

TEST_F(JobPlaceTest, OfTorchrunInATaskOfSlurmIsTorchruns) {
  // Rank and number of ranks are by chance those of the task around it.
  set(with(kSlurm, {{"SLURM_PROCID", "1"},
                    {"SLURM_NTASKS", "2"},
                    {"SLURM_LOCALID", "0"},
                    {"RANK", "1"},
                    {"WORLD_SIZE", "2"},
                    {"LOCAL_RANK", "1"},
                    {"TORCHELASTIC_RUN_ID", "abc"}}));
  EXPECT_EQ(place()->local_rank, 1);
}

TEST_F(JobPlaceTest, ALocalRankThatAScriptSetsGivesWayToTheLaunchers) {
  // LOCAL_RANK=0 everywhere, since each process is shown one board.
  set(with(kSlurm, {{"RANK", "5"}, {"WORLD_SIZE", "8"}, {"LOCAL_RANK", "0"}}));
  EXPECT_EQ(place()->local_rank, 1);
}

TEST_F(JobPlaceTest, ARankThatAPlatformGivesItsNodesGivesWayToMpi) {
  set({{"RANK", "1"},
       {"WORLD_SIZE", "2"},
       {"OMPI_COMM_WORLD_RANK", "9"},
       {"OMPI_COMM_WORLD_SIZE", "16"},
       {"OMPI_COMM_WORLD_LOCAL_RANK", "1"}});
  EXPECT_EQ(place()->rank, 9);
  EXPECT_EQ(place()->local_rank, 1);
}

TEST_F(JobPlaceTest, LaunchersThatContradictEachOtherLeaveItUnknown) {
  set(with(kSlurm, {{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}, {"MPI_LOCALRANKID", "0"}}));
  EXPECT_FALSE(place()->local_rank);
  EXPECT_EQ(read_job_place(fake.world())->contradiction,
            "MPI_LOCALRANKID is 0, SLURM_LOCALID is 1");
}

TEST_F(JobPlaceTest, WhatIsNoNumberIsNotThere) {
  for (const char* rank : {"", "x", "1x", "-1", "8", "99999999999"}) {
    set({{"RANK", rank}, {"WORLD_SIZE", "8"}});
    EXPECT_FALSE(place()) << rank;
  }
  for (const char* local : {"one", "", "-1", "8"}) {
    set({{"RANK", "1"}, {"LOCAL_RANK", local}});
    ASSERT_TRUE(place());
    EXPECT_FALSE(place()->local_rank) << local;
  }
}

TEST_F(JobPlaceTest, NodesAreToldApartAndNotNamed) {
  set({{"RANK", "1"}, {"WORLD_SIZE", "8"}});
  fake.write("/proc/sys/kernel/random/boot_id", "11111111-2222\n");
  const std::string first = place()->node;
  EXPECT_EQ(first.size(), 16u);
  EXPECT_EQ(place()->node, first);
  fake.write("/proc/sys/kernel/random/boot_id", "11111111-2223\n");
  EXPECT_NE(place()->node, first);
}

}  // namespace
}  // namespace isojoule
