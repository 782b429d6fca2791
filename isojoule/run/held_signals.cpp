#include "isojoule/run/held_signals.hpp"

#include <time.h>

#include <initializer_list>

namespace isojoule {

HeldSignals::HeldSignals() {
  sigemptyset(&held_);
  for (const int number : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD})
    sigaddset(&held_, number);
  pthread_sigmask(SIG_BLOCK, &held_, &original_);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &original_pipe_);
}

HeldSignals::~HeldSignals() {
  // What came for a command that is gone must not strike us when the signals are let through again.
  const timespec now{};
  while (sigtimedwait(&held_, nullptr, &now) > 0) {
  }
  restore();
}

void HeldSignals::restore() const {
  sigaction(SIGPIPE, &original_pipe_, nullptr);
  pthread_sigmask(SIG_SETMASK, &original_, nullptr);
}

}  // namespace isojoule
