#pragma once

#include <filesystem>
#include <string>

namespace isojoule {

/// A directory of its own, removed with all that is in it.
class TempDirectory {
 public:
  TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes a file, and the directories above it.
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace isojoule
