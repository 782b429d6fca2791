#include "isojoule/energy/power_history.hpp"

#include <algorithm>

namespace isojoule {
namespace {

// Instants are whole microseconds, so that a bin's edges may be off by one.
constexpr Duration kRounding = 2.0 * microsecond;

}  // namespace

PowerHistory::PowerHistory(Instant begin, Duration width) : begin_(begin), width_(width) {}

Instant PowerHistory::end_of(std::size_t bins) const {
  return begin_ + static_cast<double>(bins) * width_;
}

void PowerHistory::halve() {
  for (std::size_t i = 0; i < bins_.size(); i += 2) {
    Bin joined = bins_[i];
    if (i + 1 < bins_.size()) {
      joined.energy += bins_[i + 1].energy;
      joined.seen += bins_[i + 1].seen;
    }
    bins_[i / 2] = joined;
  }
  bins_.resize((bins_.size() + 1) / 2);
  width_ = 2.0 * width_;
}

void PowerHistory::add(const EnergyStep& step) {
  while (end_of(kMaxBins) < step.to) halve();
  const Instant from = std::max(step.from, begin_);
  if (from >= step.to) return;
  const Power power = step.power();
  auto place = static_cast<std::size_t>((from - begin_) / width_);
  for (Instant at = from; at < step.to; ++place) {
    if (bins_.size() <= place) bins_.resize(place + 1);
    const Instant until = std::max(at, std::min(step.to, end_of(place + 1)));
    bins_[place].energy += power * (until - at);
    bins_[place].seen += until - at;
    at = until;
  }
}

std::vector<Power> PowerHistory::powers() const {
  std::vector<Power> powers;
  for (const Bin& bin : bins_) {
    if (bin.seen < width_ - kRounding) break;
    powers.push_back(bin.energy / bin.seen);
  }
  return powers;
}

}  // namespace isojoule
