#include "isojoule/table/codecarbon.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"
#include "isojoule/table/detail/reader_list.hpp"
#include "isojoule/table/detail/table_rows.hpp"

namespace isojoule {
namespace {

using detail::TableRows;
using Column = std::optional<std::size_t>;

struct EnergyColumn {
  const char* word;
  const char* column;
};

/// In the order of CodeCarbonEnergy.
constexpr std::array kEnergies{EnergyColumn{"gpu", "gpu_energy"}, EnergyColumn{"cpu", "cpu_energy"},
                               EnergyColumn{"ram", "ram_energy"},
                               EnergyColumn{"all", "energy_consumed"}};

constexpr std::size_t index_of(CodeCarbonEnergy energy) { return static_cast<std::size_t>(energy); }

/// By how much components and their sum may differ: CodeCarbon adds doubles over a whole run and
/// prints 17 digits, so that a millionth is far beyond rounding.
constexpr double kSumTolerance = 1e-6;

struct Columns {
  std::size_t workload = 0;
  std::vector<std::size_t> hardware;  ///< the first that is not empty counts
  std::size_t energy = 0;
  Column duration, run, pue, gpu_model, gpu_count;
  std::array<Column, kEnergies.size()> energies;  ///< in the order of CodeCarbonEnergy

  std::vector<std::size_t> used() const {
    std::vector<std::size_t> all = hardware;
    all.insert(all.end(), {workload, energy});
    for (const Column& column : {duration, run, pue, gpu_model, gpu_count})
      if (column) all.push_back(*column);
    for (const Column& column : energies)
      if (column) all.push_back(*column);
    return all;
  }
};

/// The columns of these names that are there. Throws Error(bad_input) if none is.
std::vector<std::size_t> any_of(const CsvHeader& header, const std::string& where,
                                const std::array<const char*, 2>& names, const char* option) {
  std::vector<std::size_t> found;
  for (const char* const name : names)
    if (const Column column = header.find(name)) found.push_back(*column);
  if (found.empty())
    throw Error(ErrorCode::bad_input,
                fmt::format("{}: has neither column {} nor {}; name another one by --{}", where,
                            names[0], names[1], option));
  return found;
}

Columns find_columns(const CsvHeader& header, const std::string& where,
                     const CodeCarbonChoice& choice) {
  Columns columns;
  columns.workload =
      choice.workload.empty()
          ? any_of(header, where, {"project_name", "experiment_id"}, "workload-column")[0]
          : header.require(choice.workload);
  columns.hardware = choice.hardware.empty()
                         ? any_of(header, where, {"gpu_model", "cpu_model"}, "machine-column")
                         : std::vector{header.require(choice.hardware)};
  columns.energy = header.require(kEnergies[index_of(choice.energy)].column);
  columns.duration = header.find("duration");
  columns.run = header.find("run_id");
  columns.pue = header.find("pue");
  columns.gpu_model = header.find("gpu_model");
  columns.gpu_count = header.find("gpu_count");
  for (std::size_t i = 0; i < kEnergies.size(); ++i)
    columns.energies[i] = header.find(kEnergies[i].column);
  return columns;
}

/// One emissions.csv, row by row.
class Emissions {
 public:
  Emissions(TableRows& rows, Columns columns, CodeCarbonEnergy energy)
      : rows_(rows), columns_(std::move(columns)), energy_(energy) {}

  /// Empty if the row is faulty, which is told.
  std::optional<Observation> read_row() {
    Observation row;
    row.line = rows_.line();
    double pue = 1;
    if (!read_names(row) || !read_energies() || !read_pue(pue) || !put_energy(row, pue) ||
        !read_duration(row))
      return std::nullopt;
    check_sum();
    check_run(row);
    return row;
  }

 private:
  /// A number that may be 0; empty if the cell is. False if it is faulty, which is told.
  bool read_number(std::size_t column, std::optional<double>& value) {
    const std::string_view cell = rows_.cell(column);
    if (cell.empty()) return true;
    const Outcome<double> number = unsigned_cell_number(cell);
    value = number.value;
    if (!number) rows_.fault(column, number.refused);
    return value.has_value();
  }

  bool read_name(std::size_t column, std::string& name) {
    const Outcome<std::string_view> found = cell_name(rows_.cell(column));
    if (found) {
      name = *found;
    } else {
      rows_.fault(column, found.refused);
    }
    return found.value.has_value();
  }

  bool read_names(Observation& row) {
    std::size_t hardware = columns_.hardware[0];
    for (const std::size_t column : columns_.hardware) {
      hardware = column;
      if (!rows_.cell(column).empty()) break;
    }
    if (columns_.run) row.run = rows_.cell(*columns_.run);
    return read_name(columns_.workload, row.workload) && read_name(hardware, row.hardware);
  }

  bool read_pue(double& pue) {
    if (!columns_.pue) return true;
    std::optional<double> value;
    if (!read_number(*columns_.pue, value)) return false;
    if (!value || *value == 1) return true;
    if (*value < 1) {
      rows_.fault(*columns_.pue, fmt::format("is {}: a PUE is 1 or more", *value));
      return false;
    }
    pue = *value;
    rows_.note(*columns_.pue, fmt::format("is {}, which was multiplied into the energies; it is "
                                          "divided out",
                                          pue));
    return true;
  }

  /// All energies of the row: text in one that was not asked for tells of shifted columns as well.
  bool read_energies() {
    kwh_.fill(std::nullopt);
    for (std::size_t i = 0; i < kwh_.size(); ++i)
      if (columns_.energies[i] && !read_number(*columns_.energies[i], kwh_[i])) return false;
    return true;
  }

