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
  /// The same for one deadline after which a thread is expected to end: waits until only
  /// `remaining` of `threads` sleep.
  void advance_until_gone(Duration duration, std::size_t threads, std::size_t remaining);
  /// The machine sleeps: only boot_time goes on.
  void suspend(Duration duration);
  /// Steps the wall clock.
  void step_wall(Duration duration);
  /// How often a thread has gone to sleep so far.
  std::size_t sleeps() const;
  /// Waits until that is at least `count`.
  void wait_for_sleeps(std::size_t count);

 private:
  bool all_asleep(std::size_t threads) const;
  void wake_due();

  struct Sleeper {
    Instant deadline;
    Waker* waker;
  };
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Sleeper> sleepers_;
  std::size_t sleeps_ = 0;
  Instant now_ = Instant::from_microseconds(1'000'000'000);
  Duration suspended_{};
  Duration wall_step_{};
};

}  // namespace isojoule
