// Only one process at a time runs a campaign.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "isojoule/core/error.hpp"

namespace isojoule::detail {

/// A lock on a file, which the system lets go however its holder ends.
class CampaignLock {
 public:
  /// Throws Error(usage) if another process has it, Error(io) if the file cannot be made.
  CampaignLock(const std::filesystem::path& directory, const std::string& campaign)
      : file_(directory / (campaign + ".lock")) {
    std::error_code ignored;  // open() says what is wrong
    std::filesystem::create_directories(directory, ignored);
    descriptor_ = open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0)
      throw Error(ErrorCode::io,
                  "cannot make the file " + file_.string() + ": " + std::strerror(errno));
    if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    close(descriptor_);
    throw Error(ErrorCode::usage, "campaign " + campaign +
                                      " is being run by another process; wait for it, or interrupt "
                                      "it first");
  }
  CampaignLock(const CampaignLock&) = delete;
  CampaignLock& operator=(const CampaignLock&) = delete;
  /// The file stays: were it removed, a third process could lock another of its name.
  ~CampaignLock() { close(descriptor_); }

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace isojoule::detail
