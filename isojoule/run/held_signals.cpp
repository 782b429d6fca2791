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

bool asks_to_end(int number) {
  if (number != SIGINT && number != SIGTERM && number != SIGHUP && number != SIGQUIT) return false;
  struct sigaction action{};
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_IGN;
}

void HeldSignals::restore() const {
  sigaction(SIGPIPE, &original_pipe_, nullptr);
  pthread_sigmask(SIG_SETMASK, &original_, nullptr);
}

}  // namespace isojoule
