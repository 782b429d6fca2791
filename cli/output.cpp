#include "output.hpp"

#include <fstream>
#include <iostream>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/page/text.hpp"

namespace isojoule::cli {
namespace {

/// Indented, and valid whatever bytes a vendor's label holds.
std::string text_of(const Json& json) { return with_valid_utf8(json).dump(2) + "\n"; }

}  // namespace

void print(const Table& table) { std::cout << render_text(table) << std::flush; }

void print(const Json& json) { std::cout << text_of(json) << std::flush; }

void PrintedArray::add(const Json& item) {
  std::cout << (std::exchange(begun_, true) ? ",\n  " : "[\n  ");
  // Strings hold no line breaks of their own.
  for (const char c : with_valid_utf8(item).dump(2)) {
    std::cout << c;
    if (c == '\n') std::cout << "  ";
  }
}

void PrintedArray::end() { std::cout << (begun_ ? "\n]\n" : "[]\n") << std::flush; }

void write_json(const Json& json, const std::string& file) {
  if (file == "-") {
    print(json);
    return;
  }
  std::ofstream stream(file);
  stream << text_of(json);
  if (!stream.flush()) throw Error(ErrorCode::io, "cannot write " + file);
}

}  // namespace isojoule::cli
