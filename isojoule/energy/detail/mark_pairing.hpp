// From marks to windows.
#pragma once

#include <algorithm>
#include <map>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/core/mark.hpp"
#include "isojoule/energy/channel_integrator.hpp"
#include "isojoule/energy/detail/fault_list.hpp"
#include "isojoule/energy/measure_trace.hpp"

namespace isojoule::detail {

/// Pairs begin and end marks of a name; the last begin before an end counts. What does not pair is
/// a fault, and a doubt about the window that it may have spoiled.
class MarkPairing {
 public:
  MarkPairing(FaultList& faults, std::vector<Span>& spans) : faults_(faults), spans_(spans) {}

  void take(const Mark& mark) {
    for (const std::string& name : mark.unsent) forget(mark, name);
    if (mark.edge == Mark::Edge::begin) {
      begin(mark);
    } else {
      end(mark);
    }
  }

  std::vector<NamedMeasurement> finish() {
    for (const auto& [name, window] : open_) complain(window.begin, name, "was never ended");
    return std::move(windows_);
  }

 private:
  struct Open {
    Instant begin;
    std::string doubt;
  };

  std::string complain(Instant time, const std::string& name, const std::string& what) {
    faults_.add({FaultKind::retry, time, "marks", "window '" + name + "' " + what});
    return "it " + what;
  }

  /// The sender lost marks of this window: an open one may be another than the next end's.
  void forget(const Mark& mark, const std::string& name) {
    if (name == kEveryWindow) {
      faults_.add({FaultKind::retry, mark.time, "marks", "marks of many windows were lost"});
      open_.clear();
    } else {
      complain(mark.time, name, "lost a mark, because too many were sent at once");
      open_.erase(name);
    }
  }

  void begin(const Mark& mark) {
    Open window{mark.time, ""};
    if (open_.contains(mark.name))
      window.doubt = complain(mark.time, mark.name, "was started twice");
    open_.insert_or_assign(mark.name, window);
  }

  void end(const Mark& mark) {
    const auto begun = open_.find(mark.name);
    if (begun == open_.end()) {
      doubt_last(mark.name, complain(mark.time, mark.name, "was ended without being started"));
      return;
    }
    if (mark.time < begun->second.begin) {
      complain(mark.time, mark.name, "was ended before it was started");
    } else {
      windows_.push_back(
          {mark.name, begun->second.begin, {}, mark.attributes, begun->second.doubt});
      spans_.push_back({begun->second.begin, mark.time});
    }
    open_.erase(begun);
  }

  /// This end may be the one that the window before it should have had.
  void doubt_last(const std::string& name, const std::string& doubt) {
    auto latest_first = std::views::reverse(windows_);
    const auto last = std::ranges::find(latest_first, name, &NamedMeasurement::name);
    if (last != latest_first.end() && last->doubt.empty()) last->doubt = doubt;
  }

  FaultList& faults_;
  std::vector<Span>& spans_;
  std::map<std::string, Open> open_;
  std::vector<NamedMeasurement> windows_;
};

}  // namespace isojoule::detail
