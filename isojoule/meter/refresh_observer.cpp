#include "isojoule/meter/refresh_observer.hpp"

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

std::optional<Duration> DurationBins::typical() const {
  if (count_ == 0) return std::nullopt;
  std::size_t middle = 0;
  std::size_t below = bins_[0].count;
  while (2 * below < count_) below += bins_[++middle].count;
  const double median = bins_[middle].seconds / bins_[middle].count;
  Bin near;
  for (const Bin& bin : bins_) {
    if (bin.count == 0) continue;
    const double mean = bin.seconds / bin.count;
    if (mean < 0.4 * median || mean > 2.1 * median) continue;
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
  // One reading in ten that shows the value of the one before may be chance (a steady power).
  if (10 * changes_.count() > 9 * readings_.count()) return std::nullopt;
  return changes_.typical();
}

std::optional<Duration> RefreshObserver::reading_interval() const {
  if (readings_.count() < kEnough) return std::nullopt;
  return readings_.typical();
}

}  // namespace isojoule
