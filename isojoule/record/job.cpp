#include "isojoule/record/job.hpp"

#include <fmt/format.h>

namespace isojoule {
namespace {

using Who = NodeOwner::Who;

std::string owner_text(const NodeOwner& owner) {
  constexpr const char* kWhat = "measures this node's packages and memory";
  switch (owner.who) {
    case Who::this_process:
      return fmt::format("it {}", kWhat);
    case Who::another:
      return fmt::format("{} {}", owner.text, kWhat);
    case Who::unknown:
      break;
  }
  return fmt::format(
      "ownership unknown: other ranks may have measured this node's packages and memory too ({})",
      owner.text);
}

}  // namespace

bool belongs_to_node(const Channel& channel) {
  switch (channel.scope) {
    case Scope::gpu:
    case Scope::gpu_memory:
    case Scope::module:
      return false;
    case Scope::package:
      return channel.kind != Kind::modelled;
    case Scope::dram:
    case Scope::node:
      break;
  }
  return true;
}

NodeOwner owner_by_local_rank(const JobPlace& place) {
  if (!place.local_rank) return {Who::unknown, "the launcher gives no local rank"};
  if (*place.local_rank == 0) return {Who::this_process, "local rank 0"};
  // Local ranks count up with the ranks: where both are equal, all lower ranks are on this node.
  return {Who::another, place.rank == place.local_rank ? "rank 0" : "local rank 0"};
}

NodeOwner owner_of_node(const std::optional<JobPlace>& job,
                        const std::optional<NodeOwner>& stated) {
  if (stated) return *stated;
  return job ? owner_by_local_rank(*job) : NodeOwner{};
}

std::string rank_text(const JobPlace& place) {
  return place.rank ? fmt::format("rank {}", *place.rank) : "a rank without a number";
}

std::string place_text(const std::optional<JobPlace>& job, const std::optional<NodeOwner>& stated) {
  if (!job) return stated ? owner_text(*stated) : "";
  std::string text = rank_text(*job);
  if (job->ranks) text += fmt::format(" of {}", *job->ranks);
  if (job->local_rank && job->local_rank != job->rank)
    text += fmt::format(" (local rank {})", *job->local_rank);
  return fmt::format("{}; {}", text, owner_text(owner_of_node(job, stated)));
}

}  // namespace isojoule
