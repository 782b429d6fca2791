#include "isojoule/normalize/view.hpp"

#include <numeric>
#include <utility>

namespace isojoule {

View::View(const Dataset& dataset, std::size_t source, std::optional<std::size_t> target,
           std::vector<std::size_t> workloads) {
  Learnable all{std::vector<std::size_t>(workloads.size()),
                std::vector<bool>(workloads.size(), true)};
  std::iota(all.rows.begin(), all.rows.end(), std::size_t{0});
  learnable_ = std::make_shared<const Learnable>(std::move(all));
  MachineColumns columns = isojoule::columns_on(dataset, source, workloads);
  table_ = std::make_shared<const Table>(
      Table{&dataset, source, target, std::move(workloads), std::move(columns)});
}

View View::learning(std::vector<std::size_t> rows) const {
  Learnable some{std::move(rows), std::vector<bool>(size(), false)};
  for (const std::size_t row : some.rows) some.is_there[row] = true;
  View view = *this;
  view.learnable_ = std::make_shared<const Learnable>(std::move(some));
  return view;
}

MachineColumns View::columns_on(std::size_t machine, std::span<const std::size_t> rows) const {
  MachineColumns columns;
  columns.reserve(rows.size());
  for (const std::size_t row : rows)
    columns.add(table_->dataset->workloads()[table_->workloads[row]], cell(row, machine));
  return columns;
}

const std::optional<DatasetCell>& View::cell(std::size_t row, std::size_t machine) const {
  static const std::optional<DatasetCell> kHidden;
  const bool is_source = machine == table_->source;
  // Of a machine normalized to itself the energies are known as the source's.
  if (!is_source && (machine == table_->target || !learnable_->is_there[row])) return kHidden;
  return table_->dataset->cell(table_->workloads[row], machine);
}

}  // namespace isojoule
