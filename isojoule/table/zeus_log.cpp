#include "isojoule/table/zeus_log.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"
#include "isojoule/table/detail/column_keys.hpp"
#include "isojoule/table/detail/reader_list.hpp"
#include "isojoule/table/detail/table_rows.hpp"

namespace isojoule {
namespace {

using detail::TableRows;

/// Columns of a text or number of an observation, and the key whose meaning they have.
struct Plain {
  const char* column;
  const char* key;
};
constexpr std::array kPlain{Plain{"window_name", "workload"}, Plain{"start_time", "run"},
                            Plain{"elapsed_time", "duration_s"}};

/// "gpu0_energy", "gpu12_energy"
bool is_gpu_energy(std::string_view name) {
  constexpr std::string_view kBefore = "gpu";
  constexpr std::string_view kBehind = "_energy";
  if (!name.starts_with(kBefore) || !name.ends_with(kBehind)) return false;
  name.remove_prefix(kBefore.size());
  if (name.size() <= kBehind.size()) return false;
  name.remove_suffix(kBehind.size());
  return std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::size_t> gpu_columns(const CsvHeader& header, const std::string& where) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < header.size(); ++i)
    if (is_gpu_energy(header.names()[i])) columns.push_back(i);
  if (columns.empty())
    throw Error(ErrorCode::bad_input, where + ": has no column gpu0_energy, gpu1_energy, ...");
  return columns;
}

/// The sum over the GPUs; false if a value is faulty, which is told.
bool read_energy(TableRows& rows, const std::vector<std::size_t>& gpus, Observation& row) {
  Energy sum;
  bool is_whole = true;
  for (const std::size_t column : gpus) {
    const bool is_empty = rows.cell(column).empty();
    const Outcome<double> joules = is_empty ? 0.0 : unsigned_cell_number(rows.cell(column));
    if (!joules) {
      rows.fault(column, joules.refused);
      return false;
    }
    sum += *joules * joule;
    if (!std::isfinite(sum.in(joule))) {
      rows.fault(column, "makes the sum over the GPUs more than a double holds");
      return false;
    }
    if (*joules > 0) continue;
    is_whole = false;
    rows.note(column, is_empty ? "is empty: the window's energy is missing"
                               : "is 0 J, the window is shorter than the counter's refresh: its "
                                 "energy is missing");
  }
  if (is_whole) row.energy = sum;
  return true;
}

constexpr std::array<std::string_view, 1> kEndings{".csv"};
constexpr std::array kOptions{ReaderOption{"machine-name", "Name of the machine", ""}};

FormatMatch recognise(std::string_view beginning) {
  const std::vector<std::string> names = detail::header_of(beginning);
  return detail::has_all(names, {"window_name"}) && std::ranges::any_of(names, is_gpu_energy)
             ? FormatMatch::certain
             : FormatMatch::none;
}

TableSummary read(std::istream& in, const std::string& where, const ReaderValues& values,
                  const ObservationSinks& sinks) {
  const std::string& machine = values.at("machine-name").front();
  if (machine.empty())
    throw Error(ErrorCode::usage,
                where + ": a Zeus log does not name its machine; name it by --machine-name NAME");
  return read_zeus_log(in, where, machine, sinks);
}

}  // namespace

constinit const TableReader detail::zeus_reader{{"zeus", kEndings, kOptions, recognise}, read};

TableSummary read_zeus_log(std::istream& in, const std::string& where, const std::string& hardware,
                           const ObservationSinks& sinks) {
  if (const auto name = cell_name(hardware); !name)
    throw Error(ErrorCode::usage, "the machine's name " + name.refused);
  TableRows rows(in, where, sinks);
  const std::vector<std::size_t> gpus = gpu_columns(rows.header(), where);
  std::vector<std::size_t> used = gpus;
  for (const Plain& plain : kPlain) used.push_back(rows.header().require(plain.column));

  const auto read_plain = [&](Observation& row) {
    for (std::size_t i = 0; i < kPlain.size(); ++i) {
      const std::size_t column = used[gpus.size() + i];
      const detail::ColumnKey& key = *detail::find_column_key(kPlain[i].key);
      std::string objection = detail::put_cell(key, rows.cell(column), row);
      if (objection.empty()) continue;
      rows.fault(column, std::move(objection));
      return false;
    }
    return true;
  };
  while (rows.next()) {
    Observation row;
    row.hardware = hardware;
    row.line = rows.line();
    if (read_plain(row) && read_energy(rows, gpus, row)) rows.take(std::move(row));
  }
  return rows.summary(used);
}

}  // namespace isojoule
