#include "isojoule/normalize/dataset.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <map>
#include <numbers>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/quantile.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> sorted_names(std::span<const Observation> rows,
                                      std::string Observation::* name) {
  std::set<std::string> names;
  for (const Observation& row : rows) names.insert(row.*name);
  return {names.begin(), names.end()};
}

template <class T>
std::size_t place_of(const std::vector<T>& sorted, const std::string& name,
                     std::string T::* member) {
  return static_cast<std::size_t>(std::ranges::lower_bound(sorted, name, {}, member) -
                                  sorted.begin());
}

std::size_t place_of(const std::vector<std::string>& sorted, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::lower_bound(sorted, name) - sorted.begin());
}

[[noreturn]] void throw_disagreement(const std::string& workload, const std::string& what,
                                     std::size_t line) {
  throw Error(
      ErrorCode::bad_input,
      fmt::format("line {}: another row of workload '{}' has other {}", line, workload, what));
}

/// Sets what is not known yet; a known value that is another is a disagreement.
template <class T>
void agree(std::optional<T>& known, const std::optional<T>& given, const Observation& row,
           const char* what) {
  if (!given) return;
  if (known && *known != *given) throw_disagreement(row.workload, what, row.line);
  known = given;
}

struct Repeats {
  std::vector<double> energies_j;
  std::vector<double> durations_s;
};

DatasetCell summarize(const Repeats& repeats) {
  DatasetCell cell;
  cell.energy = *quantile(repeats.energies_j, 0.5) * joule;
  if (const auto duration = quantile(repeats.durations_s, 0.5)) cell.duration = *duration * second;
  cell.repeats = repeats.energies_j.size();
  if (const auto sd = standard_deviation(repeats.energies_j))
    cell.spread = *sd / *mean(repeats.energies_j);
  return cell;
}

}  // namespace

Dataset::Dataset(std::span<const Observation> rows)
    : machines_(sorted_names(rows, &Observation::hardware)) {
  add_workloads(rows);
  add_cells(rows);
}

void Dataset::add_workloads(std::span<const Observation> rows) {
  for (std::string& name : sorted_names(rows, &Observation::workload))
    workloads_.push_back({std::move(name), {}, std::nullopt, std::nullopt});
  for (const Observation& row : rows) {
    DatasetWorkload& workload =
        workloads_[place_of(workloads_, row.workload, &DatasetWorkload::name)];
    if (!row.family.empty()) {
      if (!workload.family.empty() && workload.family != row.family)
        throw_disagreement(row.workload, "family", row.line);
      workload.family = row.family;
    }
    agree(workload.flops, row.flops, row, "FLOPs");
    agree(workload.parameters, row.parameters, row, "parameters");
  }
}

void Dataset::add_cells(std::span<const Observation> rows) {
  std::vector<Repeats> repeats(workloads_.size() * machines_.size());
  std::map<std::tuple<std::size_t, std::string>, std::size_t> lines;  // of (cell, run)
  for (const Observation& row : rows) {
    const std::size_t cell =
        place_of(workloads_, row.workload, &DatasetWorkload::name) * machines_.size() +
        place_of(machines_, row.hardware);
    if (!row.run.empty()) {
      const auto [other, is_new] = lines.emplace(std::tuple(cell, row.run), row.line);
      if (!is_new)
        throw Error(ErrorCode::bad_input,
                    fmt::format("lines {} and {} are both run {} of workload '{}' on '{}'",
                                other->second, row.line, row.run, row.workload, row.hardware));
    }
    if (!row.energy) continue;
    repeats[cell].energies_j.push_back(row.energy->in(joule));
    if (row.duration) repeats[cell].durations_s.push_back(row.duration->in(second));
  }
  cells_.resize(repeats.size());
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    // In ascending order, so that the order of the rows does not change a digit of their mean.
    std::ranges::sort(repeats[i].energies_j);
    if (!repeats[i].energies_j.empty()) cells_[i] = summarize(repeats[i]);
  }
}

std::size_t Dataset::machine(const std::string& name) const {
  const std::size_t place = place_of(machines_, name);
  if (place == machines_.size() || machines_[place] != name)
    throw unknown_name("machine", name, machines_);
  return place;
}

bool Dataset::has_families() const {
  return std::ranges::none_of(
      workloads_, [](const DatasetWorkload& workload) { return workload.family.empty(); });
}

std::vector<std::size_t> Dataset::known_on(std::span<const std::size_t> machines) const {
  std::vector<std::size_t> known;
  for (std::size_t w = 0; w < workloads_.size(); ++w) {
    if (std::ranges::all_of(machines, [&](std::size_t m) { return cell(w, m).has_value(); }))
      known.push_back(w);
  }
  return known;
}

double log_variance(const DatasetCell& cell) {
  if (cell.repeats < 2) return 0.0;
  return cell.spread * cell.spread * std::numbers::pi / (2.0 * static_cast<double>(cell.repeats));
}

MachinePair make_pair(const Dataset& dataset, std::size_t source, std::size_t target,
                      std::span<const std::size_t> workloads) {
  MachinePair pair;
  pair.source = dataset.machines()[source];
  pair.target = dataset.machines()[target];
  for (const std::size_t w : workloads) {
    const auto& here = dataset.cell(w, source);
    const auto& there = dataset.cell(w, target);
    assert(here);
    const DatasetWorkload& workload = dataset.workloads()[w];
    pair.names.push_back(workload.name);
    pair.families.push_back(workload.family);
    pair.source_j.push_back(here->energy.in(joule));
    pair.target_j.push_back(there ? there->energy.in(joule) : kUnknown);
    pair.duration_s.push_back(here->duration ? here->duration->in(second) : kUnknown);
    pair.flops.push_back(workload.flops ? workload.flops->in(flop) : kUnknown);
    pair.parameters.push_back(workload.parameters.value_or(kUnknown));
    pair.source_variance.push_back(log_variance(*here));
    pair.target_variance.push_back(there ? log_variance(*there) : 0.0);
  }
  return pair;
}

}  // namespace isojoule
