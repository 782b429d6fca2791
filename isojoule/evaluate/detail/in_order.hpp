// Work on several threads whose results are taken in order.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <thread>

namespace isojoule::detail {

/// How long the calling thread works alone. Threads cost CPU time, each as much as the evaluation
/// of a pair with a few hundred linear fits; what is done by then is not worth them.
inline constexpr std::chrono::milliseconds kAlone{20};

/// Calls work(0, share) to work(count - 1, share), each once, and take(result) for each in that
/// order on the calling thread. What is not done by the calling thread after `alone` is done by as
/// many threads as the machine has processors. `work` calls share() from time to time, so that this
/// does not wait for its end, and must be safe to call from several threads at once. No more
/// results than threads wait to be taken. The first exception, of `work` or `take`, ends it: it is
/// thrown once what has begun is done.
template <class Work, class Take>
void in_order(std::size_t count, Work work, Take take,
              std::chrono::steady_clock::duration alone = kAlone) {
  using Clock = std::chrono::steady_clock;
  using Share = std::function<void()>;
  using Result = decltype(work(std::size_t{0}, Share{}));
  const Clock::time_point end_of_alone = Clock::now() + alone;
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::deque<std::future<Result>> begun;
  std::size_t next = 0;
  const Share share = [&] {
    if (Clock::now() < end_of_alone) return;
    for (; next < count && begun.size() < threads; ++next)
      begun.push_back(std::async(std::launch::async, work, next, [] {}));
  };
  for (std::size_t taken = 0; taken < count; ++taken) {
    share();
    if (begun.empty()) {
      take(work(next++, share));
    } else {
      Result result = begun.front().get();
      begun.pop_front();
      take(std::move(result));
    }
  }
}

}  // namespace isojoule::detail
