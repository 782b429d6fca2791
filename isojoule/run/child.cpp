#include "isojoule/run/child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace isojoule {
namespace {

[[noreturn]] void throw_errno(const std::string& what) {
  throw Error(ErrorCode::io, what + ": " + std::strerror(errno));
}

/// A pipe whose ends close when a command is executed.
std::pair<int, int> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw_errno("cannot make a pipe");
  return {ends[0], ends[1]};
}

void close_if_open(int& descriptor) {
  if (descriptor >= 0) close(std::exchange(descriptor, -1));
}

/// Our environment with `added` in it, as NAME=value.
std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) merged.push_back(text);
  }
  for (const auto& [name, value] : added) merged.push_back(name + "=" + value);
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// A process sent it; the terminal's own signals come from the kernel.
bool sent_by_process(const siginfo_t& info) {
  return info.si_code == SI_USER || info.si_code == SI_QUEUE || info.si_code == SI_TKILL;
}

}  // namespace

Child::Child(const HeldSignals& signals, std::vector<std::string> command,
             const std::map<std::string, std::string>& environment, ChildOutput output,
             ChildLife life)
    : signals_(signals),
      command_(std::move(command)),
      environment_(merged_environment(environment)),
      arguments_(pointers(command_)),
      variables_(pointers(environment_)) {
  // A parent that ignores SIGCHLD would have its children reaped by the kernel, exit codes and all.
  signal(SIGCHLD, SIG_DFL);
  prctl(PR_SET_CHILD_SUBREAPER, 1);

  const auto [go_read, go_write] = make_pipe();
  const auto [error_read, error_write] = make_pipe();
  pid_ = fork();
  if (pid_ == 0) {
    close(go_write);
    become(go_read, error_write, output, life);
  }
  const int fork_error = errno;
  close(go_read);
  close(error_write);
  go_ = go_write;
  error_ = error_read;
  if (pid_ < 0) {
    close_if_open(go_);
    close_if_open(error_);
    errno = fork_error;
    throw_errno("cannot start a process");
  }
}

/// In the child: only async-signal-safe calls from here on.
void Child::become(int go_pipe, int error_pipe, ChildOutput output, ChildLife life) {
  // If we are dead before this, the pipe below is closed.
  if (life == ChildLife::ours) prctl(PR_SET_PDEATHSIG, SIGKILL);
  char byte = 0;
  ssize_t got = 0;
  do {
    got = read(go_pipe, &byte, 1);
  } while (got < 0 && errno == EINTR);
  if (got != 1) _exit(0);  // never let go
  signals_.restore();
  if (output == ChildOutput::nowhere) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
  }
  execvpe(arguments_[0], arguments_.data(), variables_.data());
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(error_pipe, &error, sizeof error);
  _exit(127);
}

void Child::go() {
  const char byte = 1;
  [[maybe_unused]] const ssize_t written = write(go_, &byte, 1);
  close_if_open(go_);
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(error_, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  close_if_open(error_);
  started_ = true;
  if (got != static_cast<ssize_t>(sizeof error)) return;
  waitpid(pid_, nullptr, 0);
  ended_ = true;
  if (error == ENOENT) throw StartError(127, "command '" + command_[0] + "' not found");
  throw StartError(126, "command '" + command_[0] + "' cannot be run: " + std::strerror(error));
}

ChildEnd Child::wait(const Clock& clock) {
  bool interrupted = false;
  while (true) {
    int status = 0;
    const pid_t found = waitpid(pid_, &status, WNOHANG);
    if (found == pid_) {
      ended_ = true;
      // What asks for the end may still wait here: the child can be gone before we have heard of
      // it.
      ChildEnd end{0, std::nullopt, clock.now(), interrupted || end_is_asked()};
      if (WIFSIGNALED(status)) {
        end.signal = WTERMSIG(status);
        end.exit_code = 128 + *end.signal;
      } else {
        end.exit_code = WEXITSTATUS(status);
      }
      reap_orphans();
      return end;
    }
    reap_orphans();
    siginfo_t info{};
    const int number = sigwaitinfo(&signals_.held(), &info);
    interrupted = interrupted || asks_to_end(number);
    if (number > 0 && number != SIGCHLD && sent_by_process(info)) kill(pid_, number);
  }
}

/// Collects descendants that lost their parent, without touching the child itself.
void Child::reap_orphans() {
  while (true) {
    siginfo_t info{};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
    if (info.si_pid == pid_ && !ended_) return;
    waitpid(info.si_pid, nullptr, WNOHANG);
  }
}

Child::~Child() {
  close_if_open(go_);
  close_if_open(error_);
  if (pid_ > 0 && !ended_) {
    if (started_) kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

}  // namespace isojoule
