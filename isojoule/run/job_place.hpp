// Which rank of which job this process is, by what launchers put into the environment.
#pragma once

#include <optional>
#include <string>

#include "isojoule/core/world.hpp"
#include "isojoule/record/job.hpp"

namespace isojoule {

/// What the environment says of this process's place.
struct FoundPlace {
  JobPlace place;
  /// Where variables contradict each other about the local rank, which is then not known:
  /// "LOCAL_RANK is 0, SLURM_LOCALID is 1". Empty: they do not.
  std::string contradiction;
};

/// Empty for a process by itself: no launcher's variables, or a job of one. Values that are no
/// numbers count as not there.
///
/// The rank is that of the innermost launcher that gives one: torchrun, accelerate and deepspeed
/// (RANK beside TORCHELASTIC_RUN_ID or CROSS_RANK), Horovod, Open MPI, MVAPICH, jsrun, PALS, Flux,
/// HPE MPT, PMI (MPICH, Intel and Cray MPI, srun --mpi=pmi2), PMIx, RANK alone, Slurm. torchrun and
/// its like know the local rank. Else it is looked for in the variables of all launchers: those
/// count that state the same rank of as many, for others are of another job around this one;
/// LOCAL_RANK, which scripts set as well, only where these give none; then those that come without
/// a rank. A launcher that gives a local rank and nothing else is one as well.
///
///     srun --mpi=pmi2: PMI_RANK=1 PMI_SIZE=2 SLURM_PROCID=1 SLURM_NTASKS=2 SLURM_LOCALID=1
///     read_job_place(world)->place.local_rank == 1
std::optional<FoundPlace> read_job_place(const World& world);

}  // namespace isojoule
