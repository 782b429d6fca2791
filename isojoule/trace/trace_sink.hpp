// Where the events of a run go while it goes on.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "isojoule/trace/trace.hpp"

namespace isojoule {

/// Takes events from many threads at once.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  /// Never throws and never waits for long: sampling threads call it.
  virtual void append(const TraceEvent& event) noexcept = 0;
};

/// Passes every event on to each of several sinks, in their order.
class TraceTee final : public TraceSink {
 public:
  explicit TraceTee(std::vector<std::shared_ptr<TraceSink>> sinks) : sinks_(std::move(sinks)) {}
  void append(const TraceEvent& event) noexcept override {
    for (const auto& sink : sinks_) sink->append(event);
  }

 private:
  std::vector<std::shared_ptr<TraceSink>> sinks_;
};

}  // namespace isojoule
