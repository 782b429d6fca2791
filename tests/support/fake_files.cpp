#include "support/fake_files.hpp"

#include <algorithm>
#include <utility>

namespace isojoule {

class FakeFiles::Input final : public InputFile {
 public:
  Input(FakeFiles& files, std::filesystem::path path, std::unique_ptr<InputFile> real)
      : files_(files), path_(std::move(path)), real_(std::move(real)) {}

 private:
  std::size_t read_some(std::span<char> buffer, std::error_code& error) noexcept override {
    error = files_.note("read", path_);
    return error ? 0 : real_->read(buffer, error);
  }

  FakeFiles& files_;
  std::filesystem::path path_;
  std::unique_ptr<InputFile> real_;
};

class FakeFiles::Output final : public OutputFile {
 public:
  Output(FakeFiles& files, std::filesystem::path path, std::unique_ptr<OutputFile> real)
      : files_(files), path_(std::move(path)), real_(std::move(real)) {}
  std::error_code sync() noexcept override {
    const auto error = files_.note("sync", path_);
    return error ? error : real_->sync();
  }
  std::error_code close() noexcept override {
    const auto error = files_.note("close", path_);
    return error ? error : real_->close();
  }

 private:
  std::size_t write_some(std::string_view bytes, std::error_code& error) noexcept override {
    error = files_.note("write", path_);
    if (error) return 0;
    const std::string_view taken = bytes.substr(0, files_.most_bytes_a_write);
    error = real_->write(taken);
    return error ? 0 : taken.size();
  }

  FakeFiles& files_;
  std::filesystem::path path_;
  std::unique_ptr<OutputFile> real_;
};

std::error_code FakeFiles::note(const std::string& what, const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  calls_.push_back({what, path});
  return fails ? fails(calls_.back()) : std::error_code();
}

std::vector<FakeFiles::Call> FakeFiles::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::size_t FakeFiles::count(const std::string& what) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count(calls_, what, &Call::what));
}

std::unique_ptr<InputFile> FakeFiles::open_to_read(const std::filesystem::path& file,
                                                   std::error_code& error) {
  if ((error = note("open_to_read", file))) return nullptr;
  auto real = real_files().open_to_read(file, error);
  return real ? std::make_unique<Input>(*this, file, std::move(real)) : nullptr;
}

std::unique_ptr<OutputFile> FakeFiles::open_to_write(const std::filesystem::path& file,
                                                     Opening opening, mode_t mode,
                                                     std::error_code& error) {
  if ((error = note("open_to_write", file))) return nullptr;
  auto real = real_files().open_to_write(file, opening, mode, error);
  return real ? std::make_unique<Output>(*this, file, std::move(real)) : nullptr;
}

FileStatus FakeFiles::status(const std::filesystem::path& path, std::error_code& error) {
  if ((error = note("status", path))) return {};
  return real_files().status(path, error);
}

std::error_code FakeFiles::set_mode(const std::filesystem::path& path, mode_t mode) {
  const auto error = note("set_mode", path);
  return error ? error : real_files().set_mode(path, mode);
}

std::error_code FakeFiles::rename(const std::filesystem::path& from,
                                  const std::filesystem::path& to) {
  const auto error = note("rename", to);
  return error ? error : real_files().rename(from, to);
}

std::error_code FakeFiles::remove(const std::filesystem::path& path) {
  const auto error = note("remove", path);
  return error ? error : real_files().remove(path);
}

std::error_code FakeFiles::make_directory(const std::filesystem::path& directory, mode_t mode) {
  const auto error = note("make_directory", directory);
  return error ? error : real_files().make_directory(directory, mode);
}

std::filesystem::path FakeFiles::make_temporary_directory(const std::filesystem::path& prefix,
                                                          std::error_code& error) {
  if ((error = note("make_temporary_directory", prefix))) return {};
  return real_files().make_temporary_directory(prefix, error);
}

std::error_code FakeFiles::sync_directory(const std::filesystem::path& directory) {
  const auto error = note("sync_directory", directory);
  return error ? error : real_files().sync_directory(directory);
}

std::vector<std::filesystem::path> FakeFiles::list(const std::filesystem::path& directory,
                                                   std::error_code& error) {
  if ((error = note("list", directory))) return {};
  return real_files().list(directory, error);
}

std::unique_ptr<FileLock> FakeFiles::lock(const std::filesystem::path& file, mode_t mode,
                                          std::error_code& error) {
  if ((error = note("lock", file))) return nullptr;
  return real_files().lock(file, mode, error);
}

std::unique_ptr<PrivateFile> FakeFiles::open_private(const std::filesystem::path& file,
                                                     std::error_code& error) {
  if ((error = note("open_private", file))) return nullptr;
  return real_files().open_private(file, error);
}

}  // namespace isojoule
