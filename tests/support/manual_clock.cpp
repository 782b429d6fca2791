#include "support/manual_clock.hpp"

#include <algorithm>

namespace isojoule {
namespace {

// Only a guard against a test that hangs; no result depends on it.
constexpr std::chrono::hours kForever{1};

}  // namespace

Instant ManualClock::now() const noexcept {
  const std::lock_guard lock(mutex_);
  return now_;
}

Instant ManualClock::boot_time() const noexcept {
  const std::lock_guard lock(mutex_);
  return now_ + suspended_;
}

std::chrono::system_clock::time_point ManualClock::wall() const noexcept {
  const std::lock_guard lock(mutex_);
  const Instant shown = now_ + wall_step_;
  return std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000) +
                                               std::chrono::microseconds(shown.microseconds()));
}

void ManualClock::sleep_until(Instant deadline, Waker& waker) {
  std::unique_lock lock(mutex_);
  if (deadline <= now_) return;
  const auto self = sleepers_.insert(sleepers_.end(), Sleeper{deadline, &waker});
  ++sleeps_;
  changed_.notify_all();
  lock.unlock();
  waker.wait_until(std::chrono::steady_clock::now() + kForever);
  lock.lock();
  sleepers_.erase(self);
  changed_.notify_all();
}

bool ManualClock::all_asleep(std::size_t threads) const {
  return sleepers_.size() == threads &&
         std::ranges::all_of(sleepers_, [this](const Sleeper& s) { return s.deadline > now_; });
}

void ManualClock::advance(Duration duration, std::size_t threads) {
  std::unique_lock lock(mutex_);
  const Instant target = now_ + duration;
  while (true) {
    changed_.wait(lock, [&] { return all_asleep(threads); });
    const auto next = std::ranges::min_element(sleepers_, {}, &Sleeper::deadline);
    if (next == sleepers_.end() || next->deadline > target) break;
    now_ = next->deadline;
    wake_due();
  }
  now_ = target;
}

void ManualClock::advance_until_gone(Duration duration, std::size_t threads,
                                     std::size_t remaining) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return all_asleep(threads); });
  now_ = now_ + duration;
  wake_due();
  changed_.wait(lock, [&] { return all_asleep(remaining); });
}

void ManualClock::wake_due() {
  for (const Sleeper& sleeper : sleepers_) {
    if (sleeper.deadline <= now_) sleeper.waker->wake();
  }
}

std::size_t ManualClock::sleeps() const {
  const std::lock_guard lock(mutex_);
  return sleeps_;
}

void ManualClock::wait_for_sleeps(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return sleeps_ >= count; });
}

void ManualClock::suspend(Duration duration) {
  const std::lock_guard lock(mutex_);
  suspended_ += duration;
}

void ManualClock::step_wall(Duration duration) {
  const std::lock_guard lock(mutex_);
  wall_step_ += duration;
}

}  // namespace isojoule
