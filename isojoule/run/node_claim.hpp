// Which process of a job measures what belongs to the node as a whole.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "isojoule/core/world.hpp"
#include "isojoule/record/job.hpp"

namespace isojoule {

namespace detail {
class NodeLock;
}

/// This process's place in a job, and whether it measures what belongs to its node (packages,
/// memory, node meters). One process of a job and a node does:
///
///  - not one that an isojoule measure runs, which measures the node already (ISOJOULE_MARKS names
///  a
///    socket at which one listens);
///  - the one of local rank 0 (see read_job_place);
///  - where the local rank is not known, the one that gets a lock on a file in `directory`. It is
///    held as long as this object lives.
///
/// The lock counts only where ranks see the same files. That they do is known if the directory is
/// that of the node's first process and this is no container; or if another rank has come to the
/// lock, while it was held. Else, and where there is no lock to be had, the owner is unknown.
///
/// To be kept until the last record is made; one at a time in a process.
class NodeClaim {
 public:
  explicit NodeClaim(const World& world, std::filesystem::path directory = "/tmp");
  NodeClaim(const NodeClaim&) = delete;
  NodeClaim& operator=(const NodeClaim&) = delete;
  ~NodeClaim();

  /// Empty: this is no rank.
  const std::optional<JobPlace>& job() const { return job_; }
  /// As far as it is known now: it can become known while other ranks arrive. Empty: a process by
  /// itself, which measures the node.
  std::optional<NodeOwner> owner() const;
  /// Whether this process measures what belongs to the node: it owns it, or may.
  bool measures_node() const;

 private:
  void elect(const World& world, const std::filesystem::path& directory, const std::string& why);

  std::optional<JobPlace> job_;
  std::optional<NodeOwner> owner_;
  std::unique_ptr<detail::NodeLock> lock_;  ///< where the owner is unknown until it is seen
};

/// The claim of a process that does what only the owner of a node can do. Throws Error(usage) where
/// it is not, or where that is unknown; `what` ("calibrate") is its subject.
std::shared_ptr<const NodeClaim> claim_whole_node(const World& world, const std::string& what);

}  // namespace isojoule
