#include "isojoule/page/html.hpp"

#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "isojoule/page/detail/harmless.hpp"
#include "isojoule/page/detail/page_assets.hpp"
#include "isojoule/page/vega_lite.hpp"

namespace isojoule {
namespace {

/// Texts as a list of the different ones, and a place in it for each row as pairs of a place and
/// how many rows have it in turn, since columns that are picked from have long runs.
Json text_column(const DataColumn& column) {
  std::unordered_map<std::string, std::size_t> places;
  Json words = Json::array();
  std::vector<std::size_t> runs;
  for (const std::string& text : column.texts()) {
    const auto [place, is_new] = places.emplace(text, places.size());
    if (is_new) words.push_back(detail::harmless(text));
    if (!runs.empty() && runs[runs.size() - 2] == place->second) {
      ++runs.back();
    } else {
      runs.insert(runs.end(), {place->second, 1});
    }
  }
  const bool has_runs = runs.size() < column.texts().size();
  std::vector<std::size_t> values;
  for (std::size_t i = 0; i < runs.size() && !has_runs; i += 2)
    values.insert(values.end(), runs[i + 1], runs[i]);
  return Json{{"name", column.name},
              {"title", detail::harmless(column.title)},
              {"words", std::move(words)},
              {has_runs ? "runs" : "values", has_runs ? runs : values}};
}

Json number_column(const DataColumn& column) {
  Json values = Json::array();
  constexpr double kExact = 1e15;
  for (const std::optional<double>& number : column.numbers()) {
    if (number && std::abs(*number) < kExact && *number == std::floor(*number)) {
      values.push_back(static_cast<std::int64_t>(*number));  // without ".0"
    } else {
      values.push_back(or_null(number));
    }
  }
  return Json{{"name", column.name},
              {"title", detail::harmless(column.title)},
              {"values", std::move(values)}};
}

Json table_json(const DataTable& table) {
  Json columns = Json::array();
  for (const DataColumn& column : table.columns)
    columns.push_back(column.is_text() ? text_column(column) : number_column(column));
  return columns;
}

/// Strings of a specification, made fit to be shown.
Json shown(const Json& json) {
  if (json.is_string()) return detail::harmless(json.get_ref<const std::string&>());
  if (!json.is_structured()) return json;
  Json result = json.is_array() ? Json::array() : Json::object();
  for (const auto& [key, value] : json.items()) {
    if (json.is_array()) {
      result.push_back(shown(value));
    } else {
      result[key] = shown(value);
    }
  }
  return result;
}

Json pickers_json(const Figure& figure) {
  Json pickers = Json::array();
  for (const Picker& picker : figure.pickers)
    pickers.push_back(Json{{"column", picker.column},
                           {"label", picker.label},
                           {"initial", detail::harmless(picker.initial)}});
  return pickers;
}

/// The body of the page, and the data beside it.
class PageWriter {
 public:
  void section(const Section& section) {
    body_ += fmt::format(
        "<section id=\"{0}\" aria-labelledby=\"{0}-heading\">\n"
        "<h2 id=\"{0}-heading\">{1}</h2>\n",
        html_escaped(section.id), html_escaped(section.heading));
    for (const Block& block : section.blocks) std::visit(*this, block);
    body_ += "</section>\n";
  }

  void operator()(const std::string& paragraph) {
    body_ += "<p>" + html_escaped(paragraph) + "</p>\n";
  }

  void operator()(const Verbatim& verbatim) {
    body_ += "<pre tabindex=\"0\">" + html_escaped(verbatim.text) + "</pre>\n";
  }

  void operator()(const NamedTable& named) {
    const Table& table = named.table;
    const std::string title = html_escaped(table.title.empty() ? named.id : table.title);
    body_ += fmt::format(
        "<div class=\"table\" id=\"table-{}\">\n<div class=\"scroll\" tabindex=\"0\" "
        "role=\"region\" aria-label=\"{}\"><table>\n",
        html_escaped(named.id), title);
    if (!table.title.empty()) body_ += "<caption><span>" + title + "</span></caption>\n";
    body_ += "<thead><tr>";
    for (const Column& column : table.columns)
      body_ +=
          fmt::format("<th scope=\"col\"{}>{}</th>", alignment(column), html_escaped(column.title));
    body_ += "</tr></thead>\n<tbody>\n";
    for (const std::vector<std::string>& row : table.rows) {
      assert(row.size() == table.columns.size());
      body_ += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i) {
        body_ += fmt::format("<td{}>{}</td>", alignment(table.columns[i]), html_escaped(row[i]));
      }
      body_ += "</tr>\n";
    }
    body_ += "</tbody>\n</table></div>\n";
    for (const std::string& note : table.notes)
      body_ += "<p class=\"note\">" + html_escaped(note) + "</p>\n";
    body_ += "</div>\n";
  }

