// The place of a measured process in a job, and who measures what belongs to its node.
#pragma once

#include <optional>
#include <string>

#include "isojoule/core/channel.hpp"

namespace isojoule {

/// The place of the measured process among those of one job (MPI, torchrun, Slurm).
struct JobPlace {
  std::string job;                ///< the same for all of a job; empty: the launcher does not say
  std::optional<int> rank;        ///< from 0; empty: the launcher does not say
  std::optional<int> ranks;       ///< of the job; empty: the launcher does not say
  std::optional<int> local_rank;  ///< among those on this node; empty: not known
  std::string node;               ///< tells this node from the job's others; not which one it is
};

/// Who measures what belongs to a node as a whole: its packages, its memory, its node meters.
struct NodeOwner {
  enum class Who {
    this_process,  ///< it alone
    another,       ///< it does not: another process does
    unknown,       ///< it does, and others may do so as well
  };
  Who who = Who::this_process;
  /// this_process: how that is known ("local rank 0"); another: which one ("rank 0"); unknown: why.
  std::string text;
};

/// Whether it is about the node as a whole, so that all its ranks would measure the same. Boards
/// are told apart by their ids, and a CPU is modelled by a rank's own processes: these are not.
bool belongs_to_node(const Channel& channel);

/// The owner as far as the local rank shows it: the process of local rank 0. Unknown without one.
NodeOwner owner_by_local_rank(const JobPlace& place);

/// The owner that a record states. Where it states none, as those that were made before owners were
/// noted: by the local rank; of a command by itself, that command.
NodeOwner owner_of_node(const std::optional<JobPlace>& job, const std::optional<NodeOwner>& stated);

/// "rank 3", or "a rank without a number".
std::string rank_text(const JobPlace& place);

/// "rank 1 of 2; rank 0 measures this node's packages and memory". Empty for a command by itself.
std::string place_text(const std::optional<JobPlace>& job, const std::optional<NodeOwner>& stated);

}  // namespace isojoule