  std::optional<double> kwh(CodeCarbonEnergy energy) const { return kwh_[index_of(energy)]; }

  bool put_energy(Observation& row, double pue) {
    const std::string why_missing = why_no_energy();
    if (!why_missing.empty()) {
      rows_.note(columns_.energy, why_missing);
      return true;
    }
    row.energy = *kwh(energy_) * kilowatt_hour / pue;
    if (std::isfinite(row.energy->in(joule)) && *row.energy > Energy{}) return true;
    rows_.fault(columns_.energy,
                fmt::format("is beyond what a double holds in joules: {}", *kwh(energy_)));
    return false;
  }

  /// Empty if the energy is believed.
  std::string why_no_energy() const {
    const bool gpu = names_gpu();
    if (!kwh(energy_)) return "is empty: the energy is missing";
    if (*kwh(energy_) == 0)
      return fmt::format(
          "is 0 kWh{}, which CodeCarbon writes also for what it cannot read: the "
          "energy is missing",
          gpu ? " on a row that names a GPU" : "");
    if (energy_ == CodeCarbonEnergy::all && gpu &&
        columns_.energies[index_of(CodeCarbonEnergy::gpu)] &&
        kwh(CodeCarbonEnergy::gpu).value_or(0) == 0)
      return "holds no energy of the GPU that the row names: the energy is missing";
    return {};
  }

  bool names_gpu() const {
    if (columns_.gpu_model && !rows_.cell(*columns_.gpu_model).empty()) return true;
    return columns_.gpu_count && positive_cell_number(rows_.cell(*columns_.gpu_count));
  }

  bool read_duration(Observation& row) {
    if (!columns_.duration) return true;
    std::optional<double> seconds;
    if (!read_number(*columns_.duration, seconds)) return false;
    if (seconds && *seconds > 0) {
      row.duration = *seconds * second;
    } else {
      rows_.note(*columns_.duration, "is empty or 0: the duration is missing");
    }
    return true;
  }

  /// Notes components that do not add up: columns that were shifted together look like numbers.
  void check_sum() const {
    for (const auto& value : kwh_)
      if (!value) return;
    const double all = *kwh(CodeCarbonEnergy::all);
    const double sum =
        *kwh(CodeCarbonEnergy::gpu) + *kwh(CodeCarbonEnergy::cpu) + *kwh(CodeCarbonEnergy::ram);
    if (std::abs(sum - all) <= kSumTolerance * all) return;
    rows_.note(*columns_.energies[index_of(CodeCarbonEnergy::all)],
               fmt::format("is {} kWh where gpu, cpu and ram add up to {} kWh", all, sum));
  }

  void check_run(const Observation& row) {
    if (row.run.empty()) return;
    const auto [first, is_new] = lines_.emplace(std::hash<std::string>{}(row.run), row.line);
    if (!is_new)
      rows_.note(*columns_.run,
                 fmt::format("is the run of line {} again: its rows are sums since its start, of "
                             "which only the last is the whole",
                             first->second));
  }

  TableRows& rows_;
  Columns columns_;
  CodeCarbonEnergy energy_;
  std::array<std::optional<double>, kEnergies.size()> kwh_;  ///< of the row
  /// Hash of a run to the line where it stood first; hashes, since files may be long.
  std::unordered_map<std::size_t, std::size_t> lines_;
};

constexpr std::array<std::string_view, 1> kEndings{".csv"};
constexpr std::array kOptions{
    ReaderOption{"components", "Whose energy: gpu, cpu, ram, or all", "gpu"},
    ReaderOption{"workload-column", "Column that names the workload", ""},
    ReaderOption{"machine-column", "Column that names the machine", ""},
};

/// Every version writes these two columns.
FormatMatch recognise(std::string_view beginning) {
  return detail::has_all(detail::header_of(beginning), {"emissions", "energy_consumed"})
             ? FormatMatch::certain
             : FormatMatch::none;
}

TableSummary read(std::istream& in, const std::string& where, const ReaderValues& values,
                  const ObservationSinks& sinks) {
  const CodeCarbonChoice choice{codecarbon_energy_from_string(values.at("components").front()),
                                values.at("workload-column").front(),
                                values.at("machine-column").front()};
  return read_codecarbon(in, where, choice, sinks);
}

}  // namespace

constinit const TableReader detail::codecarbon_reader{{"codecarbon", kEndings, kOptions, recognise},
                                                      read};

CodeCarbonEnergy codecarbon_energy_from_string(std::string_view text) {
  const auto found = std::ranges::find(kEnergies, text, &EnergyColumn::word);
  if (found != kEnergies.end()) return static_cast<CodeCarbonEnergy>(found - kEnergies.begin());
  std::vector<std::string> known;
  for (const EnergyColumn& energy : kEnergies) known.emplace_back(energy.word);
  throw unknown_name("component of CodeCarbon", text, known);
}

TableSummary read_codecarbon(std::istream& in, const std::string& where,
                             const CodeCarbonChoice& choice, const ObservationSinks& sinks) {
  TableRows rows(in, where, sinks,
                 ": another version of CodeCarbon wrote it, and its columns are shifted");
  const Columns columns = find_columns(rows.header(), where, choice);
  Emissions emissions(rows, columns, choice.energy);
  while (rows.next())
    if (auto row = emissions.read_row()) rows.take(std::move(*row));
  return rows.summary(columns.used());
}

}  // namespace isojoule
