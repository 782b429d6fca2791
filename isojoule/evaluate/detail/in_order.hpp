// Work on several threads whose results are taken in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <future>
#include <thread>

namespace isojoule::detail {

/// Calls work(0) to work(count - 1), each once, on as many threads as the machine has processors,
/// and take(result) for each in that order on the calling thread. No more results than threads wait
/// to be taken. The first exception, of `work` or `take`, ends it: it is thrown once what has begun
/// is done. `work` must be safe to call from several threads at once.
template <class Work, class Take>
void in_order(std::size_t count, Work work, Take take) {
  using Result = decltype(work(std::size_t{0}));
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::deque<std::future<Result>> begun;
  std::size_t next = 0;
  for (std::size_t taken = 0; taken < count; ++taken) {
    for (; next < count && begun.size() < threads; ++next)
      begun.push_back(std::async(std::launch::async, work, next));
    Result result = begun.front().get();
    begun.pop_front();
    take(std::move(result));
  }
}

}  // namespace isojoule::detail
