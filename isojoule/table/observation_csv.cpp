#include "isojoule/table/observation_csv.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/detail/column_keys.hpp"
#include "isojoule/table/detail/reader_list.hpp"
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
                  fmt::format("{}: has the columns {} and {}: choose one by --map {}={}", where,
                              found->key->name, key.name, key.name, key.name));
    found = Binding{*column, &key};
  }
  return found;
}

[[noreturn]] void throw_missing_column(const CsvHeader& header, const std::string& where,
                                       Role role) {
  const std::string keys = detail::keys_of(role);
  const std::string first = keys.substr(0, keys.find(','));
  const bool ambiguous = role == Role::energy && header.find(detail::kAmbiguousKey).has_value();
  throw Error(
      ErrorCode::bad_input,
      ambiguous
          ? fmt::format("{}: {}", where, detail::kWhyAmbiguous)
          : fmt::format("{}: has no column {}; rename one, map one by --map {}=COLUMN, or name "
                        "another format by --from-format",
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
  for (const Binding& binding : bindings) {
    std::string objection = detail::put_cell(*binding.key, rows.cell(binding.column), row);
    if (objection.empty()) continue;
    rows.fault(binding.column, std::move(objection));
    return false;
  }
  return true;
}

constexpr std::array<std::string_view, 1> kEndings{".csv"};
constexpr std::array kOptions{kMapOption};

/// Whether the first two rows have the same number of fields, two at least. A header may be alone.
bool is_table(std::string_view beginning) {
  try {
    std::istringstream in{std::string(beginning)};
    CsvReader reader(in, {});
    if (!reader.next()) return false;
    const auto names = reader.fields();
    const auto is_text = [](std::string_view name) { return name.find('\0') == name.npos; };
    const std::size_t count = names.size();
    if (count < 2 || !std::ranges::all_of(names, is_text)) return false;
    return !reader.next() || reader.fields().size() == count;
  } catch (const Error&) {
    return false;
  }
}

/// Any table may be one, its columns having other names; with its own names it is.
FormatMatch recognise(std::string_view beginning) {
  if (detail::has_all(detail::header_of(beginning), {"workload", "hardware"}))
    return FormatMatch::certain;
  const bool is_utf16 = beginning.starts_with("\xFF\xFE") || beginning.starts_with("\xFE\xFF");
  // The reader says what to do about UTF-16.
  return is_utf16 || is_table(beginning) ? FormatMatch::possible : FormatMatch::none;
}

TableSummary read(std::istream& in, const std::string& where, const ReaderValues& values,
                  const ObservationSinks& sinks) {
  return read_observations_csv(in, where, parse_column_map(values.at("map")), sinks);
}

}  // namespace

constinit const TableReader detail::csv_reader{{"csv", kEndings, kOptions, recognise}, read};

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
