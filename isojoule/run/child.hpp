// A child process that shares our terminal as if we were not there.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/run/held_signals.hpp"

namespace isojoule {

/// A command that could not be started; exit_code is what a shell would give: 127 not found, 126
/// found but not executable.
class StartError : public Error {
 public:
  StartError(int exit_code, const std::string& message)
      : Error(ErrorCode::io, message), exit_code_(exit_code) {}
  int exit_code() const noexcept { return exit_code_; }

 private:
  int exit_code_;
};

/// Where a child's standard output goes.
enum class ChildOutput { ours, nowhere };

/// What becomes of a child when we are killed: it goes on, or it is killed too (itself, not what it
/// started).
enum class ChildLife { its_own, ours };

/// How a child ended.
struct ChildEnd {
  int exit_code = 0;          ///< 128 + signal when killed by one
  std::optional<int> signal;  ///< that killed it
  Instant time;               ///< when it was seen
  bool interrupted = false;   ///< a signal that asks to end came for it or us meanwhile
};

/// A command in our own process group, so that the terminal treats it as it would without us: it
/// reads from it, and Ctrl-C, Ctrl-Z and fg reach it.
///
/// The signals that are held for us are not held for the child: wait() takes them. Those that a
/// process sent to us are passed on to the child; those that the terminal sent it has got itself.
/// Ctrl-Z stops us with the child. We become the subreaper of its descendants, so that the CPU time
/// of orphans is counted.
///
/// One at a time.
class Child {
 public:
  /// Forks; the child waits for go() before it becomes the command. `signals` must outlive it.
  /// `environment` is added to ours. Throws Error(io).
  Child(const HeldSignals& signals, std::vector<std::string> command,
        const std::map<std::string, std::string>& environment,
        ChildOutput output = ChildOutput::ours, ChildLife life = ChildLife::its_own);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Ends a child that was never let go.
  ~Child();

  pid_t pid() const { return pid_; }

  /// Lets it become the command; returns when it has. Throws StartError.
  void go();

  /// Waits for its end, passing signals on; also reaps orphans that came to us.
  ChildEnd wait(const Clock& clock);

 private:
  [[noreturn]] void become(int go_pipe, int error_pipe, ChildOutput output, ChildLife life);
  void reap_orphans();

  const HeldSignals& signals_;
  std::vector<std::string> command_;
  std::vector<std::string> environment_;
  std::vector<char*> arguments_;  // into command_
  std::vector<char*> variables_;  // into environment_
  pid_t pid_ = -1;
  int go_ = -1;
  int error_ = -1;
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace isojoule
