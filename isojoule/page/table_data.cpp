#include "isojoule/page/table_data.hpp"

#include <algorithm>

#include "isojoule/core/text.hpp"
#include "isojoule/page/csv.hpp"

namespace isojoule {
namespace {

std::string line_of(const std::vector<std::string>& cells) {
  std::vector<std::string> fields;
  for (const std::string& cell : cells) fields.push_back(csv_field(cell));
  return csv_line(fields);
}

std::vector<std::string> titles_of(const Table& table) {
  std::vector<std::string> titles;
  for (const Column& column : table.columns)
    titles.push_back(column.title.empty() ? "remark" : column.title);
  return titles;
}

/// With the text above where an empty first cell stands for it.
std::vector<std::vector<std::string>> whole_rows(const Table& table) {
  std::vector<std::vector<std::string>> rows = table.rows;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!rows[i].empty() && rows[i].front().empty()) rows[i].front() = rows[i - 1].front();
  }
  return rows;
}

/// Rows that hold what was chosen; of what was not, all.
std::vector<std::size_t> rows_of(const Figure& figure, const std::vector<Picker>& chosen) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < figure.data->rows(); ++row) {
    const bool holds = std::ranges::all_of(chosen, [&](const Picker& picker) {
      return figure.data->column(picker.column).texts()[row] == picker.initial;
    });
    if (holds) rows.push_back(row);
  }
  return rows;
}

Json cell_to_json(const DataColumn& column, std::size_t row) {
  return column.is_text() ? Json(column.texts()[row]) : or_null(column.numbers()[row]);
}

struct BlockAsJson {
  Json operator()(const std::string& paragraph) const { return Json{{"paragraph", paragraph}}; }
  Json operator()(const Verbatim& verbatim) const { return Json{{"verbatim", verbatim.text}}; }
  Json operator()(const NamedTable& named) const {
    Json table = table_to_json(named.table);
    table["id"] = named.id;
    return Json{{"table", std::move(table)}};
  }
  Json operator()(const Figure& figure) const { return Json{{"figure", figure_to_json(figure)}}; }
};

/// What stands alone states its form; within a document the document does.
Json with_schema(const std::string& name, const Json& object) {
  Json json{{"schema", schema_text(name, 1)}};
  json.update(object);
  return json;
}

}  // namespace

std::string render_csv(const Table& table) {
  std::string text = line_of(titles_of(table));
  for (const std::vector<std::string>& row : whole_rows(table)) text += line_of(row);
  return text;
}

std::string render_csv(const Figure& figure, const FigureOptions& options) {
  std::vector<std::string> fields;
  for (const DataColumn& column : figure.data->columns) fields.push_back(csv_field(column.name));
  std::string text = csv_line(fields);
  for (const std::size_t row : rows_of(figure, options.chosen)) {
    fields.clear();
    for (const DataColumn& column : figure.data->columns)
      fields.push_back(column.is_text() ? csv_field(column.texts()[row])
                                        : csv_field(column.numbers()[row]));
    text += csv_line(fields);
  }
  return text;
}

std::string render_csv(const Document& document) {
  std::string text;
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks) {
      const auto* named = std::get_if<NamedTable>(&block);
      if (named == nullptr) continue;
      if (!text.empty()) text += '\n';
      const std::string& title = named->table.title;
      text += csv_field("# " + (title.empty() ? section.heading : title)) + "\n";
      text += render_csv(named->table);
    }
  }
  return text;
}

Json table_to_json(const Table& table) {
  return Json{{"title", table.title},
              {"columns", titles_of(table)},
              {"rows", whole_rows(table)},
              {"notes", table.notes}};
}

Json figure_to_json(const Figure& figure, const std::vector<Picker>& chosen) {
  Json names = Json::array();
  for (const DataColumn& column : figure.data->columns) names.push_back(column.name);
  Json rows = Json::array();
  for (const std::size_t row : rows_of(figure, chosen)) {
    Json cells = Json::array();
    for (const DataColumn& column : figure.data->columns)
      cells.push_back(cell_to_json(column, row));
    rows.push_back(std::move(cells));
  }
  return Json{{"id", figure.id},
              {"title", figure.title},
              {"caption", figure.caption},
              {"columns", std::move(names)},
              {"rows", std::move(rows)}};
}

Json document_to_json(const Document& document) {
  Json sections = Json::array();
  for (const Section& section : document.sections) {
    Json blocks = Json::array();
    for (const Block& block : section.blocks) blocks.push_back(std::visit(BlockAsJson{}, block));
    sections.push_back(
        Json{{"id", section.id}, {"heading", section.heading}, {"blocks", std::move(blocks)}});
  }
  return Json{{"schema", schema_text("isojoule.report", 1)},
              {"title", document.title},
              {"summary", document.summary},
              {"made_by", document.made_by},
              {"sections", std::move(sections)}};
}

std::string json_text(const Json& json) { return with_valid_utf8(json).dump(2) + "\n"; }

std::string render_json(const Table& table) {
  return json_text(with_schema("isojoule.table", table_to_json(table)));
}

std::string render_json(const Figure& figure, const FigureOptions& options) {
  return json_text(with_schema("isojoule.figure", figure_to_json(figure, options.chosen)));
}

std::string render_json(const Document& document) { return json_text(document_to_json(document)); }

}  // namespace isojoule
