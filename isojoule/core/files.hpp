// The door to files: what the program keeps and reads for its user (traces, plans, profiles,
// reports, locks) is opened, written and renamed through here, so that tests can put a disk that is
// full, fails or loses power in its place.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace isojoule {

/// A file that is open for reading; closed by the destructor. For one thread at a time.
class InputFile {
 public:
  virtual ~InputFile() = default;

  /// Fills `buffer` from where the last call ended, and returns the number of bytes read. It is
  /// smaller than the buffer at the end of the file, and where reading fails; `error` is then set,
  /// and empty otherwise. Interruptions by signals are no error.
  std::size_t read(std::span<char> buffer, std::error_code& error) noexcept;

 private:
  /// One read(2): any number of bytes, 0 at the end, EINTR as any other error.
  virtual std::size_t read_some(std::span<char> buffer, std::error_code& error) noexcept = 0;
};

/// A file that is open for writing. For one thread at a time. The destructor closes it and drops
/// the error: where that matters, call close().
class OutputFile {
 public:
  virtual ~OutputFile() = default;

  /// Writes all of `bytes`, behind what is there: with one write(2), unless the system takes less
  /// at once or a signal interrupts it. On an error some of them may stand in the file. Allocates
  /// nothing.
  std::error_code write(std::string_view bytes) noexcept;
  /// Returns when everything that was written is on the disk, as far as there is one: a device that
  /// cannot be synced is no error.
  virtual std::error_code sync() noexcept = 0;
  /// Only the destructor may be called afterwards.
  virtual std::error_code close() noexcept = 0;

 private:
  /// One write(2): how many bytes it took, EINTR as any other error.
  virtual std::size_t write_some(std::string_view bytes, std::error_code& error) noexcept = 0;
};

/// A lock that this process holds until the object ends, or the process, however it does.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

/// A small file of this user alone in a directory where others write too, such as /tmp. All members
/// are about the file that was opened, whatever has come in the place of its name since.
class PrivateFile {
 public:
  virtual ~PrivateFile() = default;

  /// Locks it without waiting, for this object and until it or the process ends: EWOULDBLOCK if
  /// another holder has it, in this process or elsewhere.
  virtual std::error_code lock() noexcept = 0;
  /// One write(2) behind what is there.
  virtual std::error_code append(std::string_view text) noexcept = 0;
  /// Its first 4096 bytes; what could be read upon an error.
  virtual std::string read(std::error_code& error) = 0;
  /// Whether that name still leads to it: whoever locked a file that was removed meanwhile holds
  /// nothing.
  virtual bool is_named(const std::filesystem::path& name) = 0;
};

struct FileStatus {
  enum class Kind {
    absent,
    regular,
    directory,
    other,  ///< a device, a pipe, a socket
  };
  Kind kind = Kind::absent;
  std::uint64_t bytes = 0;  ///< of a regular file
  mode_t mode = 0;          ///< permissions; 0 where it is absent
};

/// What there must be before a file is opened for writing, and what becomes of it.
enum class Opening {
  make_new,  ///< nothing: EEXIST, also for a link that leads nowhere
  replace,   ///< anything; a file is cut to nothing, and made where there is none
  existing,  ///< a file; its bytes stay until they are written over, from the first one on
};

/// Directories and files by their names. Operations are system calls: one each, but for EINTR,
/// after which they are tried again. Errors are values of the system's, std::errc compares with
/// them; nothing is thrown but std::bad_alloc. `error` is cleared where nothing went wrong. All
/// members are thread-safe.
class Files {
 public:
  virtual ~Files() = default;

