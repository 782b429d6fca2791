#include "isojoule/normalize/dataset.hpp"

#include <algorithm>
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

/// The rows of one cell that have an energy.
struct Repeats {
  std::vector<double> energies_j;
  std::vector<const Observation*> rows;
};

template <class T>
std::optional<T> median_of(const std::vector<const Observation*>& rows,
                           std::optional<T> Observation::* member) {
  std::vector<double> known;
  for (const Observation* const row : rows)
    if (const std::optional<T>& value = row->*member) known.push_back(*value / si_unit<T>);
  const std::optional<double> median = quantile(known, 0.5);
  if (!median) return std::nullopt;
  return *median * si_unit<T>;
}

DatasetCell summarize(const Repeats& repeats) {
  DatasetCell cell;
  cell.energy = *quantile(repeats.energies_j, 0.5) * joule;
#define ISOJOULE_MEDIAN(member, ...) cell.member = median_of(repeats.rows, &Observation::member);
  ISOJOULE_FEATURES(ISOJOULE_NO_FEATURE, ISOJOULE_MEDIAN)
#undef ISOJOULE_MEDIAN
  cell.repeats = repeats.energies_j.size();
  if (cell.repeats == 1) {
    cell.repeats = repeats.rows.front()->runs;
    cell.spread = repeats.rows.front()->spread;
  }
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
    workloads_.emplace_back().name = std::move(name);
  for (const Observation& row : rows) {
    DatasetWorkload& workload =
        workloads_[place_of(workloads_, row.workload, &DatasetWorkload::name)];
    if (!row.family.empty()) {
      if (!workload.family.empty() && workload.family != row.family)
        throw_disagreement(row.workload, "family", row.line);
      workload.family = row.family;
    }
#define ISOJOULE_AGREE(member, name, words, ...) agree(workload.member, row.member, row, words);
    ISOJOULE_FEATURES(ISOJOULE_AGREE, ISOJOULE_NO_FEATURE)
#undef ISOJOULE_AGREE
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
    repeats[cell].rows.push_back(&row);
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

std::size_t workload_place(const Dataset& dataset, const std::string& name) {
  const auto& workloads = dataset.workloads();
  const std::size_t place = place_of(workloads, name, &DatasetWorkload::name);
  if (place < workloads.size() && workloads[place].name == name) return place;
  std::vector<std::string> known;
  for (const DatasetWorkload& workload : workloads) known.push_back(workload.name);
  throw unknown_name("workload", name, known);
}

std::vector<std::size_t> workload_places(const Dataset& dataset, std::span<const std::string> names,
                                         std::span<const std::size_t> machines) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const std::size_t place = workload_place(dataset, name);
    for (const std::size_t machine : machines) {
      if (!dataset.cell(place, machine))
        throw Error(ErrorCode::bad_input, fmt::format("the energy of '{}' on '{}' is not known",
                                                      name, dataset.machines()[machine]));
    }
    places.push_back(place);
  }
  std::ranges::sort(places);
  const auto [rest, end] = std::ranges::unique(places);
  places.erase(rest, end);
  return places;
}

}  // namespace isojoule
