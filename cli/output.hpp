// What the subcommands write, and where.
#pragma once

#include <string>

#include "isojoule/core/json.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule::cli {

/// A table to standard output, as plain text.
void print(const Table& table);

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

/// Text, or the bytes of a picture, to a file; "-" is standard output. A file is replaced at once,
/// so that whoever reads it meanwhile sees the old one or the new one; devices and pipes are
/// written to. Throws Error(io).
void write_file(const std::string& text, const std::string& file);

/// JSON to a file, likewise.
void write_json(const Json& json, const std::string& file);

}  // namespace isojoule::cli
