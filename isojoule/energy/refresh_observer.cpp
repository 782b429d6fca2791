#include "isojoule/energy/refresh_observer.hpp"

#include <algorithm>
#include <cmath>

namespace isojoule {
namespace {

constexpr Duration kShortest = 0.1 * millisecond;
constexpr double kBinsPerOctave = 4.0;

}  // namespace

void DurationBins::add(Duration duration) {
  const double octaves = std::log2(std::max(1.0, duration / kShortest));
  const auto place = static_cast<std::size_t>(octaves * kBinsPerOctave);
  Bin& bin = bins_[std::min(place, kBins - 1)];
  ++bin.count;
  bin.seconds += duration.in(second);
  ++count_;
}

std::optional<Duration> DurationBins::typical(double p, double most) const {
  if (count_ == 0) return std::nullopt;
  std::size_t place = 0;
  auto below = static_cast<double>(bins_[0].count);
  while (below < p * static_cast<double>(count_)) below += bins_[++place].count;
  const double middle = bins_[place].seconds / bins_[place].count;
  Bin near;
  for (const Bin& bin : bins_) {
    if (bin.count == 0) continue;
    const double mean = bin.seconds / bin.count;
    if (mean < 0.4 * middle || mean > most * middle) continue;
    near.count += bin.count;
    near.seconds += bin.seconds;
  }
  return near.seconds / near.count * second;
}

void RefreshObserver::add(Duration elapsed, bool changed) {
  readings_.add(elapsed);
  since_change_ += elapsed;
  if (!changed) return;
  if (seen_change_) changes_.add(since_change_);
  seen_change_ = true;
  since_change_ = Duration{};
}

std::optional<Duration> RefreshObserver::refresh() const {
  if (changes_.count() < kEnough) return std::nullopt;
  // Fewer than one reading in ten that shows the value of the one before may be chance.
  if (10 * changes_.count() > 9 * readings_.count()) return std::nullopt;
  return always_change_ ? changes_.typical(0.5, 2.1) : changes_.typical(0.25, 1.6);
}

std::optional<Duration> RefreshObserver::reading_interval() const {
  if (readings_.count() < kEnough) return std::nullopt;
  return readings_.typical(0.5, 2.1);
}

}  // namespace isojoule
