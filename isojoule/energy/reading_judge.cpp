#include "isojoule/energy/reading_judge.hpp"

#include <cassert>
#include <utility>

namespace isojoule {

ReadingJudge::ReadingJudge(Channel channel) : channel_(std::move(channel)) {
  assert(!channel_.is_gauge());
}

ReadingJudge::Judged ReadingJudge::add(const Reading& reading) {
  // (A counter's steps are judged instead.)
  if (channel_.is_power() && channel_.max_power &&
      static_cast<double>(reading.counts) * std::get<Power>(channel_.unit) > *channel_.max_power)
    return {Verdict::impossible, last_, {}};
  if (last_ && reading.time <= last_->time) return {Verdict::late, last_, {}};
  Judged judged{Verdict::taken, last_, {}};
  if (last_ && channel_.is_counter()) {
    judged.step =
        classify_step(channel_, last_->counts, reading.counts, reading.time - last_->time);
    // A single wild reading: the next one tells whether it was that, or a new beginning.
    if (judged.step->step == CounterStep::impossible && !doubtful_) {
      doubtful_ = true;
      return {Verdict::impossible, last_, {}};
    }
    doubtful_ = false;
  }
  last_ = reading;
  return judged;
}

}  // namespace isojoule
