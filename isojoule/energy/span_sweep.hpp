// Finds the spans that moments and stretches of time lie in, in one pass through time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "isojoule/core/instant.hpp"

namespace isojoule {

/// A stretch of time to be measured.
struct Span {
  Instant begin;
  Instant end;  ///< not before begin
  bool whole_command = false;
};

/// The spans that a window is made of, as places in a list of spans: in time order, not
/// overlapping, one at least. Their energies add up.
using Pieces = std::vector<std::size_t>;

/// Sweeps over spans that may overlap. Moments and stretches must come in time order. What one of
/// them costs grows with the number of spans that are open then, not with all.
class SpanSweep {
 public:
  /// Spans are known by their place in `begins` and `untils`.
  SpanSweep(std::vector<Instant> begins, std::vector<Instant> untils)
      : begins_(std::move(begins)), untils_(std::move(untils)), by_begin_(begins_.size()) {
    std::iota(by_begin_.begin(), by_begin_.end(), std::size_t{0});
    std::ranges::sort(by_begin_, {}, [this](std::size_t place) { return begins_[place]; });
  }

  /// Calls visit(place) for each span that has begun at `time` and was not over before it. Spans
  /// that are over by then only wait for the stretch that ends them, and are not looked at again
  /// for each moment.
  template <class Visit>
  void moment(Instant time, Visit visit) {
    open(time);
    std::erase_if(open_, [&](std::size_t place) {
      const bool over = untils_[place] < time;
      if (over) {
        closing_.push_back(place);
      } else {
        visit(place);
      }
      return over;
    });
  }

  /// Calls visit(place, begin, end) for each span that has a part, from `begin` to `end`, in the
  /// stretch. An empty span has one too.
  template <class Visit>
  void stretch(Instant from, Instant to, Visit visit) {
    open(to);
    open_.insert(open_.end(), closing_.begin(), closing_.end());
    closing_.clear();
    std::erase_if(open_, [&](std::size_t place) {
      const Instant begin = std::max(begins_[place], from);
      const Instant end = std::min(untils_[place], to);
      if (begin < end || (begin == end && begins_[place] == untils_[place]))
        visit(place, begin, end);
      return untils_[place] <= to;
    });
  }

 private:
  void open(Instant time) {
    while (unopened_ < by_begin_.size() && begins_[by_begin_[unopened_]] <= time)
      open_.push_back(by_begin_[unopened_++]);
  }

  std::vector<Instant> begins_;
  std::vector<Instant> untils_;
  std::vector<std::size_t> by_begin_;  ///< places
  std::size_t unopened_ = 0;           ///< place in by_begin_ of the first that has not begun
  std::vector<std::size_t> open_;      ///< that have begun, and go on
  std::vector<std::size_t> closing_;   ///< that have ended since the last stretch
};

}  // namespace isojoule
