#include "isojoule/stats/steady_state.hpp"

#include <limits>
#include <numeric>
#include <vector>

namespace isojoule {
namespace {

constexpr std::size_t kBatch = 5;

std::vector<double> batch_means(std::span<const double> series) {
  std::vector<double> means;
  for (std::size_t first = 0; first + kBatch <= series.size(); first += kBatch) {
    const auto batch = series.subspan(first, kBatch);
    means.push_back(std::accumulate(batch.begin(), batch.end(), 0.0) / double{kBatch});
  }
  return means;
}

}  // namespace

std::optional<std::size_t> warm_up_length(std::span<const double> series) {
  if (series.size() < kLeastForSteady) return std::nullopt;
  const std::vector<double> means = batch_means(series);
  // From the end, so that mean and squares of each rest follow from the shorter one (Welford), one
  // pass for all and stable under shifts.
  double mean = 0.0;
  double squares = 0.0;
  double least = std::numeric_limits<double>::infinity();
  std::size_t best = 0;
  for (std::size_t left = 1; left <= means.size(); ++left) {
    const std::size_t first = means.size() - left;
    const double count = static_cast<double>(left);
    const double delta = means[first] - mean;
    mean += delta / count;
    squares += delta * (means[first] - mean);
    // The last few rests are too short to tell their spread (the rule's known weakness).
    const double squared_error = squares / (count * count);
    if (left >= kBatch && squared_error <= least) {
      least = squared_error;
      best = first;
    }
  }
  if (best > means.size() / 2) return std::nullopt;
  return best * kBatch;
}

}  // namespace isojoule
