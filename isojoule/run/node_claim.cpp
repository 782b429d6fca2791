#include "isojoule/run/node_claim.hpp"

#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/mark.hpp"
#include "isojoule/mark/mark_sender.hpp"
#include "isojoule/run/detail/node_lock.hpp"
#include "isojoule/run/job_place.hpp"

namespace isojoule {
namespace {

using Who = NodeOwner::Who;

constexpr const char* kByLock = "elected by a lock";

bool is_measured_already(const World& world) {
  const auto socket = world.environment->get(kMarksVariable);
  return socket && is_listened_to(*socket);
}

}  // namespace

NodeClaim::NodeClaim(const World& world, std::filesystem::path directory) {
  const std::optional<FoundPlace> found = read_job_place(world);
  if (found) {
    job_ = found->place;
    owner_ = owner_by_local_rank(*job_);
  }
  // A local rank above 0 says more: which rank it is.
  if (!(owner_ && owner_->who == Who::another) && is_measured_already(world)) {
    owner_ = NodeOwner{Who::another, "the isojoule that runs this one"};
  } else if (owner_ && owner_->who == Who::unknown) {
    elect(world, directory, found->contradiction.empty() ? owner_->text : found->contradiction);
  }
}

NodeClaim::~NodeClaim() = default;

void NodeClaim::elect(const World& world, const std::filesystem::path& directory,
                      const std::string& why) {
  lock_ = std::make_unique<detail::NodeLock>(*world.files, directory, *job_);
  if (!lock_->is_held()) {
    const bool failed = !lock_->failure().empty();
    owner_ = failed ? NodeOwner{Who::unknown, fmt::format("{}, and no lock can be had: {}", why,
                                                          lock_->failure())}
                    : NodeOwner{Who::another, lock_->holder()};
    return;
  }
  const std::string doubt = detail::why_not_shared(world, directory);
  owner_ = doubt.empty() ? NodeOwner{Who::this_process, kByLock}
                         : NodeOwner{Who::unknown,
                                     fmt::format("{}, and no other rank was seen: {}", why, doubt)};
}

std::optional<NodeOwner> NodeClaim::owner() const {
  if (owner_ && owner_->who == Who::unknown && lock_->was_seen())
    return NodeOwner{Who::this_process, kByLock};
  return owner_;
}

bool NodeClaim::measures_node() const { return !owner_ || owner_->who != Who::another; }

std::shared_ptr<const NodeClaim> claim_whole_node(const World& world, const std::string& what) {
  auto claim = std::make_shared<const NodeClaim>(world);
  const auto owner = claim->owner();
  if (!owner || owner->who == Who::this_process) return claim;
  throw Error(ErrorCode::usage,
              fmt::format("{} is for one process of a node ({}); start one on each, as srun "
                          "--ntasks-per-node=1 does",
                          what, place_text(claim->job(), owner)));
}

}  // namespace isojoule
