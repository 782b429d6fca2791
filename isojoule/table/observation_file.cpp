#include "isojoule/table/observation_file.hpp"

#include <fstream>
#include <iostream>

#include "isojoule/core/error.hpp"
#include "isojoule/table/observation_csv.hpp"
#include "isojoule/table/observation_json.hpp"

namespace isojoule {
namespace {

TableSummary read_either(std::istream& in, const std::string& where, const ColumnMap& map,
                         const ObservationSinks& sinks) {
  const int first = in.peek();
  const bool is_json = first == '[' || first == '{';
  return is_json ? read_observations_json(in, where, map, sinks)
                 : read_observations_csv(in, where, map, sinks);
}

}  // namespace

TableSummary read_observation_file(const std::string& path, const ColumnMap& map,
                                   const ObservationSinks& sinks) {
  if (path == "-") return read_either(std::cin, "standard input", map, sinks);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::io, path + ": cannot be opened");
  return read_either(file, path, map, sinks);
}

}  // namespace isojoule
