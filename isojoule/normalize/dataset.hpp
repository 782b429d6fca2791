// Workloads x machines: the table that normalizers are fitted and judged on.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/quantity.hpp"
#include "isojoule/table/features.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule {

/// What is known of a workload apart from any machine.
struct DatasetWorkload {
  std::string name;
  std::string family;  ///< empty: not known
#define ISOJOULE_MEMBER(member, name, words, type, ...) std::optional<type> member;
  ISOJOULE_FEATURES(ISOJOULE_MEMBER, ISOJOULE_NO_FEATURE)
#undef ISOJOULE_MEMBER
};

/// One workload on one machine. Repeats are kept as their number and spread; the values are
/// medians. A row that stands for several runs keeps its own number and spread where it is the only
/// one of its cell.
struct DatasetCell {
  Energy energy;
#define ISOJOULE_MEMBER(member, name, words, type, ...) std::optional<type> member;
  ISOJOULE_FEATURES(ISOJOULE_NO_FEATURE, ISOJOULE_MEMBER)
#undef ISOJOULE_MEMBER
  std::size_t repeats = 1;
  double spread = 0.0;  ///< standard deviation of the repeats' energies / their mean; 0 for one
};

/// Workloads and machines in ascending order of their names, so that the order of the rows it was
/// made from does not matter. A cell that nobody measured is empty.
class Dataset {
 public:
  /// Rows without an energy give no cell. Throws Error(bad_input), naming the line, for a row
  /// that disagrees with an earlier one about a workload's family or a feature of it, and for two
  /// rows of the same workload, machine and (named) run.
  explicit Dataset(std::span<const Observation> rows);

  const std::vector<DatasetWorkload>& workloads() const { return workloads_; }
  const std::vector<std::string>& machines() const { return machines_; }
  const std::optional<DatasetCell>& cell(std::size_t workload, std::size_t machine) const {
    return cells_[workload * machines_.size() + machine];
  }

  /// The place of a machine. Throws Error(unknown_name) with near names.
  std::size_t machine(const std::string& name) const;
  /// Whether the family of every workload is known.
  bool has_families() const;
  /// Places of the workloads that are known on all of these machines, ascending.
  std::vector<std::size_t> known_on(std::span<const std::size_t> machines) const;

 private:
  void add_workloads(std::span<const Observation> rows);
  void add_cells(std::span<const Observation> rows);

  std::vector<DatasetWorkload> workloads_;
  std::vector<std::string> machines_;
  std::vector<std::optional<DatasetCell>> cells_;
};

/// What repeats show of the variance of the logarithm of a cell's energy: squared spread x pi /
/// (2 repeats), the variance of the median of normal values; 0 for one run, of which nothing is
/// known.
double log_variance(const DatasetCell& cell);

/// The place of a workload. Throws Error(unknown_name) with near names.
std::size_t workload_place(const Dataset& dataset, const std::string& name);

/// Places of named workloads, ascending, each once. Throws Error(unknown_name) with near names,
/// Error(bad_input) for one whose energy on one of the machines is not known.
std::vector<std::size_t> workload_places(const Dataset& dataset, std::span<const std::string> names,
                                         std::span<const std::size_t> machines);

}  // namespace isojoule
