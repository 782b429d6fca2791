// The lock by which ranks that do not know their place on a node settle which of them owns it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "isojoule/core/files.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/record/job.hpp"

namespace isojoule::detail {

/// One try at the lock of a job on a node: flock on a file of this user alone, which is named by
/// the user, the job and the node, and is held until the object or the process ends. Whoever finds
/// it held leaves a line in it, so that the holder knows that others see the same file. The holder
/// removes it.
class NodeLock {
 public:
  /// Never throws for what the files refuse: see failure(). `files` must outlive it.
  NodeLock(Files& files, const std::filesystem::path& directory, const JobPlace& place);
  NodeLock(const NodeLock&) = delete;
  NodeLock& operator=(const NodeLock&) = delete;
  ~NodeLock();

  bool is_held() const { return file_ != nullptr; }
  /// Why there is no lock: "/tmp/...: Permission denied". Empty: it is held, by us or by another.
  const std::string& failure() const { return failure_; }
  /// Where another holds it: "rank 0", or "another rank" where it has not said which it is yet.
  const std::string& holder() const { return holder_; }
  /// Whether another process has come to the lock since we have held it.
  bool was_seen() const;

 private:
  void take(const JobPlace& place);

  Files& files_;
  std::filesystem::path path_;
  std::unique_ptr<PrivateFile> file_;  ///< where it is held
  std::size_t old_bytes_ = 0;          ///< of the file, when we had it
  std::string failure_;
  std::string holder_;
};

/// Why files in `directory` may not be shared by all of the node's processes: a mount of our own,
/// or a container. Empty: all processes of the node see the same files there, but those in
/// containers.
std::string why_not_shared(const World& world, const std::filesystem::path& directory);

}  // namespace isojoule::detail
