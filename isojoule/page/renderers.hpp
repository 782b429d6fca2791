// The renderers by name: which forms there are, what each of them writes, and by which ending of a
// file it is chosen. The table itself is renderers.def.
//
//   const Renderer& latex = find_renderer("latex");
//   const std::string text = render(latex, table);
//
// All functions here are thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isojoule/page/document.hpp"
#include "isojoule/page/figure.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// A form in which something is written. A function is nullptr where the form is not for it:
/// Markdown has no drawings, a PDF here is one figure.
struct Renderer {
  std::string name;                  ///< "markdown"
  std::vector<std::string> endings;  ///< of files, without the dot, the usual one first: "md"
  std::string (*table)(const Table&);
  std::string (*figure)(const Figure&, const FigureOptions&);
  std::string (*document)(const Document&);
};

/// All of them, in the order in which help and errors list them.
const std::vector<Renderer>& renderers();

/// Throws Error(unknown_name) with near names, or all.
const Renderer& find_renderer(const std::string& name);

/// The one whose files end so ("tex", without the dot); nullptr if there is none.
const Renderer* renderer_by_ending(std::string_view ending);

/// What a renderer may write.
enum class Content { table, figure, document };

/// Names of the renderers that write it, in the order of the table.
std::vector<std::string> renderers_of(Content content);

/// Throws Error(usage), which lists those that do, where the renderer does not write it: "a table
/// is written as markdown, latex, csv, json or text, not as html".
void check_writes(const Renderer& renderer, Content content);

/// The text, or the bytes of a picture. Throw as check_writes, and as the renderer does.
std::string render(const Renderer& renderer, const Table& table);
std::string render(const Renderer& renderer, const Figure& figure,
                   const FigureOptions& options = {});
std::string render(const Renderer& renderer, const Document& document);

}  // namespace isojoule
