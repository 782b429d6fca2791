#include "support/jumping_clock.hpp"

namespace isojoule {

void JumpingClock::sleep_until(Instant deadline, Waker&) {
  if (deadline <= now_) return;
  slept_ += deadline - now_;
  now_ = deadline;
  meanwhile();
}

}  // namespace isojoule
