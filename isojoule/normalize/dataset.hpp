// Workloads x machines: the table that normalizers are fitted and judged on.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/quantity.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule {

/// What is known of a workload apart from any machine.
struct DatasetWorkload {
  std::string name;
  std::string family;  ///< empty: not known
  std::optional<Work> flops;
  std::optional<double> parameters;
};

/// One workload on one machine. Repeats are kept as their number and spread; the values are
/// medians.
struct DatasetCell {
  Energy energy;
  std::optional<Duration> duration;
  std::size_t repeats = 1;
  double spread = 0.0;  ///< standard deviation of the repeats' energies / their mean; 0 for one
};

/// Workloads and machines in ascending order of their names, so that the order of the rows it was
/// made from does not matter. A cell that nobody measured is empty.
class Dataset {
 public:
  /// Rows without an energy give no cell. Throws Error(bad_input), naming the line, for a row
  /// that disagrees with an earlier one about a workload's family, FLOPs or parameters, and for two
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

/// Workloads on two machines, column by column, in the order in which they were asked for. Not
/// known is NaN, which never leaves this struct as a number: see select_features.
struct MachinePair {
  std::string source;
  std::string target;
  std::vector<std::string> names;
  std::vector<std::string> families;
  std::vector<double> source_j;
  std::vector<double> target_j;
  std::vector<double> duration_s;  ///< on the source
  std::vector<double> flops;
  std::vector<double> parameters;
  // Of ln energy, as far as repeats tell it: squared spread x pi / (2 repeats), the variance of the
  // median of normal values; 0 for one run, of which nothing is known.
  std::vector<double> source_variance;
  std::vector<double> target_variance;  ///< 0 where the energy is not known

  std::size_t size() const { return names.size(); }
};

/// What repeats tell of the variance of the logarithm of a cell's energy.
double log_variance(const DatasetCell& cell);

/// `workloads` are places in the dataset, each known on the source; target_j is NaN where it is not
/// known.
MachinePair make_pair(const Dataset& dataset, std::size_t source, std::size_t target,
                      std::span<const std::size_t> workloads);

}  // namespace isojoule
