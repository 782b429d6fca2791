#include "output.hpp"

#include <utility>

#include "isojoule/page/table_data.hpp"
#include "isojoule/page/text.hpp"

#include "text_output.hpp"

namespace isojoule::cli {

void print(const Table& table) {
  print_text(render_text(table));
  flush_text();
}

void print(const std::vector<Table>& tables) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (i > 0) print_text("\n");
    print(tables[i]);
  }
}

void print(const Json& json) {
  print_data(json_text(json));
  flush_text();
}

void PrintedArray::add(const Json& item) {
  print_data(std::exchange(begun_, true) ? ",\n  " : "[\n  ");
  // Strings hold no line breaks of their own.
  for (const char& c : with_valid_utf8(item).dump(2)) {
    print_data({&c, 1});
    if (c == '\n') print_data("  ");
  }
}

void PrintedArray::end() {
  print_data(begun_ ? "\n]\n" : "[]\n");
  flush_text();
}

void write_json(Files& files, const Json& json, const std::string& file) {
  write_data(files, json_text(json), file);
}

}  // namespace isojoule::cli
