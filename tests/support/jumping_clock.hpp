#pragma once

#include <functional>

#include "isojoule/core/world.hpp"

namespace isojoule {

/// A clock for code that waits on the test's own thread: a sleep takes no time and moves the clock
/// on to its deadline.
class JumpingClock final : public Clock {
 public:
  Instant now() const noexcept override { return now_; }
  Instant boot_time() const noexcept override { return now_; }
  std::chrono::system_clock::time_point wall() const noexcept override { return {}; }
  void sleep_until(Instant deadline, Waker& waker) override;

  /// How long was slept in all.
  Duration slept() const { return slept_; }

  std::function<void()> meanwhile = [] {};  ///< what happens during each sleep

 private:
  Instant now_ = Instant::from_microseconds(1'000'000'000);
  Duration slept_{};
};

}  // namespace isojoule
