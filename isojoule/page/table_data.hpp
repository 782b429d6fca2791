// Tables and figures as data for programs: CSV and JSON.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/page/document.hpp"

namespace isojoule {

/// Titles and rows by RFC 4180; the table's title and notes are left out.
std::string render_csv(const Table& table);
/// The data of a figure: names of columns, and the rows that hold what is chosen; of a picker of
/// which nothing is chosen, all. A missing number is empty.
std::string render_csv(const Figure& figure, const FigureOptions& options = {});
/// Every table of a document under a line "# title", with an empty line between.
std::string render_csv(const Document& document);

/// {"title", "columns", "rows", "notes"}; cells are texts, as they are shown.
Json table_to_json(const Table& table);
/// {"id", "title", "caption", "columns", "rows"}; numbers are numbers, what is missing is null.
Json figure_to_json(const Figure& figure, const std::vector<Picker>& chosen = {});
/// {"schema": "isojoule.report/1", "title", "summary", "made_by", "sections": [{"heading",
///  "blocks": [{"paragraph"} | {"verbatim"} | {"table"} | {"figure"}]}]}.
Json document_to_json(const Document& document);

/// The text of JSON, indented, with a line feed at the end; valid whatever bytes a label holds.
std::string json_text(const Json& json);

/// These objects as such texts; before the members of a table or a figure, {"schema":
/// "isojoule.table/1"} or {"schema": "isojoule.figure/1"}.
std::string render_json(const Table& table);
std::string render_json(const Figure& figure, const FigureOptions& options = {});
std::string render_json(const Document& document);

}  // namespace isojoule
