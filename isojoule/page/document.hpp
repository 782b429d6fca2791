// What to say: a report as one value, which every renderer is given.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "isojoule/page/figure.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// A table that can be asked for by its id.
struct NamedTable {
  std::string id;  ///< of ASCII letters, digits and '-'; unique in a document
  Table table;
};

/// A paragraph, a command or other verbatim text, a table, a figure.
struct Verbatim {
  std::string text;
};
using Block = std::variant<std::string, Verbatim, NamedTable, Figure>;

/// A table, or, where it has no rows, what its notes say.
Block table_or_notes(const std::string& id, Table table);

struct Section {
  std::string id;  ///< of ASCII letters, digits and '-'; unique in a document
  std::string heading;
  std::vector<Block> blocks;
};

struct Document {
  std::string title;
  std::string summary;  ///< one paragraph
  std::vector<Section> sections;
  std::string made_by;      ///< program and version
  int refresh_seconds = 0;  ///< of a page that is rewritten while it is read; 0: it is not
};

/// How a report came to be.
struct ReportOrigin {
  std::string data;     ///< the table's name
  std::string command;  ///< that makes the report again
  std::string program;  ///< "isojoule 0.1.0"
};

/// Throw Error(unknown_name) with near names.
const Table& find_table(const Document& document, const std::string& id);
const Figure& find_figure(const Document& document, const std::string& id);

}  // namespace isojoule
