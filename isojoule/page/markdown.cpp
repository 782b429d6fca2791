#include "isojoule/page/markdown.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "isojoule/page/detail/harmless.hpp"

namespace isojoule {
namespace {

std::string markdown_escaped(const std::string& text) {
  constexpr std::array kEscapes{detail::Escape{'&', "&amp;"}, detail::Escape{'<', "&lt;"},
                                detail::Escape{'>', "&gt;"}};
  return detail::escaped(detail::harmless(text), kEscapes, "\\`*_{}[]|~#$!");
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells)
    row += (cell.empty() ? " " : " " + markdown_escaped(cell) + " ") + "|";
  return row + "\n";
}

/// A fence longer than any run of backticks in the text.
std::string fenced(const std::string& text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "\n" + detail::harmless(text, true) + "\n" + fence + "\n";
}

struct MarkdownWriter {
  std::string operator()(const std::string& paragraph) const {
    return markdown_escaped(paragraph) + "\n";
  }
  std::string operator()(const Verbatim& verbatim) const { return fenced(verbatim.text); }
  std::string operator()(const NamedTable& named) const { return render_markdown(named.table); }
  std::string operator()(const Figure& figure) const {
    return "**" + markdown_escaped(figure.title) + "** " + markdown_escaped(figure.caption) + "\n";
  }
};

}  // namespace

std::string render_markdown(const Table& table) {
  std::string text;
  if (!table.title.empty()) text += "**" + markdown_escaped(table.title) + "**\n\n";
  if (!table.columns.empty()) {
    std::vector<std::string> titles;
    std::string rules = "|";
    for (const Column& column : table.columns) {
      titles.push_back(column.title);
      rules += column.align == Column::Align::right ? "---:|" : "---|";
    }
    text += markdown_row(titles) + rules + "\n";
    for (const std::vector<std::string>& row : table.rows) {
      assert(row.size() == titles.size());
      text += markdown_row(row);
    }
  }
  for (const std::string& note : table.notes) text += "\n" + markdown_escaped(note) + "\n";
  return text;
}

std::string render_markdown(const Document& document) {
  std::string text = "# " + markdown_escaped(document.title) + "\n";
  if (!document.summary.empty()) text += "\n" + markdown_escaped(document.summary) + "\n";
  for (const Section& section : document.sections) {
    text += "\n## " + markdown_escaped(section.heading) + "\n";
    for (const Block& block : section.blocks) text += "\n" + std::visit(MarkdownWriter{}, block);
  }
  return text;
}

}  // namespace isojoule
