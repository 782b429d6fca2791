#include "isojoule/page/renderers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"

namespace isojoule {

// All that a renderer could define; NO below leaves a function out of the table, and then there is
// none.
#define RENDERER(name, endings, table, figure, document)          \
  std::string render_##name(const Table&);                        \
  std::string render_##name(const Figure&, const FigureOptions&); \
  std::string render_##name(const Document&);
#include "isojoule/page/renderers.def"
#undef RENDERER

const std::vector<Renderer>& renderers() {
#define ENDINGS(...) {__VA_ARGS__}
#define YES(function) function
#define NO(function) nullptr
#define RENDERER(name, endings, table, figure, document) \
  {#name, endings, table(render_##name), figure(render_##name), document(render_##name)},
  static const std::vector<Renderer> table{
#include "isojoule/page/renderers.def"
  };
#undef RENDERER
#undef NO
#undef YES
#undef ENDINGS
  return table;
}

namespace {

std::string to_string(Content content) {
  switch (content) {
    case Content::table:
      return "table";
    case Content::figure:
      return "figure";
    case Content::document:
      return "document";
  }
  return {};
}

bool writes(const Renderer& renderer, Content content) {
  switch (content) {
    case Content::table:
      return renderer.table != nullptr;
    case Content::figure:
      return renderer.figure != nullptr;
    case Content::document:
      return renderer.document != nullptr;
  }
  return false;
}

}  // namespace

const Renderer& find_renderer(const std::string& name) {
  std::vector<std::string> known;
  for (const Renderer& renderer : renderers()) {
    if (renderer.name == name) return renderer;
    known.push_back(renderer.name);
  }
  throw unknown_name("format", name, known);
}

const Renderer* renderer_by_ending(std::string_view ending) {
  const auto found = std::ranges::find_if(renderers(), [ending](const Renderer& renderer) {
    return std::ranges::find(renderer.endings, ending) != renderer.endings.end();
  });
  return found == renderers().end() ? nullptr : &*found;
}

std::vector<std::string> renderers_of(Content content) {
  std::vector<std::string> names;
  for (const Renderer& renderer : renderers()) {
    if (writes(renderer, content)) names.push_back(renderer.name);
  }
  return names;
}

void check_writes(const Renderer& renderer, Content content) {
  if (writes(renderer, content)) return;
  std::vector<std::string> names = renderers_of(content);
  const std::string last = names.back();
  names.pop_back();
  throw Error(ErrorCode::usage,
              fmt::format("a {} is written as {} or {}, not as {}", to_string(content),
                          fmt::join(names, ", "), last, renderer.name));
}

std::string render(const Renderer& renderer, const Table& table) {
  check_writes(renderer, Content::table);
  return renderer.table(table);
}

std::string render(const Renderer& renderer, const Figure& figure, const FigureOptions& options) {
  check_writes(renderer, Content::figure);
  return renderer.figure(figure, options);
}

std::string render(const Renderer& renderer, const Document& document) {
  check_writes(renderer, Content::document);
  return renderer.document(document);
}

}  // namespace isojoule
