#include "isojoule/page/document.hpp"

#include <utility>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

/// The first block of type T with that id, or an error that lists the ids.
template <class T>
const T& find_block(const Document& document, const std::string& what, const std::string& id) {
  std::vector<std::string> known;
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks) {
      const T* found = std::get_if<T>(&block);
      if (found == nullptr) continue;
      if (found->id == id) return *found;
      known.push_back(found->id);
    }
  }
  throw unknown_name(what, id, known);
}

}  // namespace

Block table_or_notes(const std::string& id, Table table) {
  if (!table.rows.empty() || table.notes.empty()) return NamedTable{id, std::move(table)};
  std::string text;
  for (const std::string& note : table.notes) text += (text.empty() ? "" : " ") + note;
  return text;
}

const Table& find_table(const Document& document, const std::string& id) {
  return find_block<NamedTable>(document, "table", id).table;
}

const Figure& find_figure(const Document& document, const std::string& id) {
  return find_block<Figure>(document, "figure", id);
}

}  // namespace isojoule
