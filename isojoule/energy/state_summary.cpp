#include "isojoule/energy/state_summary.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace isojoule {

StateSummary::StateSummary(Channel channel, const std::vector<Span>& spans)
    : channel_(std::move(channel)),
      gauge_(std::get<Gauge>(channel_.unit)),
      by_begin_(spans.size()) {
  for (const Span& span : spans) {
    Progress progress;
    progress.span = span;
    progress.flags.resize(gauge_.flags.size());
    spans_.push_back(std::move(progress));
  }
  std::iota(by_begin_.begin(), by_begin_.end(), std::size_t{0});
  std::ranges::sort(by_begin_, {}, [this](std::size_t place) { return spans_[place].span.begin; });
}

void StateSummary::count(Progress& progress, std::uint64_t counts) const {
  const double value = static_cast<double>(counts) * gauge_.per_count;
  progress.least = progress.samples == 0 ? value : std::min(progress.least, value);
  progress.most = progress.samples == 0 ? value : std::max(progress.most, value);
  progress.sum += value;
  ++progress.samples;
  for (std::size_t bit = 0; bit < std::min(progress.flags.size(), std::size_t{64}); ++bit)
    progress.flags[bit] += (counts >> bit) & 1u;
}

void StateSummary::add(Instant time, Sample sample) {
  if (!sample) return;
  while (unopened_ < by_begin_.size() && spans_[by_begin_[unopened_]].span.begin <= time)
    open_.push_back(by_begin_[unopened_++]);
  std::erase_if(open_, [&](std::size_t place) {
    Progress& progress = spans_[place];
    if (progress.span.end < time) return true;
    count(progress, *sample);
    return false;
  });
}

void StateSummary::join(Progress& window, const Progress& piece) {
  if (piece.samples == 0) return;
  window.least = window.samples == 0 ? piece.least : std::min(window.least, piece.least);
  window.most = window.samples == 0 ? piece.most : std::max(window.most, piece.most);
  window.sum += piece.sum;
  window.samples += piece.samples;
  for (std::size_t bit = 0; bit < window.flags.size(); ++bit) window.flags[bit] += piece.flags[bit];
}

std::vector<ChannelState> StateSummary::finish(const std::vector<Pieces>& windows) const {
  std::vector<ChannelState> states;
  for (const Pieces& pieces : windows) {
    Progress progress = spans_[pieces.front()];
    for (std::size_t i = 1; i < pieces.size(); ++i) join(progress, spans_[pieces[i]]);
    ChannelState state{channel_, progress.samples, {}, {}, {}, {}};
    const double samples = static_cast<double>(progress.samples);
    if (progress.samples > 0 && gauge_.flags.empty()) {
      state.least = progress.least;
      state.mean = progress.sum / samples;
      state.most = progress.most;
    } else if (progress.samples > 0) {
      for (const std::size_t set : progress.flags)
        state.flag_shares.push_back(static_cast<double>(set) / samples);
    }
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace isojoule
