#include "isojoule/energy/reading_judge.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace isojoule {
namespace {

// So many readings in a row that fit each other and not those before are a jump.
constexpr std::size_t kJump = 3;

}  // namespace

ReadingJudge::ReadingJudge(Channel channel) : channel_(std::move(channel)) {
  assert(!channel_.is_gauge());
}

/// Whether nothing speaks against the step of a counter.
bool ReadingJudge::fits(const Reading& from, const Reading& to) const {
  const CounterStep step =
      classify_step(channel_, from.counts, to.counts, to.time - from.time).step;
  return step != CounterStep::reset && step != CounterStep::impossible;
}

void ReadingJudge::add(const Reading& reading, std::vector<Judged>& judged) {
  judged.clear();
  if (channel_.is_power() && channel_.max_power &&
      static_cast<double>(reading.counts) * std::get<Power>(channel_.unit) > *channel_.max_power) {
    judged.push_back({Verdict::impossible, reading, last_, {}});
    return;
  }
  const std::optional<Reading> latest = waiting_.empty() ? last_ : waiting_.back();
  if (latest && reading.time <= latest->time) {
    judged.push_back({Verdict::late, reading, last_, {}});
  } else if (channel_.is_power()) {
    judged.push_back(take(reading));
  } else {
    waiting_.push_back(reading);
    decide(Ending::more_may_come, judged);
  }
}

void ReadingJudge::finish(std::vector<Judged>& judged) {
  judged.clear();
  decide(Ending::none_come, judged);
}

/// Whether the first that waits can be judged.
bool ReadingJudge::is_decided(Ending ending) const {
  if (!last_ || ending == Ending::none_come) return true;
  if (waiting_.size() < 2) return false;
  return fits(*last_, waiting_[0]) || is_left_out(ending) || waiting_.size() >= kJump;
}

/// Whether the first that waits does not belong between those around it.
bool ReadingJudge::is_left_out(Ending ending) const {
  if (!last_ || waiting_.size() < 2) return false;
  const auto fits_last = [this](const Reading& later) { return fits(*last_, later); };
  if (fits_last(waiting_[0])) return !fits(waiting_[0], waiting_[1]) && fits_last(waiting_[1]);
  if (std::any_of(waiting_.begin() + 1, waiting_.end(), fits_last)) return true;
  // It follows from nothing and nothing follows from it.
  return ending == Ending::more_may_come && !fits(waiting_[0], waiting_[1]);
}

void ReadingJudge::decide(Ending ending, std::vector<Judged>& judged) {
  while (!waiting_.empty() && is_decided(ending)) {
    const Reading reading = waiting_.front();
    const bool left_out = is_left_out(ending);
    waiting_.erase(waiting_.begin());
    judged.push_back(left_out ? Judged{Verdict::impossible, reading, last_, {}} : take(reading));
  }
}

ReadingJudge::Judged ReadingJudge::take(const Reading& reading) {
  Judged judged{Verdict::taken, reading, last_, {}};
  if (last_ && channel_.is_counter())
    judged.step =
        classify_step(channel_, last_->counts, reading.counts, reading.time - last_->time);
  last_ = reading;
  return judged;
}

}  // namespace isojoule
