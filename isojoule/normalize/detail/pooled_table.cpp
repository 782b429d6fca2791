#include "isojoule/normalize/detail/pooled_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"

namespace isojoule::detail {
namespace {

using Places = std::vector<std::size_t>;

/// Rows of which a third machine knows, and the references.
Places telling_rows(const Dataset& dataset, std::size_t from, std::size_t to, const Places& places,
                    std::span<const std::size_t> references) {
  Places rows;
  for (std::size_t row = 0; row < places.size(); ++row) {
    bool tells = std::ranges::binary_search(references, places[row]);
    for (std::size_t m = 0; m < dataset.machines().size(); ++m)
      tells = tells || (m != from && m != to && dataset.cell(places[row], m).has_value());
    if (tells) rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::size_t workload_place(const Dataset& dataset, const std::string& name) {
  const auto& workloads = dataset.workloads();
  // They stand in the order of their names.
  const auto found = std::ranges::lower_bound(workloads, name, {}, &DatasetWorkload::name);
  if (found != workloads.end() && found->name == name)
    return static_cast<std::size_t>(found - workloads.begin());
  std::vector<std::string> known;
  for (const DatasetWorkload& workload : workloads) known.push_back(workload.name);
  throw unknown_name("workload", name, known);
}

Places workload_places(const Dataset& dataset, std::span<const std::string> names,
                       std::span<const std::size_t> machines) {
  Places places;
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

PooledTable::PooledTable(const Dataset& dataset, std::size_t from, std::size_t to,
                         std::span<const std::size_t> references)
    : places_(dataset.known_on(Places{from})),
      pair_(make_pair(dataset, from, to, places_)),
      model_(dataset, from, to, pair_, places_,
             telling_rows(dataset, from, to, places_, references)) {
  for (std::size_t row = 0; row < places_.size(); ++row) {
    if (std::ranges::binary_search(references, places_[row])) references_.push_back(row);
  }
}

Outcome<std::shared_ptr<const PooledNormalizer>> PooledTable::fit() const {
  return model_.fit(pair_, references_);
}

std::vector<double> PooledTable::features(std::size_t place) const {
  const auto row =
      static_cast<std::size_t>(std::ranges::lower_bound(places_, place) - places_.begin());
  return model_.features(pair_, Places{row}).row(0);
}

}  // namespace isojoule::detail
