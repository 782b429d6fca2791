// Which rank of which job this process is, by what launchers put into the environment.
#pragma once

#include <optional>

#include "isojoule/core/world.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

/// As torchrun (RANK, LOCAL_RANK, WORLD_SIZE, TORCHELASTIC_RUN_ID), Open MPI (OMPI_COMM_WORLD_*),
/// MPICH and Intel MPI (PMI_RANK, PMI_SIZE, MPI_LOCALRANKID) or Slurm (SLURM_PROCID, SLURM_NTASKS,
/// SLURM_LOCALID, SLURM_JOB_ID, SLURM_STEP_ID) tell; the first of them that does. Empty for a
/// process by itself: none of them, or a job of one. Values that are no numbers count as not there.
std::optional<JobPlace> read_job_place(const World& world);

/// Whether this rank measures what belongs to the whole node: the first one on it does. A rank that
/// does not know its place on its node does: merging counts a component once, whoever measured it.
bool owns_node(const std::optional<JobPlace>& place);

}  // namespace isojoule
