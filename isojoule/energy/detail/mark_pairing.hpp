// From marks to windows.
#pragma once

#include <algorithm>
#include <map>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/core/mark.hpp"
#include "isojoule/energy/detail/fault_list.hpp"
#include "isojoule/energy/span_sweep.hpp"

namespace isojoule::detail {

/// A window that was started and ended.
struct MarkedWindow {
  std::string name;
  std::vector<Span> pieces;  ///< between its pauses; one at least
  std::map<std::string, std::string> attributes;
  std::string doubt;
};

/// Pairs begin and end marks of a name; the last begin before an end counts. Pauses between them
/// divide the window, and nest. What does not pair is a fault, and a doubt about the window that it
/// may have spoiled.
class MarkPairing {
 public:
  explicit MarkPairing(FaultList& faults) : faults_(faults) {}

  void take(const Mark& mark) {
    for (const std::string& name : mark.unsent) forget(mark, name);
    switch (mark.edge) {
      case Mark::Edge::begin:
        return begin(mark);
      case Mark::Edge::pause:
        return pause(mark);
      case Mark::Edge::resume:
        return resume(mark);
      case Mark::Edge::end:
        return end(mark);
    }
  }

  /// In the order of their end.
  std::vector<MarkedWindow> finish() {
    for (const auto& [name, window] : open_) complain(window.begin, name, "was never ended");
    return std::move(windows_);
  }

 private:
  struct Open {
    Instant begin;
    Instant edge;  ///< the last one: where this piece began or, if it is paused, the last ended
    std::string doubt;
    int pauses = 0;  ///< that wait for their resume
    std::vector<Span> pieces = {};
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
    Open window{mark.time, mark.time, ""};
    if (open_.contains(mark.name))
      window.doubt = complain(mark.time, mark.name, "was started twice");
    open_.insert_or_assign(mark.name, window);
  }

  void pause(const Mark& mark) {
    const auto begun = open_.find(mark.name);
    if (begun == open_.end()) {
      complain(mark.time, mark.name, "was paused without being started");
      return;
    }
    Open& window = begun->second;
    if (window.pauses++ > 0) return;
    window.pieces.push_back({window.edge, in_order(window, mark)});
    window.edge = window.pieces.back().end;
  }

  void resume(const Mark& mark) {
    const auto begun = open_.find(mark.name);
    if (begun == open_.end()) {
      complain(mark.time, mark.name, "was resumed without being started");
      return;
    }
    Open& window = begun->second;
    if (window.pauses == 0) {
      window.doubt = complain(mark.time, mark.name, "was resumed without being paused");
    } else if (--window.pauses == 0) {
      window.edge = in_order(window, mark);
    }
  }

  void end(const Mark& mark) {
    const auto begun = open_.find(mark.name);
    if (begun == open_.end()) {
      doubt_last(mark.name, complain(mark.time, mark.name, "was ended without being started"));
      return;
    }
    Open& window = begun->second;
    if (mark.time < window.begin) {
      complain(mark.time, mark.name, "was ended before it was started");
    } else {
      if (window.pauses == 0) window.pieces.push_back({window.edge, in_order(window, mark)});
      windows_.push_back({mark.name, std::move(window.pieces), mark.attributes, window.doubt});
    }
    open_.erase(begun);
  }

  /// The mark's time, which cannot be before the edge that it follows.
  Instant in_order(Open& window, const Mark& mark) {
    if (mark.time >= window.edge) return mark.time;
    window.doubt = complain(mark.time, mark.name, "has a mark from before the one that it follows");
    return window.edge;
  }

  /// This end may be the one that the window before it should have had.
  void doubt_last(const std::string& name, const std::string& doubt) {
    auto latest_first = std::views::reverse(windows_);
    const auto last = std::ranges::find(latest_first, name, &MarkedWindow::name);
    if (last != latest_first.end() && last->doubt.empty()) last->doubt = doubt;
  }

  FaultList& faults_;
  std::map<std::string, Open> open_;
  std::vector<MarkedWindow> windows_;
};

}  // namespace isojoule::detail
