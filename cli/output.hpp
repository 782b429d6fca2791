// What the subcommands write, and where.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/files.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule::cli {

/// A table to standard output, as plain text; several with an empty line between them.
void print(const Table& table);
void print(const std::vector<Table>& tables);

/// JSON to standard output, indented.
void print(const Json& json);

/// A JSON array to standard output, as print() would print it whole, item by item.
class PrintedArray {
 public:
  void add(const Json& item);
  void end();

 private:
  bool begun_ = false;
};

/// JSON to a file, as write_data. Throws Error(io).
void write_json(Files& files, const Json& json, const std::string& file);

}  // namespace isojoule::cli
