#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "isojoule/core/files.hpp"

namespace isojoule {
namespace {

std::error_code last_error() noexcept { return {errno, std::generic_category()}; }

/// Calls it until no signal interrupts it; its result, -1 being an error.
template <class Call>
auto uninterrupted(Call call, std::error_code& error) noexcept {
  error.clear();
  while (true) {
    const auto result = call();
    if (result >= 0) return result;
    if (errno == EINTR) continue;
    error = last_error();
    return result;
  }
}

template <class Call>
std::error_code error_of(Call call) noexcept {
  std::error_code error;
  uninterrupted(call, error);
  return error;
}

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const noexcept { return number_; }

  std::error_code close() noexcept {
    // After EINTR, Linux has closed it: a second try could close another thread's file.
    if (::close(std::exchange(number_, -1)) == 0 || errno == EINTR) return {};
    return last_error();
  }

 private:
  int number_;
};

Descriptor opened(const std::filesystem::path& file, int flags, mode_t mode,
                  std::error_code& error) noexcept {
  return Descriptor(
      uninterrupted([&] { return ::open(file.c_str(), flags | O_CLOEXEC, mode); }, error));
}

/// What no sync is possible for (EINVAL: a device, some network file systems) is as safe as it
/// gets.
std::error_code synced(const std::error_code& error) noexcept {
  return error == std::errc::invalid_argument ? std::error_code() : error;
}

class RealInput final : public InputFile {
 public:
  explicit RealInput(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  std::size_t read_some(std::span<char> buffer, std::error_code& error) noexcept override {
    const ssize_t got = ::read(descriptor_.number(), buffer.data(), buffer.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    error = last_error();
    return 0;
  }

  Descriptor descriptor_;
};

std::size_t write_once(int descriptor, std::string_view bytes, std::error_code& error) noexcept {
  const ssize_t took = ::write(descriptor, bytes.data(), bytes.size());
  if (took >= 0) return static_cast<std::size_t>(took);
  error = last_error();
  return 0;
}

class RealOutput final : public OutputFile {
 public:
  explicit RealOutput(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
  std::error_code sync() noexcept override {
    return synced(error_of([this] { return ::fdatasync(descriptor_.number()); }));
  }
  std::error_code close() noexcept override { return descriptor_.close(); }

 private:
  std::size_t write_some(std::string_view bytes, std::error_code& error) noexcept override {
    return write_once(descriptor_.number(), bytes, error);
  }

  Descriptor descriptor_;
};

class BorrowedOutput final : public OutputFile {
 public:
  explicit BorrowedOutput(int descriptor) : descriptor_(descriptor) {}
  std::error_code sync() noexcept override { return {}; }
  std::error_code close() noexcept override { return {}; }

 private:
  std::size_t write_some(std::string_view bytes, std::error_code& error) noexcept override {
    return write_once(descriptor_, bytes, error);
  }

  int descriptor_;
};

class RealLock final : public FileLock {
 public:
  explicit RealLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

/// Nobody but this user can have put it there, or can open it. One that was removed meanwhile has
/// no name left.
bool is_private(const struct stat& found) noexcept {
  constexpr mode_t kOwner = S_IRUSR | S_IWUSR;
  return S_ISREG(found.st_mode) && found.st_uid == ::geteuid() && found.st_nlink <= 1 &&
         (found.st_mode & mode_t{07777} & ~kOwner) == 0;
}

class RealPrivate final : public PrivateFile {
 public:
  explicit RealPrivate(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  std::error_code lock() noexcept override {
    return error_of([this] { return ::flock(descriptor_.number(), LOCK_EX | LOCK_NB); });
  }

  std::error_code append(std::string_view text) noexcept override {
    return error_of([&] { return ::write(descriptor_.number(), text.data(), text.size()); });
  }

  std::string read(std::error_code& error) override {
    std::string text(4096, '\0');
    const ssize_t got = uninterrupted(
        [&] { return ::pread(descriptor_.number(), text.data(), text.size(), 0); }, error);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

  bool is_named(const std::filesystem::path& name) override {
    struct stat here{};
    struct stat there{};
    return ::fstat(descriptor_.number(), &here) == 0 && ::lstat(name.c_str(), &there) == 0 &&
           here.st_dev == there.st_dev && here.st_ino == there.st_ino;
  }

 private:
  Descriptor descriptor_;
};

FileStatus status_of(const struct stat& found) noexcept {
  const mode_t mode = found.st_mode & mode_t{07777};
  if (S_ISREG(found.st_mode))
    return {FileStatus::Kind::regular, static_cast<std::uint64_t>(found.st_size), mode};
  return {S_ISDIR(found.st_mode) ? FileStatus::Kind::directory : FileStatus::Kind::other, 0, mode};
}

int flags_of(Opening opening) noexcept {
  switch (opening) {
    case Opening::make_new:
      return O_WRONLY | O_APPEND | O_CREAT | O_EXCL;
    case Opening::replace:
      return O_WRONLY | O_APPEND | O_CREAT | O_TRUNC;
    case Opening::existing:
      break;
  }
  return O_WRONLY;
}

class RealFiles final : public Files {
 public:
  std::unique_ptr<InputFile> open_to_read(const std::filesystem::path& file,
                                          std::error_code& error) override {
    Descriptor descriptor = opened(file, O_RDONLY, 0, error);
    return error ? nullptr : std::make_unique<RealInput>(std::move(descriptor));
  }

  std::unique_ptr<OutputFile> open_to_write(const std::filesystem::path& file, Opening opening,
                                            mode_t mode, std::error_code& error) override {
    Descriptor descriptor = opened(file, flags_of(opening), mode, error);
    return error ? nullptr : std::make_unique<RealOutput>(std::move(descriptor));
  }

  FileStatus status(const std::filesystem::path& path, std::error_code& error) override {
    struct stat found{};
    uninterrupted([&] { return ::stat(path.c_str(), &found); }, error);
    if (!error) return status_of(found);
    const bool absent =
        error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
    if (absent) error.clear();
    return {};
  }

  std::error_code set_mode(const std::filesystem::path& path, mode_t mode) override {
    return error_of([&] { return ::chmod(path.c_str(), mode); });
  }

  std::error_code rename(const std::filesystem::path& from,
                         const std::filesystem::path& to) override {
    return error_of([&] { return ::rename(from.c_str(), to.c_str()); });
  }

  std::error_code remove(const std::filesystem::path& path) override {
    return error_of([&] { return ::remove(path.c_str()); });
  }

  std::error_code make_directory(const std::filesystem::path& directory, mode_t mode) override {
    return error_of([&] { return ::mkdir(directory.c_str(), mode); });
  }

  std::filesystem::path make_temporary_directory(const std::filesystem::path& prefix,
                                                 std::error_code& error) override {
    error.clear();
    std::string name = prefix.string() + "XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) return name;
    error = last_error();
    return {};
  }

  std::error_code sync_directory(const std::filesystem::path& directory) override {
    std::error_code error;
    const Descriptor descriptor = opened(directory, O_RDONLY | O_DIRECTORY, 0, error);
    if (error == std::errc::permission_denied) return {};  // may be written, but not be read
    if (error) return error;
    return synced(error_of([&] { return ::fsync(descriptor.number()); }));
  }

  std::vector<std::filesystem::path> list(const std::filesystem::path& directory,
                                          std::error_code& error) override {
    std::vector<std::filesystem::path> names;
    std::filesystem::directory_iterator entry(directory, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
      names.push_back(entry->path());
    std::ranges::sort(names);
    return names;
  }

  std::unique_ptr<FileLock> lock(const std::filesystem::path& file, mode_t mode,
                                 std::error_code& error) override {
    Descriptor descriptor = opened(file, O_RDWR | O_CREAT, mode, error);
    if (error) return nullptr;
    uninterrupted([&] { return ::flock(descriptor.number(), LOCK_EX | LOCK_NB); }, error);
    return error ? nullptr : std::make_unique<RealLock>(std::move(descriptor));
  }

  std::unique_ptr<PrivateFile> open_private(const std::filesystem::path& file,
                                            std::error_code& error) override {
    constexpr int kFlags = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
    constexpr mode_t kMode = S_IRUSR | S_IWUSR;
    Descriptor descriptor = opened(file, kFlags | O_CREAT | O_EXCL, kMode, error);
    if (!error) {
      error = error_of([&] { return ::fchmod(descriptor.number(), kMode); });
      return error ? nullptr : std::make_unique<RealPrivate>(std::move(descriptor));
    }
    if (error != std::errc::file_exists) return nullptr;
    Descriptor there = opened(file, kFlags, 0, error);
    struct stat found{};
    if (!error) error = error_of([&] { return ::fstat(there.number(), &found); });
    if (!error && !is_private(found))
      error = std::make_error_code(std::errc::operation_not_permitted);
    return error ? nullptr : std::make_unique<RealPrivate>(std::move(there));
  }
};

}  // namespace

Files& real_files() {
  static RealFiles files;
  return files;
}

std::unique_ptr<OutputFile> borrowed_output(int descriptor) {
  return std::make_unique<BorrowedOutput>(descriptor);
}

}  // namespace isojoule
