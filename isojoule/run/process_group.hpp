// A cgroup that holds just the measured processes, so that their CPU time can be told from others'.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>

#include "isojoule/core/files.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule {

/// A cgroup (version 2) below our own.
class ProcessGroup {
 public:
  /// Makes one and moves `pid` into it. nullptr where that cannot be done (no cgroup v2 is mounted,
  /// no permission): an answer, not an error. The world's files must outlive it.
  static std::unique_ptr<ProcessGroup> make(const World& world, pid_t pid);
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;
  /// Moves processes that are still there back to our own cgroup, and removes it.
  ~ProcessGroup();

  const std::filesystem::path& path() const { return path_; }

 private:
  ProcessGroup(Files& files, std::filesystem::path path) : files_(files), path_(std::move(path)) {}
  Files& files_;
  std::filesystem::path path_;
};

/// The cgroup v2 directory that this process is in; empty if there is none.
std::filesystem::path own_cgroup(const World& world);

}  // namespace isojoule
