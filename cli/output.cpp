#include "output.hpp"

#include <utility>

#include "isojoule/page/table_data.hpp"
#include "isojoule/page/text.hpp"

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

void WrittenArray::add(const Json& item) {
  file_.put(std::exchange(begun_, true) ? ",\n  " : "[\n  ");
  // Strings hold no line breaks of their own.
  for (const char& c : with_valid_utf8(item).dump(2)) {
    file_.put({&c, 1});
    if (c == '\n') file_.put("  ");
  }
}

void WrittenArray::end() {
  file_.put(begun_ ? "\n]\n" : "[]\n");
  file_.finish();
}

void write_json(Files& files, const Json& json, const std::string& file) {
  write_data(files, json_text(json), file);
}

}  // namespace isojoule::cli
