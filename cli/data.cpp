#include "data.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "isojoule/app/observation_records.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/store/open_store.hpp"
#include "isojoule/table/codecarbon.hpp"
#include "isojoule/table/observation_file.hpp"
#include "isojoule/table/zeus_log.hpp"

namespace isojoule::cli {
namespace {

/// Calls `read` with the file, "-" being standard input.
template <class Read>
void with_stream(const std::string& file, Read read) {
  if (file == "-") {
    read(std::cin);
    return;
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Error(ErrorCode::io, "cannot read " + file);
  read(stream);
}

void read_into(const DataOptions& options, const ObservationSinks& sinks) {
  if (options.format == "table") {
    read_observation_file(options.file, parse_column_map(options.map), sinks);
  } else if (options.format == "codecarbon") {
    const CodeCarbonChoice choice{codecarbon_energy_from_string(options.energy),
                                  options.workload_column, options.hardware_column};
    with_stream(options.file,
                [&](std::istream& in) { read_codecarbon(in, options.file, choice, sinks); });
  } else if (options.format == "zeus") {
    if (options.hardware.empty())
      throw Error(ErrorCode::usage, "a Zeus log does not name its machine: give --hardware NAME");
    with_stream(options.file, [&](std::istream& in) {
      read_zeus_log(in, options.file, options.hardware, sinks);
    });
  } else if (options.format == "store") {
    observe_records(open_store_to_read(options.file)->records(), RecordChoice{}, sinks);
  } else if (options.format == "profiles") {
    observe_profiles(open_store_to_read(options.file)->profiles(), 1, sinks);
  } else {
    throw unknown_name(
        "format", options.format,
        std::vector<std::string>{"table", "codecarbon", "zeus", "store", "profiles"});
  }
}

/// A store holds records of every kind, and profiles on several bases: those that do not fit are
/// passed over, and named.
/// In a table a row that cannot be read is a mistake.
ObservationSinks sinks_for(const DataOptions& options, ObservationTable& table) {
  const bool is_store = options.format == "store" || options.format == "profiles";
  return is_store ? keep_readable(table) : keep_strictly(table);
}

}  // namespace

void add_data_options(CLI::App* command, DataOptions& options) {
  command
      ->add_option("--format", options.format,
                   "table (CSV, JSON), codecarbon, zeus, store, profiles (of a store)")
      ->capture_default_str();
  command->add_option("--map", options.map,
                      "Columns by another name: energy_kwh=Energy,workload=Run");
  command->add_option("--energy", options.energy, "CodeCarbon: gpu, cpu, ram, or all")
      ->capture_default_str();
  command->add_option("--workload-column", options.workload_column,
                      "CodeCarbon: names the workload");
  command->add_option("--hardware-column", options.hardware_column,
                      "CodeCarbon: names the machine");
  command->add_option("--hardware", options.hardware, "Zeus: name of the machine");
}

std::vector<Observation> read_observations(const DataOptions& options) {
  ObservationTable table;
  read_into(options, sinks_for(options, table));
  for (const std::vector<TableRemark>* remarks : {&table.notes, &table.faults}) {
    for (const TableRemark& remark : *remarks)
      std::fprintf(stderr, "isojoule: note: %s\n", remark.text().c_str());
  }
  return std::move(table.rows);
}

Dataset read_dataset(const DataOptions& options) { return Dataset(read_observations(options)); }

std::pair<std::string, std::string> parse_pair(const std::string& text, const Dataset& dataset) {
  const std::vector<std::string>& machines = dataset.machines();
  const auto is_known = [&machines](const std::string& name) {
    return std::ranges::find(machines, name) != machines.end();
  };
  // A name may hold colons itself, so every place is tried.
  for (std::size_t at = text.find(':'); at != std::string::npos; at = text.find(':', at + 1)) {
    std::pair pair{text.substr(0, at), text.substr(at + 1)};
    if (is_known(pair.first) && is_known(pair.second) && pair.first != pair.second) return pair;
  }
  if (const std::size_t at = text.find(':'); at != std::string::npos) {
    dataset.machine(text.substr(0, at));
    dataset.machine(text.substr(at + 1));
  }
  throw Error(ErrorCode::usage, "pair '" + text + "' must be SOURCE:TARGET, two machines");
}

}  // namespace isojoule::cli
