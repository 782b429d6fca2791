#include "isojoule/page/print.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "isojoule/core/error.hpp"
#include "isojoule/page/gnuplot.hpp"

namespace isojoule {
namespace {

/// A file in memory, which needs no folder and is gone with us, whatever ends us.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : file_(memfd_create(name, MFD_CLOEXEC)) {
    if (file_ < 0) fail("cannot make a file in memory");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(file_); }

  int descriptor() const { return file_; }

  void write(const std::string& text) const {
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t written = ::write(file_, text.data() + done, text.size() - done);
      if (written < 0 && errno != EINTR) fail("cannot write a script for gnuplot");
      if (written > 0) done += static_cast<std::size_t>(written);
    }
  }

  std::string contents() const {
    std::string text;
    std::array<char, 65536> part{};
    while (true) {
      const ssize_t read = pread(file_, part.data(), part.size(), static_cast<off_t>(text.size()));
      if (read < 0 && errno != EINTR) fail("cannot read what gnuplot made");
      if (read == 0) return text;
      if (read > 0) text.append(part.data(), static_cast<std::size_t>(read));
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& what) {
    throw Error(ErrorCode::io, what + ": " + std::strerror(errno));
  }

  int file_;
};

/// Starts gnuplot on the script; its picture goes to standard output.
pid_t start_gnuplot(const MemoryFile& script, const MemoryFile& picture) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, script.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, picture.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string program = "gnuplot";
  std::string input = "/dev/stdin";
  std::array<char*, 3> words{program.data(), input.data(), nullptr};
  pid_t child = -1;
  const int error = posix_spawnp(&child, program.c_str(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT)
    throw Error(
        ErrorCode::io,
        "figures for print are drawn by gnuplot, which is not there; install it (on Debian: "
        "sudo apt-get install gnuplot-nox)");
  if (error != 0)
    throw Error(ErrorCode::io, std::string("cannot start gnuplot: ") + std::strerror(error));
  return child;
}

/// Waits for its end; throws unless it was a good one.
void await(pid_t child) {
  int status = 0;
  pid_t ended = -1;
  do {
    ended = waitpid(child, &status, 0);
  } while (ended < 0 && errno == EINTR);
  if (ended < 0) throw Error(ErrorCode::io, std::string("lost gnuplot: ") + std::strerror(errno));
  if (WIFSIGNALED(status))
    throw Error(ErrorCode::io, "gnuplot was ended by signal " + std::to_string(WTERMSIG(status)));
  if (const int code = WEXITSTATUS(status); code != 0)
    throw Error(ErrorCode::io, "gnuplot failed with code " + std::to_string(code));
}

std::string print(const Figure& figure, PrintFormat format, const FigureOptions& options) {
  const MemoryFile script("isojoule-gnuplot");
  const MemoryFile picture("isojoule-figure");
  script.write(render_gnuplot(figure, format, options, "/dev/stdout"));
  await(start_gnuplot(script, picture));
  std::string bytes = picture.contents();
  if (bytes.empty()) throw Error(ErrorCode::io, "gnuplot made no picture");
  return bytes;
}

}  // namespace

std::string render_svg(const Figure& figure, const FigureOptions& options) {
  return print(figure, PrintFormat::svg, options);
}

std::string render_pdf(const Figure& figure, const FigureOptions& options) {
  return print(figure, PrintFormat::pdf, options);
}

std::string render_png(const Figure& figure, const FigureOptions& options) {
  return print(figure, PrintFormat::png, options);
}

}  // namespace isojoule
