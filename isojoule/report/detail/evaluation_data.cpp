#include "isojoule/report/detail/evaluation_data.hpp"

#include <cstdlib>

#include <fmt/format.h>

namespace isojoule::detail {
namespace {

constexpr int kDigits = 5;

double rounded(double value) {
  return std::strtod(fmt::format("{:.{}e}", value, kDigits - 1).c_str(), nullptr);
}

}  // namespace

const char* grouping_text(Grouping grouping) {
  return grouping == Grouping::family ? "whole families" : "workloads";
}

std::optional<double> point(std::optional<double> value) {
  return value ? std::optional(rounded(*value)) : value;
}

std::string references_text(const EvaluationRow& row) {
  return row.count == "all" ? "all of the training part" : row.selection + ", " + row.count;
}

std::size_t predictions_in(const std::vector<StudyExperiment>& experiments) {
  std::size_t count = 0;
  for (const StudyExperiment& experiment : experiments) count += experiment.predictions.size();
  return count;
}

Picker grouping_picker() { return {"left_out", "left out", grouping_text(Grouping::workload)}; }

}  // namespace isojoule::detail
