// What the subcommands write, and where.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/files.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/page/table.hpp"

#include "text_output.hpp"

namespace isojoule::cli {

/// A table to standard output, as plain text; several with an empty line between them.
void print(const Table& table);
void print(const std::vector<Table>& tables);

/// A JSON array, written as write_json would write it whole, item by item.
class WrittenArray {
 public:
  /// As DataFile.
  WrittenArray(Files& files, const std::string& file) : file_(files, file) {}
  void add(const Json& item);
  void end();

 private:
  DataFile file_;
  bool begun_ = false;
};

/// JSON, indented, by write_data. Throws Error(io).
void write_json(Files& files, const Json& json, const std::string& file);

}  // namespace isojoule::cli
