// The faults of a run, each kind once.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/fault.hpp"

namespace isojoule::detail {

/// Keeps one fault of each source and message, and counts the others.
class FaultList {
 public:
  void add(const Fault& fault) {
    const auto same = std::ranges::find_if(entries_, [&fault](const Entry& entry) {
      return entry.fault.source == fault.source && entry.fault.message == fault.message;
    });
    if (same != entries_.end()) {
      ++same->count;
    } else if (entries_.size() < kMaxKinds) {
      entries_.push_back({fault, 1});
    }
  }

  std::vector<Fault> list() const {
    std::vector<Fault> faults;
    for (const auto& [fault, count] : entries_) {
      faults.push_back(fault);
      if (count > 1) faults.back().message += fmt::format(" ({} times)", count);
    }
    return faults;
  }

 private:
  // A backend that words each fault differently must not fill the memory.
  static constexpr std::size_t kMaxKinds = 100;
  struct Entry {
    Fault fault;
    std::size_t count;
  };
  std::vector<Entry> entries_;
};

}  // namespace isojoule::detail
