#include "isojoule/report/detail/evaluation_view.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "isojoule/stats/random.hpp"

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

bool is_plane_fit(const EvaluationRow& row) { return row.features == "energy+flops"; }

EvaluationView::EvaluationView(const Dataset& dataset, const EvaluationStudy& study,
                               std::pair<std::string, std::string> pair, std::string provenance)
    : dataset_(dataset), study_(study), pair_(std::move(pair)), provenance_(std::move(provenance)) {
  find_workloads();
  make_keys();
  for (const auto& [source, target] : study.options.pairs) held_pairs_ += holds(source) ? 1U : 0U;
}

void EvaluationView::find_workloads() {
  std::size_t next = 0;
  for (const std::string& name : study_.summary.workloads) {
    while (dataset_.workloads()[next].name != name) ++next;
    workloads_.push_back(next);
    has_families_ = has_families_ || !dataset_.workloads()[next].family.empty();
  }
}

/// A regression is a normalizer too, and looks like it in the figures of errors.
void EvaluationView::make_keys() {
  Keyring keyring;
  if (has_families_) {
    TextValues families;
    for (std::size_t w = 0; w < workloads_.size(); ++w) families.push_back(family(w));
    std::ranges::sort(families);
    family_key_ = keyring.entries("family", distinct(families));
  }
  TextValues regressions;
  for (const StudyExperiment& experiment : study_.regressions) {
    for (const EvaluationRow& row : experiment.rows) regressions.push_back(row.normalizer);
  }
  regression_key_ = keyring.entries("normalizer", distinct(regressions));
  TextValues normalizers;
  for (const Normalizer& spec : study_.options.normalizers) normalizers.push_back(to_string(spec));
  normalizer_key_ = keyring.entries("normalizer", normalizers);
}

Picker EvaluationView::pair_picker() const {
  return {"pair", "pair", pair_text(pair_.first, pair_.second)};
}

std::string EvaluationView::caption(const std::string& text) const {
  return provenance_.empty() ? text : text + " " + provenance_;
}

bool EvaluationView::holds(const std::string& source) const {
  constexpr std::size_t kMany = 60;
  return study_.options.pairs.size() <= kMany || source == pair_.first || source == pair_.second;
}

std::size_t EvaluationView::held(std::size_t rows) const {
  return rows * held_pairs_ / std::max<std::size_t>(1, study_.options.pairs.size());
}

ShownWorkloads EvaluationView::shown(const std::string& figures, std::size_t rows) const {
  ShownWorkloads shown{std::vector<bool>(workloads_.size(), rows <= kMostRows), {}};
  if (rows <= kMostRows) return shown;
  const std::size_t count = std::max<std::size_t>(1, workloads_.size() * kMostRows / rows);
  std::vector<std::pair<std::uint64_t, std::size_t>> by_chance;
  for (std::size_t w = 0; w < workloads_.size(); ++w)
    by_chance.emplace_back(derive_seed({study_.options.seed, w}), w);
  std::ranges::sort(by_chance);
  for (std::size_t i = 0; i < count; ++i) shown.is_shown[by_chance[i].second] = true;
  shown.remarks.push_back(fmt::format(
      "{} {} points of {} workloads, chosen at random, of {}.", figures,
      figures.find(" and ") == std::string::npos ? "shows" : "show", count, workloads_.size()));
  return shown;
}

const std::string& EvaluationView::name(std::size_t workload) const {
  return study_.summary.workloads[workload];
}

double EvaluationView::energy_j(std::size_t workload, const std::string& machine) const {
  return dataset_.cell(place(workload), dataset_.machine(machine))->energy.in(joule);
}

std::string EvaluationView::family(std::size_t workload) const {
  const std::string& family = dataset_.workloads()[place(workload)].family;
  return family.empty() ? "no family" : family;
}

bool EvaluationView::has_plane() const {
  return std::ranges::any_of(study_.metrics, [this](const StudyExperiment& experiment) {
    return std::ranges::any_of(experiment.predictions, [&](const StudyPrediction& prediction) {
      const EvaluationRow& row = experiment.rows[prediction.row];
      return is_plane_fit(row) && holds(row.source);
    });
  });
}

}  // namespace isojoule::detail
