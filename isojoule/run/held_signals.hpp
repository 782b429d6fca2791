// Signals held back while a command runs and until its record is kept.
#pragma once

#include <signal.h>

#include <optional>

#include "isojoule/core/world.hpp"

namespace isojoule {

/// While it lives, the calling thread and those that it starts have SIGINT, SIGQUIT, SIGTERM,
/// SIGHUP, SIGUSR1, SIGUSR2 and SIGCHLD blocked, and the process ignores SIGPIPE: neither a second
/// Ctrl-C nor a reader of standard error that went away may cost a record. Afterwards everything is
/// as before; what came meanwhile and nobody took is dropped, since it was meant for a command that
/// is gone.
///
/// Make it before other threads are started. One at a time.
class HeldSignals {
 public:
  HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals();

  /// To be waited for by sigwaitinfo().
  const sigset_t& held() const { return held_; }
  /// All as it was: for a child, before it becomes a command. Async-signal-safe.
  void restore() const;

 private:
  sigset_t held_{};
  sigset_t original_{};
  struct sigaction original_pipe_{};
};

/// While HeldSignals lives: the one of them that waits and asks for the end; empty if none does. It
/// stays where it is.
std::optional<int> asking_signal();
bool end_is_asked();

/// Waits, but not longer than until the end is asked for. False if it was.
bool wait_unless_asked(const World& world, Duration duration);

/// Whether a signal asks for the end: an interrupt, a hang-up and their like, unless they are
/// ignored (nohup).
bool asks_to_end(int number);

}  // namespace isojoule
