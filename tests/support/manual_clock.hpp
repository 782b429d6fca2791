#pragma once

#include <condition_variable>
#include <list>
#include <mutex>

#include "isojoule/core/world.hpp"

namespace isojoule {

/// A clock that the test turns. Threads that sleep on it wake exactly at their deadlines, one
/// deadline at a time, however slow the machine is.
class ManualClock final : public Clock {
 public:
  Instant now() const noexcept override;
  Instant boot_time() const noexcept override;
  std::chrono::system_clock::time_point wall() const noexcept override;
  void sleep_until(Instant deadline, Waker& waker) override;

  /// Waits until `threads` threads sleep, then moves time forward by `duration`, stopping at each
  /// deadline in between until the woken thread sleeps again.
  void advance(Duration duration, std::size_t threads);
  /// Moves time without waiting for anybody.
  void set(Instant now);
  /// The machine sleeps: only boot_time goes on.
  void suspend(Duration duration);
  /// Steps the wall clock.
  void step_wall(Duration duration);
  /// Waits until `threads` threads sleep.
  void wait_for_sleepers(std::size_t threads);

 private:
  struct Sleeper {
    Instant deadline;
    Waker* waker;
  };
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Sleeper> sleepers_;
  Instant now_ = Instant::from_microseconds(1'000'000'000);
  Duration suspended_{};
  Duration wall_step_{};
};

}  // namespace isojoule
