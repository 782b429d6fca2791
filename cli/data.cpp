#include "data.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>

#include "isojoule/core/error.hpp"
#include "isojoule/record/codecarbon.hpp"
#include "isojoule/record/observation_file.hpp"
#include "isojoule/record/zeus_log.hpp"

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
  } else {
    throw unknown_name("format", options.format,
                       std::vector<std::string>{"table", "codecarbon", "zeus"});
  }
}

}  // namespace

void add_data_options(CLI::App* command, DataOptions& options) {
  command->add_option("--format", options.format, "table (CSV or JSON), codecarbon, or zeus")
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

Dataset read_dataset(const DataOptions& options) {
  ObservationTable table;
  read_into(options, keep_strictly(table));
  for (const TableRemark& note : table.notes)
    std::fprintf(stderr, "isojoule: note: %s\n", note.text().c_str());
  return Dataset(table.rows);
}

}  // namespace isojoule::cli
