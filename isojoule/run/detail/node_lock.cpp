#include "isojoule/run/detail/node_lock.hpp"

#include <unistd.h>

#include <cctype>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace isojoule::detail {
namespace {

constexpr std::string_view kHolder = "holder ";
constexpr std::size_t kLongestJob = 64;
constexpr int kTries = 100;  // each is lost to a holder that removes the file just then

/// A name of one file: job ids may hold anything.
std::string file_name(const JobPlace& place) {
  std::string job = place.job.substr(0, kLongestJob);
  for (char& c : job)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.') c = '_';
  return fmt::format("isojoule-{}-{}-{}.lock", ::geteuid(), job, place.node);
}

/// The last who wrote that it holds the lock.
std::string holder_of(const std::string& text) {
  std::istringstream lines(text);
  std::string holder = "another rank";
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(kHolder)) holder = line.substr(kHolder.size());
  return holder;
}

/// What lies at a directory, as one process sees it: device and root of its mount.
std::string mount_of(const std::filesystem::path& mountinfo,
                     const std::filesystem::path& directory) {
  std::istringstream lines(read_text(mountinfo).value_or(""));
  std::string found;
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, point;
    if (!(words >> id >> parent >> device >> root >> point)) continue;
    const std::string within = point == "/" ? "/" : point + "/";
    if (!(directory.string() + "/").starts_with(within) || point.size() < longest) continue;
    longest = point.size();  // of equal ones the last lies on top
    found = fmt::format("{} {} {}", device, root, point);
  }
  return found;
}

/// The kernel numbers the first namespace of processes so, and no other.
constexpr std::string_view kFirstPidNamespace = "pid:[4026531836]";

}  // namespace

NodeLock::NodeLock(Files& files, const std::filesystem::path& directory, const JobPlace& place)
    : files_(files), path_(directory / file_name(place)) {
  take(place);
}

NodeLock::~NodeLock() {
  // Before it is let go: whoever locks it afterwards sees that it has no name any more.
  if (file_) files_.remove(path_);
}

void NodeLock::take(const JobPlace& place) {
  std::error_code error;
  for (int i = 0; i < kTries; ++i) {
    std::unique_ptr<PrivateFile> file = files_.open_private(path_, error);
    if (error == std::errc::no_such_file_or_directory) continue;  // removed while it was opened
    if (!file) break;
    std::error_code ignored;
    old_bytes_ = file->read(ignored).size();  // that one who was killed has left
    error = file->lock();
    const bool is_taken = error == std::errc::operation_would_block;
    if (error && !is_taken) break;
    const std::string line =
        fmt::format("{}{}\n", is_taken ? "seen by " : kHolder, rank_text(place));
    error = file->append(line);
    if (!file->is_named(path_)) continue;  // its holder has removed it
    if (is_taken) {
      holder_ = holder_of(file->read(ignored));
    } else {
      old_bytes_ += line.size();
      file_ = std::move(file);
    }
    return;
  }
  failure_ = path_.string() + ": " + (error ? reason_of(error) : "it is removed again and again");
}

bool NodeLock::was_seen() const {
  if (!file_) return false;
  std::error_code ignored;
  return file_->read(ignored).size() > old_bytes_;
}

std::string why_not_shared(const World& world, const std::filesystem::path& directory) {
  std::error_code error;
  const auto space = std::filesystem::read_symlink(world.path("/proc/self/ns/pid"), error);
  const std::string ours = mount_of(world.path("/proc/self/mountinfo"), directory);
  const std::string first = mount_of(world.path("/proc/1/mountinfo"), directory);
  if (error || ours.empty() || first.empty())
    return fmt::format("whether this process has a {} of its own cannot be read",
                       directory.string());
  if (ours != first)
    return fmt::format("{} is another for this process than for process 1", directory.string());
  if (space != kFirstPidNamespace)
    return fmt::format("in a container, {} may be its own", directory.string());
  return {};
}

}  // namespace isojoule::detail
