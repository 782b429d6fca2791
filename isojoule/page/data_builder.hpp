// Data of a figure, row by row.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "isojoule/page/figure.hpp"

namespace isojoule {

class DataBuilder {
 public:
  DataBuilder& text(std::string name, std::string title) {
    table_.columns.push_back({std::move(name), std::move(title), TextValues{}});
    return *this;
  }
  DataBuilder& number(std::string name, std::string title) {
    table_.columns.push_back({std::move(name), std::move(title), NumberValues{}});
    return *this;
  }

  using Cell = std::variant<std::string, std::optional<double>>;
  /// One cell for each column, of its type; else it throws std::bad_variant_access.
  void row(std::vector<Cell> cells) {
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      DataColumn& column = table_.columns[i];
      if (column.is_text()) {
        std::get<TextValues>(column.values)
            .push_back(std::move(std::get<std::string>(cells.at(i))));
      } else {
        std::get<NumberValues>(column.values)
            .push_back(std::get<std::optional<double>>(cells.at(i)));
      }
    }
  }

  std::size_t rows() const { return table_.rows(); }
  std::shared_ptr<const DataTable> take() {
    return std::make_shared<const DataTable>(std::move(table_));
  }

 private:
  DataTable table_;
};

}  // namespace isojoule
