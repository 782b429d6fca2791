// What to say: a table as a value, before anyone decides how to draw it.
#pragma once

#include <string>
#include <vector>

namespace isojoule {

struct Column {
  std::string title;  ///< with its unit, where it holds a quantity
  enum class Align { left, right } align = Align::left;
};

struct Table {
  std::string title;  ///< may be empty
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  ///< each with columns.size() cells; else it is a bug
  std::vector<std::string> notes;              ///< sentences below the table
};

}  // namespace isojoule
