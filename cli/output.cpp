#include "output.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/page/table_data.hpp"
#include "isojoule/page/text.hpp"

namespace isojoule::cli {

void print(const Table& table) { std::cout << render_text(table) << std::flush; }

void print(const Json& json) { std::cout << json_text(json) << std::flush; }

void PrintedArray::add(const Json& item) {
  std::cout << (std::exchange(begun_, true) ? ",\n  " : "[\n  ");
  // Strings hold no line breaks of their own.
  for (const char c : with_valid_utf8(item).dump(2)) {
    std::cout << c;
    if (c == '\n') std::cout << "  ";
  }
}

void PrintedArray::end() { std::cout << (begun_ ? "\n]\n" : "[]\n") << std::flush; }

void write_file(const std::string& text, const std::string& file) {
  if (file == "-") {
    std::cout << text << std::flush;
    return;
  }
  // Devices and pipes cannot be replaced.
  const bool in_place = std::filesystem::exists(file) && !std::filesystem::is_regular_file(file);
  const std::string first = in_place ? file : file + ".part";
  std::ofstream stream(first, std::ios::binary);
  stream << text;
  if (!stream.flush()) throw Error(ErrorCode::io, "cannot write " + first);
  stream.close();
  std::error_code failure;
  if (!in_place) std::filesystem::rename(first, file, failure);
  if (failure) throw Error(ErrorCode::io, "cannot write " + file + ": " + failure.message());
}

void write_json(const Json& json, const std::string& file) { write_file(json_text(json), file); }

}  // namespace isojoule::cli
