#include "isojoule/core/files.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace isojoule {
namespace {

using FileKind = FileStatus::Kind;

std::filesystem::path directory_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

/// A new file beside `file`, of a name that was free; nullptr upon an error.
std::unique_ptr<OutputFile> make_beside(Files& files, const std::filesystem::path& file,
                                        std::filesystem::path& name, mode_t mode,
                                        std::error_code& error) {
  constexpr int kAttempts = 100;  // who was killed leaves one behind, and process ids come again
  const std::string stem = file.string() + "." + std::to_string(getpid());
  for (int number = 1; number <= kAttempts; ++number) {
    name = stem + "-" + std::to_string(number) + ".part";
    auto output = files.open_to_write(name, Opening::make_new, mode, error);
    if (output || error != std::errc::file_exists) return output;
  }
  return nullptr;
}

bool is_shared_by_group(const FileStatus& directory) {
  constexpr mode_t kGroupWrites = 0020;
  constexpr mode_t kAllWrite = 0022;  // as in /tmp: shared by all, so by no group
  return (directory.mode & kAllWrite) == kGroupWrites;
}

}  // namespace

std::size_t InputFile::read(std::span<char> buffer, std::error_code& error) noexcept {
  error.clear();
  std::size_t done = 0;
  while (done < buffer.size()) {
    const std::size_t got = read_some(buffer.subspan(done), error);
    if (error == std::errc::interrupted) {
      error.clear();
      continue;
    }
    if (error || got == 0) break;
    done += got;
  }
  return done;
}

std::error_code OutputFile::write(std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    std::error_code error;
    const std::size_t took = write_some(bytes, error);
    if (error == std::errc::interrupted) continue;
    if (error) return error;
    // A system that takes nothing and gives no reason would keep us here for ever.
    if (took == 0) return std::make_error_code(std::errc::io_error);
    bytes.remove_prefix(took);
  }
  return {};
}

std::string read_file(Files& files, const std::filesystem::path& file, std::error_code& error,
                      std::size_t limit) {
  constexpr std::size_t kLeast = 4096;
  constexpr std::size_t kMost = 1 << 20;
  std::string text;
  const auto input = files.open_to_read(file, error);
  while (input && text.size() < limit) {
    const std::size_t before = text.size();
    const std::size_t wanted = std::min(std::clamp(before, kLeast, kMost), limit - before);
    text.resize(before + wanted);
    const std::size_t got = input->read({text.data() + before, wanted}, error);
    text.resize(before + got);
    if (got < wanted) break;
  }
  return text;
}

FileReplacement::FileReplacement(Files& files, std::filesystem::path file, std::error_code& error)
    : files_(files), file_(std::move(file)) {
  constexpr mode_t kForNew = 0666;
  const FileStatus old = files_.status(file_, error);
  if (error) return;
  if (old.kind == FileKind::directory) {
    error = std::make_error_code(std::errc::is_a_directory);
  } else if (old.kind == FileKind::other) {
    output_ = files_.open_to_write(file_, Opening::replace, kForNew, error);
  } else {
    const bool is_new = old.kind == FileKind::absent;
    output_ = make_beside(files_, file_, beside_, is_new ? kForNew : old.mode, error);
    // The mode of a file that is made is less the umask.
    if (output_ && !is_new) error = files_.set_mode(beside_, old.mode);
  }
}

FileReplacement::~FileReplacement() {
  // What cannot be removed stays: the error that led here says more.
  if (output_ && !beside_.empty()) files_.remove(beside_);
}

std::error_code FileReplacement::commit() {
  if (const auto error = output_->sync()) return error;
  if (const auto error = output_->close()) return error;
  if (beside_.empty()) return {};
  if (const auto error = files_.rename(beside_, file_)) return error;
  beside_.clear();
  return files_.sync_directory(directory_of(file_));
}

std::error_code replace_file(Files& files, const std::filesystem::path& file,
                             std::string_view bytes) {
  std::error_code error;
  FileReplacement replacement(files, file, error);
  if (!error) error = replacement.write(bytes);
  return error ? error : replacement.commit();
}

mode_t private_file_mode(Files& files, const std::filesystem::path& directory) {
  std::error_code error;
  const FileStatus status = files.status(directory.empty() ? "." : directory, error);
  return !error && is_shared_by_group(status) ? 0660 : 0600;
}

std::error_code make_private_directories(Files& files, const std::filesystem::path& directory) {
  std::error_code error;
  const FileStatus status = files.status(directory, error);
  if (error || status.kind == FileKind::directory) return error;
  if (status.kind != FileKind::absent) return std::make_error_code(std::errc::not_a_directory);
  const std::filesystem::path above = directory.parent_path();
  if (!above.empty() && above != directory) error = make_private_directories(files, above);
  if (error) return error;
  const FileStatus parent = files.status(above.empty() ? "." : above, error);
  const mode_t mode = !error && is_shared_by_group(parent) ? 0770 : 0700;
  error = files.make_directory(directory, mode);
  // Another process may have been faster, and "a/b/" is made as "a/b".
  if (error == std::errc::file_exists) return {};
  return error ? error : files.set_mode(directory, mode);
}

std::string reason_of(const std::error_code& error) {
  return error == std::errc::is_a_directory ? "it is a directory" : error.message();
}

}  // namespace isojoule