  /// nullptr if it cannot be opened. A directory can; reading from it gives EISDIR.
  virtual std::unique_ptr<InputFile> open_to_read(const std::filesystem::path& file,
                                                  std::error_code& error) = 0;
  /// nullptr if it cannot be opened. A file that is made gets `mode`, less the process's umask.
  virtual std::unique_ptr<OutputFile> open_to_write(const std::filesystem::path& file,
                                                    Opening opening, mode_t mode,
                                                    std::error_code& error) = 0;
  /// Of what a link leads to. That nothing is there is an answer, not an error.
  virtual FileStatus status(const std::filesystem::path& path, std::error_code& error) = 0;
  virtual std::error_code set_mode(const std::filesystem::path& path, mode_t mode) = 0;
  /// Puts `from` in the place of `to`, whose file goes.
  virtual std::error_code rename(const std::filesystem::path& from,
                                 const std::filesystem::path& to) = 0;
  /// A file, a link, or an empty directory.
  virtual std::error_code remove(const std::filesystem::path& path) = 0;
  /// EEXIST if the name is taken. `mode` is less the process's umask.
  virtual std::error_code make_directory(const std::filesystem::path& directory, mode_t mode) = 0;
  /// A new directory for the owner alone, named `prefix` and six letters; empty upon an error.
  virtual std::filesystem::path make_temporary_directory(const std::filesystem::path& prefix,
                                                         std::error_code& error) = 0;
  /// Returns when names that were made, changed and removed in the directory are on the disk. A
  /// file system that cannot do that, and a directory that may not be read, are no errors.
  virtual std::error_code sync_directory(const std::filesystem::path& directory) = 0;
  /// Full names, sorted, without "." and "..".
  virtual std::vector<std::filesystem::path> list(const std::filesystem::path& directory,
                                                  std::error_code& error) = 0;
  /// Locks a file, which is made where there is none, without waiting: EWOULDBLOCK if another
  /// holder has it, in this process or elsewhere. The file stays.
  virtual std::unique_ptr<FileLock> lock(const std::filesystem::path& file, mode_t mode,
                                         std::error_code& error) = 0;
  /// Opens a file, which is made with mode 0600, whatever the umask, where there is none. No link
  /// is followed (ELOOP). What is no file, has another owner than this process's user, may be
  /// opened by others, or has a second name is refused (EPERM).
  virtual std::unique_ptr<PrivateFile> open_private(const std::filesystem::path& file,
                                                    std::error_code& error) = 0;
};

/// This machine's, by POSIX calls. Lives as long as the program.
Files& real_files();

/// What is open already, such as standard output or a terminal, for write(); never closed. Its
/// sync() and close() do nothing.
std::unique_ptr<OutputFile> borrowed_output(int descriptor);

/// A file's bytes, the first `limit` of them. Upon an error, what was read until then.
///
///   std::error_code error;
///   const std::string plan = read_file(*world.files, "plan.toml", error);
///   if (error) throw Error(ErrorCode::io, "cannot read plan.toml: " + reason_of(error));
std::string read_file(Files& files, const std::filesystem::path& file, std::error_code& error,
                      std::size_t limit = std::numeric_limits<std::size_t>::max());

/// A file that is written whole or not at all: beside its name first, synced, and then put in its
/// place. Whatever happens until commit() has returned, a power cut included, the name leads to the
/// old bytes or to the new ones, and afterwards to the new ones. A file that was there keeps its
/// permissions, a new one gets 0666 less the umask. A link is replaced, not followed; a device or a
/// pipe is written to as it is. For one thread at a time.
class FileReplacement {
 public:
  /// Where it cannot be begun `error` says why, and only the destructor may be called. `files` must
  /// outlive it.
  FileReplacement(Files& files, std::filesystem::path file, std::error_code& error);
  FileReplacement(const FileReplacement&) = delete;
  FileReplacement& operator=(const FileReplacement&) = delete;
  /// Without a commit() that succeeded, all is as it was before.
  ~FileReplacement();

  std::error_code write(std::string_view bytes) noexcept { return output_->write(bytes); }
  /// To be called once, and not after an error.
  std::error_code commit();

 private:
  Files& files_;
  std::filesystem::path file_;
  std::filesystem::path beside_;  ///< what is written to; empty: the file itself, or renamed
  std::unique_ptr<OutputFile> output_;
};

/// `bytes` as the whole of a file, by FileReplacement.
std::error_code replace_file(Files& files, const std::filesystem::path& file,
                             std::string_view bytes);

/// The mode for a new file in this directory that is nobody else's affair (stores, traces, locks):
/// 0600, or 0660 where the directory may be written by its group, which shares it then. Others
/// never get in.
mode_t private_file_mode(Files& files, const std::filesystem::path& directory);

/// A directory and those above it that are not there, each 0700, or 0770 where the one above may be
/// written by its group, whatever the umask. That it is there is no error, and changes nothing.
std::error_code make_private_directories(Files& files, const std::filesystem::path& directory);

/// The system's words for what went wrong, to stand behind a colon: "No space left on device".
std::string reason_of(const std::error_code& error);

}  // namespace isojoule
