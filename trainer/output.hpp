// What isojoule-train prints.
#pragma once

#include <iosfwd>

#include "trainer/settings.hpp"
#include "trainer/train.hpp"

namespace isojoule::trainer {

/// A few plain lines, each flushed, while the training runs.
class TextOutput {
 public:
  TextOutput(const Settings& settings, std::ostream& out) : settings_(settings), out_(out) {}
  void start(const Start& start);
  void progress(const Progress& progress);
  void result(const Result& result);

 private:
  const Settings& settings_;
  std::ostream& out_;
};

/// One JSON object on one line (docs/workloads.md).
void print_json(const Settings& settings, const Result& result, std::ostream& out);

}  // namespace isojoule::trainer
