// Calls into libraries of vendors, which may never return.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "isojoule/sensor/patience.hpp"

namespace isojoule {

namespace detail {

/// What one call gives, shared between the thread that makes it and the one that waits.
template <class T>
class BoundedCall : public std::enable_shared_from_this<BoundedCall<T>> {
 public:
  explicit BoundedCall(std::function<T()> call) : call_(std::move(call)) {}

  void start() {
    thread_ = std::thread([self = this->shared_from_this()] { self->run(); });
  }

  /// Its result; empty if it has none by `deadline` or when `give_up` says so: the thread is then
  /// left behind, and drops whatever it still gets. Throws what the call threw.
  std::optional<T> wait(std::chrono::steady_clock::time_point deadline,
                        const std::function<bool()>& give_up) {
    constexpr std::chrono::milliseconds kSlice{20};
    std::unique_lock lock(mutex_);
    while (!done_ && std::chrono::steady_clock::now() < deadline && !(give_up && give_up()))
      changed_.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() + kSlice));
    if (!done_) {
      left_ = true;
      thread_.detach();
      return std::nullopt;
    }
    lock.unlock();
    thread_.join();
    if (error_) std::rethrow_exception(error_);
    return std::move(result_);
  }

 private:
  void run() {
    std::optional<T> result;
    std::exception_ptr error;
    try {
      result.emplace(call_());
    } catch (...) {
      error = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (left_) return;
    result_ = std::move(result);
    error_ = error;
    done_ = true;
    changed_.notify_all();
  }

  const std::function<T()> call_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<T> result_;
  std::exception_ptr error_;
  bool done_ = false;
  bool left_ = false;
  std::thread thread_;
};

/// Makes all calls at once, each on a thread of its own, and waits for them. Empty results are of
/// calls that did not return within `patience`: what they use must then live as long as the
/// program, or be owned by the call. Throws what the first of them threw, when all have been waited
/// for.
template <class T>
std::vector<std::optional<T>> call_bounded(std::vector<std::function<T()>> calls,
                                           const Patience& patience) {
  std::vector<std::shared_ptr<BoundedCall<T>>> running;
  for (auto& call : calls) {
    running.push_back(std::make_shared<BoundedCall<T>>(std::move(call)));
    running.back()->start();
  }
  const auto deadline = std::chrono::steady_clock::now() +
                        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                            std::chrono::duration<double>(patience.longest.in(second)));
  std::vector<std::optional<T>> results;
  std::exception_ptr error;
  for (const auto& call : running) {
    try {
      results.push_back(call->wait(deadline, patience.give_up));
    } catch (...) {
      results.emplace_back();
      if (!error) error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
  return results;
}

}  // namespace detail
}  // namespace isojoule
