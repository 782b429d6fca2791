#include "isojoule/energy/standstill.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace isojoule {

Standstill::Standstill(const Channel& channel)
    : looks_(channel.kind == Kind::measured && channel.validity == Validity::any_window),
      is_counter_(channel.is_counter()),
      patience_(std::max(kShortest, kRefreshes * channel.refresh.value_or(Duration{}))) {
  if (is_counter_) patience_ = std::max(patience_, kCounts * std::get<Energy>(channel.unit) / watt);
}

void Standstill::add(const ReadingJudge::Reading& before, const ReadingJudge::Reading& reading) {
  if (!looks_) return;
  const bool still =
      is_counter_ ? reading.counts == before.counts : before.counts == 0 && reading.counts == 0;
  if (still) {
    if (!now_) now_ = Stretch{before.time, before.time};
    now_->end = reading.time;
  } else if (now_) {
    if (now_->end - now_->begin >= patience_) before_.push_back(*now_);
    now_.reset();
  }
}

Duration Standstill::within(Instant begin, Instant end) const {
  Duration sum{};
  const auto add = [&](const Stretch& stretch) {
    const Instant from = std::max(begin, stretch.begin);
    const Instant to = std::min(end, stretch.end);
    if (from < to) sum += to - from;
  };
  const auto first = std::ranges::upper_bound(before_, begin, {}, &Stretch::end);
  for (auto stretch = first; stretch != before_.end() && stretch->begin < end; ++stretch)
    add(*stretch);
  if (now_ && now_->end - now_->begin >= patience_) add(*now_);
  return sum;
}

std::string Standstill::why_missing(Instant begin, Instant end) const {
  const Duration still = within(begin, end);
  const Duration length = end - begin;
  if (!(still > kMaxUnseen * length)) return {};
  return fmt::format("{} for {:.2g} s of {:.2g} s: the sensor does not work",
                     is_counter_ ? "the counter did not change" : "the meter showed 0 W",
                     still.in(second), length.in(second));
}

}  // namespace isojoule
