#include "isojoule/run/process_group.hpp"

#include <unistd.h>

#include <optional>
#include <sstream>
#include <string>

namespace isojoule {
namespace {

/// Where cgroup v2 is mounted ("/sys/fs/cgroup", or ".../unified" beside version 1); empty if it is
/// not. A line of mountinfo: "30 23 0:26 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw".
std::string cgroup2_mount(const World& world) {
  std::istringstream lines(read_text(world.path("/proc/self/mountinfo")).value_or(""));
  std::string line;
  while (std::getline(lines, line)) {
    const std::size_t separator = line.find(" - ");
    if (separator == std::string::npos || line.compare(separator + 3, 8, "cgroup2 ") != 0) continue;
    std::istringstream fields(line);
    std::string skipped;
    std::string mount_point;
    fields >> skipped >> skipped >> skipped >> skipped >> mount_point;
    return mount_point;
  }
  return {};
}

/// Our path within it, from the line "0::/user.slice/..." of /proc/self/cgroup.
std::string cgroup2_path(const World& world) {
  std::istringstream lines(read_text(world.path("/proc/self/cgroup")).value_or(""));
  std::string line;
  while (std::getline(lines, line)) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return {};
}

bool move_process(Files& files, const std::filesystem::path& cgroup, const std::string& pid) {
  std::error_code error;
  const auto procs = files.open_to_write(cgroup / "cgroup.procs", Opening::existing, 0, error);
  return procs && !procs->write(pid);
}

/// A new directory of that name, or of that name and a number: one that was killed leaves its own
/// behind, and process ids come again.
std::optional<std::filesystem::path> make_directory(Files& files,
                                                    const std::filesystem::path& name) {
  constexpr int kAttempts = 100;
  std::filesystem::path path = name;
  for (int number = 1; number <= kAttempts; ++number) {
    const auto error = files.make_directory(path, 0777);
    if (!error) return path;
    if (error != std::errc::file_exists) return std::nullopt;
    path = name.string() + "-" + std::to_string(number);
  }
  return std::nullopt;
}

}  // namespace

std::filesystem::path own_cgroup(const World& world) {
  const std::string mount = cgroup2_mount(world);
  const std::string path = cgroup2_path(world);
  if (mount.empty() || path.empty()) return {};
  return world.path(mount) / std::filesystem::path(path).relative_path();
}

std::unique_ptr<ProcessGroup> ProcessGroup::make(const World& world, pid_t pid) {
  const std::filesystem::path parent = own_cgroup(world);
  if (parent.empty()) return nullptr;
  Files& files = *world.files;
  const auto path = make_directory(files, parent / ("isojoule-" + std::to_string(getpid())));
  if (!path) return nullptr;
  std::unique_ptr<ProcessGroup> group(new ProcessGroup(files, *path));
  if (!move_process(files, *path, std::to_string(pid))) return nullptr;
  return group;
}

ProcessGroup::~ProcessGroup() {
  std::istringstream left(read_text(path_ / "cgroup.procs").value_or(""));
  std::string pid;
  while (std::getline(left, pid)) move_process(files_, path_.parent_path(), pid);
  files_.remove(path_);  // the directory alone: a cgroup's files cannot be removed
}

}  // namespace isojoule
