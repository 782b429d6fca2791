#include "isojoule/run/held_signals.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace isojoule {
namespace {

constexpr std::array kAsking{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

}  // namespace

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

std::optional<int> asking_signal() {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  const auto* const asking = std::ranges::find_if(kAsking, [&pending](int number) {
    return sigismember(&pending, number) == 1 && asks_to_end(number);
  });
  return asking == kAsking.end() ? std::nullopt : std::optional(*asking);
}

bool end_is_asked() { return asking_signal().has_value(); }

bool wait_unless_asked(const World& world, Duration duration) {
  constexpr Duration kSlice = 20.0 * millisecond;
  Waker waker;
  const Instant end = world.clock->now() + duration;
  while (world.clock->now() < end && !end_is_asked())
    world.clock->sleep_until(std::min(end, world.clock->now() + kSlice), waker);
  return !end_is_asked();
}

bool asks_to_end(int number) {
  if (std::ranges::find(kAsking, number) == kAsking.end()) return false;
  struct sigaction action{};
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_IGN;
}

void HeldSignals::restore() const {
  sigaction(SIGPIPE, &original_pipe_, nullptr);
  pthread_sigmask(SIG_SETMASK, &original_, nullptr);
}

}  // namespace isojoule
