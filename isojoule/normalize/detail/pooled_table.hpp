// Questions to the pooled rule about the workloads of a table.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isojoule/normalize/pooled.hpp"

namespace isojoule::detail {

/// The place of a workload. Throws Error(unknown_name) with near names.
std::size_t workload_place(const Dataset& dataset, const std::string& name);

/// Places of named workloads, ascending, each once. Throws Error(unknown_name) with near names,
/// Error(bad_input) for one whose energy on one of the machines is not known.
std::vector<std::size_t> workload_places(const Dataset& dataset, std::span<const std::string> names,
                                         std::span<const std::size_t> machines);

/// One pair of machines as the rule sees it: it learns from all other machines what they tell of
/// workloads that are known on `from`, those asked about included. A workload that is known on
/// `from` alone, or beside it on `to` without being a reference, tells nothing and changes nothing.
class PooledTable {
 public:
  /// `references` are places of workloads, ascending, known on both machines.
  PooledTable(const Dataset& dataset, std::size_t from, std::size_t to,
              std::span<const std::size_t> references);

  Outcome<std::shared_ptr<const PooledNormalizer>> fit() const;
  /// The features of a workload that is known on `from`, by its place.
  std::vector<double> features(std::size_t place) const;

 private:
  std::vector<std::size_t> places_;
  MachinePair pair_;
  PooledModel model_;
  std::vector<std::size_t> references_;  // rows of the pair
};

}  // namespace isojoule::detail
