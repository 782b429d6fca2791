#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "isojoule/core/files.hpp"

namespace isojoule {

/// This machine's files, with every operation noted, and made to fail where a test says so.
/// Thread-safe, as Files is.
class FakeFiles final : public Files {
 public:
  /// `what`: "open_to_read", "open_to_write", "read", "write", "sync", "close", "status",
  /// "set_mode", "rename", "remove", "make_directory", "make_temporary_directory",
  /// "sync_directory", "list", "lock", "open_private". Of a rename, `path` is the new name.
  struct Call {
    std::string what;
    std::filesystem::path path;
  };

  /// Asked before each operation, by one thread at a time: the error that it ends with, undone.
  /// Empty: none fails. An "interrupted" one is tried again, as the system's own.
  std::function<std::error_code(const Call&)> fails;
  /// How many bytes a single write(2) takes at most.
  std::size_t most_bytes_a_write = std::numeric_limits<std::size_t>::max();

  std::vector<Call> calls() const;
  std::size_t count(const std::string& what) const;

  std::unique_ptr<InputFile> open_to_read(const std::filesystem::path& file,
                                          std::error_code& error) override;
  std::unique_ptr<OutputFile> open_to_write(const std::filesystem::path& file, Opening opening,
                                            mode_t mode, std::error_code& error) override;
  FileStatus status(const std::filesystem::path& path, std::error_code& error) override;
  std::error_code set_mode(const std::filesystem::path& path, mode_t mode) override;
  std::error_code rename(const std::filesystem::path& from,
                         const std::filesystem::path& to) override;
  std::error_code remove(const std::filesystem::path& path) override;
  std::error_code make_directory(const std::filesystem::path& directory, mode_t mode) override;
  std::filesystem::path make_temporary_directory(const std::filesystem::path& prefix,
                                                 std::error_code& error) override;
  std::error_code sync_directory(const std::filesystem::path& directory) override;
  std::vector<std::filesystem::path> list(const std::filesystem::path& directory,
                                          std::error_code& error) override;
  std::unique_ptr<FileLock> lock(const std::filesystem::path& file, mode_t mode,
                                 std::error_code& error) override;
  std::unique_ptr<PrivateFile> open_private(const std::filesystem::path& file,
                                            std::error_code& error) override;

 private:
  class Input;
  class Output;
  std::error_code note(const std::string& what, const std::filesystem::path& path);

  mutable std::mutex mutex_;
  std::vector<Call> calls_;
};

}  // namespace isojoule
