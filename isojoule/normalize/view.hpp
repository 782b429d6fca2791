// What a normalizer may see of a table: the one place where cells are hidden.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "isojoule/normalize/features.hpp"

namespace isojoule {

/// A table as seen from one machine, the source. Its rows are workloads that are known there.
/// Nothing of the target is in it: what the references used there is given to Learner::fit. Of the
/// other machines it shows the rows that may be learnt from. Cheap to copy; refers to the dataset,
/// which must outlive it and all that is learnt from it. Immutable; may be used by several threads.
///
///     const View view(dataset, from, to, dataset.known_on(std::array{from}));
///     const auto learner = learn(parse_normalizer("pooled"), {Feature::energy}, view);
class View {
 public:
  /// `workloads` are places in the dataset, ascending, each known on `source`. An empty `target` is
  /// a machine that is not in the table. All rows may be learnt from.
  View(const Dataset& dataset, std::size_t source, std::optional<std::size_t> target,
       std::vector<std::size_t> workloads);

  /// The same rows, of which only these, ascending, may be learnt from.
  View learning(std::vector<std::size_t> rows) const;

  std::size_t size() const { return table_->workloads.size(); }
  /// All rows on the source.
  const MachineColumns& columns() const { return table_->columns; }
  /// Rows that may be learnt from, ascending.
  std::span<const std::size_t> learnable() const { return learnable_->rows; }

  /// Machines are numbered as in the dataset.
  std::size_t machines() const { return table_->dataset->machines().size(); }
  std::size_t source() const { return table_->source; }
  /// The name of a machine of the table.
  const std::string& machine_name(std::size_t machine) const {
    return table_->dataset->machines()[machine];
  }
  /// Some rows on a machine, as far as they are known and not hidden.
  MachineColumns columns_on(std::size_t machine, std::span<const std::size_t> rows) const;
  /// Empty where it is not known and where it is hidden.
  const std::optional<DatasetCell>& cell(std::size_t row, std::size_t machine) const;

 private:
  struct Table {
    const Dataset* dataset;
    std::size_t source;
    std::optional<std::size_t> target;
    std::vector<std::size_t> workloads;
    MachineColumns columns;
  };
  struct Learnable {
    std::vector<std::size_t> rows;
    std::vector<bool> is_there;  // of each row of the table
  };
  std::shared_ptr<const Table> table_;
  std::shared_ptr<const Learnable> learnable_;
};

}  // namespace isojoule
