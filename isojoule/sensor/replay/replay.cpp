#include "isojoule/sensor/replay/replay.hpp"

#include <algorithm>

#include "isojoule/core/error.hpp"
#include "isojoule/trace/trace_reader.hpp"

namespace isojoule {
namespace {

class ReplaySensor final : public Sensor {
 public:
  ReplaySensor(const World& world, const std::filesystem::path& trace)
      : Sensor("replay"), clock_(world.clock), reader_(trace, *world.files) {
    for (const TraceSource& source : reader_.header().sources) {
      offsets_.push_back(channels_.size());
      channels_.insert(channels_.end(), source.channels.begin(), source.channels.end());
    }
    if (channels_.empty())
      throw Error(ErrorCode::bad_input, "the trace " + trace.string() + " has no channels");
    current_.resize(channels_.size());
    advance();
  }

 private:
  /// Reads on to the next poll of the trace.
  void advance() {
    next_.reset();
    while (const auto event = reader_.next()) {
      if (const auto* poll = std::get_if<TracePoll>(&*event)) {
        next_ = *poll;
        return;
      }
    }
  }

  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    const Instant now = clock_->now();
    if (!begun_ && next_) {
      begun_ = now;
      recorded_begin_ = next_->time;
    }
    while (next_ && next_->time - recorded_begin_ <= now - *begun_) {
      std::ranges::copy(next_->samples,
                        current_.begin() + static_cast<std::ptrdiff_t>(offsets_[next_->source]));
      advance();
    }
    std::ranges::copy(current_, samples.begin());
    if (next_) return std::nullopt;
    std::ranges::fill(current_, Sample{});
    return Fault{FaultKind::ended, Instant{}, "replay", "the recorded trace is over"};
  }

  Clock* clock_;
  TraceReader reader_;
  std::vector<std::size_t> offsets_;  // of each source's first channel
  std::optional<TracePoll> next_;
  std::optional<Instant> begun_;
  Instant recorded_begin_;
  std::vector<Sample> current_;
};

}  // namespace

std::unique_ptr<Sensor> open_replay(const World& world, const std::filesystem::path& trace) {
  return std::make_unique<ReplaySensor>(world, trace);
}

}  // namespace isojoule
