// What the figures of an evaluation share.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/evaluate/evaluation_study.hpp"
#include "isojoule/page/figure.hpp"

namespace isojoule::detail {

/// A page is to stay small: points of figures are kept to five digits, which nobody can see, and of
/// more rows than these only some workloads, or splits, are shown. Scores are of all.
inline constexpr std::size_t kMostRows = 12'000;
inline constexpr std::size_t kMostSplitRows = 6'000;

/// A coordinate to that many digits.
std::optional<double> point(std::optional<double> value);

/// "workloads", "whole families".
const char* grouping_text(Grouping grouping);
Picker grouping_picker();

/// "min-max, 4", "all of the training part".
std::string references_text(const EvaluationRow& row);

std::size_t predictions_in(const std::vector<StudyExperiment>& experiments);

}  // namespace isojoule::detail
