// Tables of energies as arguments of a command.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/normalize/dataset.hpp"

#include "context.hpp"

namespace isojoule::cli {

struct DataOptions {
  std::string file;
  std::string format = "table";
  std::vector<std::string> map;
  std::string energy = "gpu";
  std::string workload_column;
  std::string hardware_column;
  std::string hardware;
};

/// Adds --format, --map, and what the importers need. (The file itself is the command's to name.)
void add_data_options(CLI::App* command, DataOptions& options);

/// Reads the file; rows that cannot be read end it with an Error that names line and column, values
/// that are not believed are named on standard error.
std::vector<Observation> read_observations(const DataOptions& options);
Dataset read_dataset(const DataOptions& options);

/// "A:B", two different machines of the table; a machine's name may hold colons itself. Throws
/// Error(usage), and Error(unknown_name) with near names.
std::pair<std::string, std::string> parse_pair(const std::string& text, const Dataset& dataset);

}  // namespace isojoule::cli
