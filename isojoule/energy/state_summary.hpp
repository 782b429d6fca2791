// From the readings of a gauge to its least, mean and most in each of many windows, in one pass.
#pragma once

#include <vector>

#include "isojoule/core/measurement.hpp"
#include "isojoule/energy/channel_integrator.hpp"

namespace isojoule {

/// Takes the readings of one gauge in time order. A reading belongs to a span when it was taken in
/// it, edges included. Memory is proportional to the number of spans.
class StateSummary {
 public:
  /// `channel` is a gauge; `spans` are in any order.
  StateSummary(Channel channel, const std::vector<Span>& spans);

  void add(Instant time, Sample sample);

  /// One for each window, in the order given, of the readings in all of its pieces.
  std::vector<ChannelState> finish(const std::vector<Pieces>& windows) const;

 private:
  struct Progress {
    Span span;
    std::size_t samples = 0;
    double least = 0.0;
    double most = 0.0;
    double sum = 0.0;
    std::vector<std::size_t> flags;  ///< how often each was set
  };
  void count(Progress& progress, std::uint64_t counts) const;
  static void join(Progress& window, const Progress& piece);

  Channel channel_;
  Gauge gauge_;
  std::vector<Progress> spans_;
  std::vector<std::size_t> by_begin_;  ///< places in spans_
  std::size_t unopened_ = 0;           ///< place in by_begin_ of the first that has not begun
  std::vector<std::size_t> open_;
};

}  // namespace isojoule
