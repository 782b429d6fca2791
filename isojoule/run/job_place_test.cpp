#include "isojoule/run/job_place.hpp"

#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

class JobPlaceTest : public testing::Test {
 protected:
  void set(const std::map<std::string, std::string>& variables) {
    for (const auto& [name, value] : variables) fake.set_environment(name, value);
  }
  std::optional<JobPlace> place() { return read_job_place(fake.world()); }
  FakeWorld fake;
};

TEST_F(JobPlaceTest, AProcessByItselfHasNone) {
  EXPECT_FALSE(place());
  set({{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"LOCAL_RANK", "0"}});
  EXPECT_FALSE(place());  // a job of one
}

TEST_F(JobPlaceTest, OfTorchrun) {
  set({{"RANK", "5"}, {"WORLD_SIZE", "8"}, {"LOCAL_RANK", "1"}, {"TORCHELASTIC_RUN_ID", "abc"}});
  ASSERT_TRUE(place());
  EXPECT_EQ(place()->rank, 5);
  EXPECT_EQ(place()->ranks, 8);
  EXPECT_EQ(place()->local_rank, 1);
  EXPECT_EQ(place()->job, "abc");
  EXPECT_FALSE(owns_node(place()));
}

TEST_F(JobPlaceTest, OfSlurm) {
  set({{"SLURM_PROCID", "4"},
       {"SLURM_NTASKS", "8"},
       {"SLURM_LOCALID", "0"},
       {"SLURM_JOB_ID", "1234"},
       {"SLURM_STEP_ID", "2"}});
  ASSERT_TRUE(place());
  EXPECT_EQ(place()->rank, 4);
  EXPECT_EQ(place()->job, "1234.2");
  EXPECT_TRUE(owns_node(place()));
}

TEST_F(JobPlaceTest, ABatchScriptIsNoRank) {
  set({{"SLURM_PROCID", "0"},
       {"SLURM_NTASKS", "8"},
       {"SLURM_LOCALID", "0"},
       {"SLURM_JOB_ID", "1234"}});
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
}

TEST_F(JobPlaceTest, OfIntelMpi) {
  set({{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"MPI_LOCALRANKID", "1"}});
  ASSERT_TRUE(place());
  EXPECT_EQ(place()->rank, 1);
  EXPECT_EQ(place()->local_rank, 1);
}

TEST_F(JobPlaceTest, WhatIsNoNumberIsNotThere) {
  for (const char* rank : {"", "x", "1x", "-1", "8", "99999999999"}) {
    set({{"RANK", rank}, {"WORLD_SIZE", "8"}});
    EXPECT_FALSE(place()) << rank;
  }
  set({{"RANK", "1"}, {"LOCAL_RANK", "one"}});
  ASSERT_TRUE(place());
  EXPECT_FALSE(place()->local_rank);
  EXPECT_TRUE(owns_node(place()));  // rather twice, to be counted once, than not at all
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