  void operator()(const Figure& figure) {
    body_ += fmt::format(
        "<figure id=\"figure-{0}\" data-figure=\"{0}\">\n<div class=\"pickers\"></div>\n"
        "<div class=\"chart\" role=\"img\" aria-label=\"{1}\"></div>\n"
        "<p class=\"undrawn\" role=\"status\"></p>\n"
        "<figcaption><strong>{2}</strong> {3}</figcaption>\n<div class=\"saves\"></div>\n"
        "</figure>\n",
        html_escaped(figure.id), html_escaped(figure.alternative), html_escaped(figure.title),
        html_escaped(figure.caption));
    figures_[figure.id] = Json{{"spec", shown(vega_lite_spec(figure))},
                               {"table", table_of(figure)},
                               {"facet", figure.facet},
                               {"square", figure.identity_line},
                               {"pickers", pickers_json(figure)}};
  }

  const std::string& body() const { return body_; }
  Json data() && { return Json{{"tables", std::move(tables_)}, {"figures", std::move(figures_)}}; }

 private:
  static std::string_view alignment(const Column& column) {
    if (column.title.empty()) return " class=\"mark\"";
    return column.align == Column::Align::right ? " class=\"r\"" : "";
  }

  /// The name of the figure's data, which stands in the page once even if several figures share it.
  std::string table_of(const Figure& figure) {
    const auto [place, is_new] =
        names_.emplace(figure.data.get(), "d" + std::to_string(names_.size()));
    if (is_new) tables_[place->second] = table_json(*figure.data);
    return place->second;
  }

  std::string body_;
  Json figures_ = Json::object();
  Json tables_ = Json::object();
  std::map<const DataTable*, std::string> names_;
};

std::string contents_of(const Document& document) {
  std::string list;
  for (const Section& section : document.sections)
    list += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", html_escaped(section.id),
                        html_escaped(section.heading));
  return list;
}

/// The frame with its holes filled; what is filled in is not looked at again.
std::string filled(std::string_view frame, const std::map<std::string_view, std::string_view>& by) {
  std::string page;
  while (true) {
    const std::size_t begin = frame.find("{{");
    page += frame.substr(0, begin);
    if (begin == std::string_view::npos) return page;
    const std::size_t end = frame.find("}}", begin);
    page += by.at(frame.substr(begin + 2, end - begin - 2));
    frame.remove_prefix(end + 2);
  }
}

}  // namespace

std::string html_escaped(const std::string& text) {
  using detail::Escape;
  static constexpr std::array kEscapes{Escape{'&', "&amp;"}, Escape{'<', "&lt;"},
                                       Escape{'>', "&gt;"}, Escape{'"', "&quot;"},
                                       Escape{'\'', "&#39;"}};
  return detail::escaped(detail::harmless(text, true), kEscapes);
}

std::string script_json(const Json& json) {
  using detail::Escape;
  static constexpr std::array kEscapes{Escape{'<', "\\u003c"}, Escape{'>', "\\u003e"},
                                       Escape{'&', "\\u0026"}};
  std::string result =
      detail::escaped(json.dump(-1, ' ', false, Json::error_handler_t::replace), kEscapes);
  // U+2028 and U+2029 end a line for old readers of JavaScript.
  for (const auto& [separator, escape] :
       {std::pair{"\xE2\x80\xA8", "\\u2028"}, std::pair{"\xE2\x80\xA9", "\\u2029"}}) {
    for (std::size_t at = result.find(separator); at != std::string::npos;
         at = result.find(separator, at))
      result.replace(at, 3, escape);
  }
  return result;
}

std::string render_html(const Document& document) {
  PageWriter writer;
  for (const Section& section : document.sections) writer.section(section);
  const std::string title = html_escaped(document.title);
  const std::string summary = html_escaped(document.summary);
  const std::string made_by = html_escaped(document.made_by);
  const std::string contents = contents_of(document);
  const std::string refresh =
      document.refresh_seconds > 0
          ? fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">", document.refresh_seconds)
          : "";
  const std::string body = writer.body();
  const std::string data = script_json(std::move(writer).data());
  return filled(detail::page_html(), {{"title", title},
                                      {"summary", summary},
                                      {"made_by", made_by},
                                      {"contents", contents},
                                      {"refresh", refresh},
                                      {"body", body},
                                      {"data", data},
                                      {"css", detail::page_css()},
                                      {"js", detail::page_js()},
                                      {"vega", detail::vega_js()},
                                      {"vega_lite", detail::vega_lite_js()},
                                      {"licences", detail::vega_licences()}});
}

}  // namespace isojoule
