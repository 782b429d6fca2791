#include "isojoule/table/observation_csv.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/detail/column_keys.hpp"
#include "isojoule/table/detail/table_rows.hpp"

namespace isojoule {
namespace {

using detail::ColumnKey;
using detail::Role;
using detail::TableRows;

/// A column and what it means.
struct Binding {
  std::size_t column = 0;
  const ColumnKey* key = nullptr;
};

constexpr std::array kRequired{Role::workload, Role::hardware, Role::energy};

/// The column of a role by the keys' own names; empty if there is none.
std::optional<Binding> column_by_name(const CsvHeader& header, const std::string& where,
                                      Role role) {
  std::optional<Binding> found;
  for (const ColumnKey& key : detail::column_keys()) {
    if (key.role != role) continue;
    const auto column = header.find(key.name);
    if (!column) continue;
    if (found)
      throw Error(ErrorCode::bad_input,
                  fmt::format("{}: has the columns {} and {}: choose one by a column map ({}={})",
                              where, found->key->name, key.name, key.name, key.name));
    found = Binding{*column, &key};
  }
  return found;
}

[[noreturn]] void throw_missing_column(const CsvHeader& header, const std::string& where,
                                       Role role) {
  const std::string keys = detail::keys_of(role);
  const std::string first = keys.substr(0, keys.find(','));
  const bool ambiguous = role == Role::energy && header.find(detail::kAmbiguousKey).has_value();
  throw Error(ErrorCode::bad_input,
              ambiguous ? fmt::format("{}: {}", where, detail::kWhyAmbiguous)
                        : fmt::format("{}: has no column {}; name it so, or say which one it is by "
                                      "a column map ({}=COLUMN)",
                                      where, keys, first));
}

/// In the order of the columns, so that the first fault of a row is its leftmost.
std::vector<Binding> bind_columns(const CsvHeader& header, const std::string& where,
                                  const ColumnMap& map) {
  detail::check_column_map(map);
  std::vector<Binding> bindings;
  for (const Role role : detail::kRoles) {
    if (const ColumnKey* const key = detail::mapped_key(map, role)) {
      bindings.push_back({header.require(map.at(std::string(key->name))), key});
    } else if (const auto binding = column_by_name(header, where, role)) {
      bindings.push_back(*binding);
    } else if (std::ranges::find(kRequired, role) != kRequired.end()) {
      throw_missing_column(header, where, role);
    }
  }
  std::ranges::stable_sort(bindings, {}, &Binding::column);
  return bindings;
}

/// False if the row is faulty, which is told.
bool read_row(TableRows& rows, const std::vector<Binding>& bindings, Observation& row) {
  std::string why_not;
  for (const Binding& binding : bindings) {
    if (detail::put_cell(*binding.key, rows.cell(binding.column), row, why_not)) continue;
    rows.fault(binding.column, std::move(why_not));
    return false;
  }
  return true;
}

}  // namespace

TableSummary read_observations_csv(std::istream& in, const std::string& where, const ColumnMap& map,
                                   const ObservationSinks& sinks) {
  TableRows rows(in, where, sinks);
  const std::vector<Binding> bindings = bind_columns(rows.header(), where, map);
  while (rows.next()) {
    Observation row;
    row.line = rows.line();
    if (read_row(rows, bindings, row)) rows.take(std::move(row));
  }
  std::vector<std::size_t> used;
  for (const Binding& binding : bindings) used.push_back(binding.column);
  return rows.summary(used);
}

}  // namespace isojoule
