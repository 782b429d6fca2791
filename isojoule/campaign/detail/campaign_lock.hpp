// Only one process at a time runs a campaign.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "isojoule/core/error.hpp"
#include "isojoule/core/files.hpp"

namespace isojoule::detail {

/// A lock on a file, which the system lets go however its holder ends.
class CampaignLock {
 public:
  /// Throws Error(usage) if another process has it, Error(io) if the file cannot be made.
  CampaignLock(Files& files, const std::filesystem::path& directory, const std::string& campaign) {
    const std::filesystem::path file = directory / (campaign + ".lock");
    make_private_directories(files, directory);  // lock() says what is wrong
    std::error_code error;
    lock_ = files.lock(file, private_file_mode(files, directory), error);
    if (lock_) return;
    if (error != std::errc::operation_would_block)
      throw Error(ErrorCode::io, "cannot make the file " + file.string() + ": " + reason_of(error));
    throw Error(ErrorCode::usage, "campaign " + campaign +
                                      " is being run by another process; wait for it, or interrupt "
                                      "it first");
  }

 private:
  /// The file stays: were it removed, a third process could lock another of its name.
  std::unique_ptr<FileLock> lock_;
};

}  // namespace isojoule::detail
