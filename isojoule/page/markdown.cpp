#include "isojoule/page/markdown.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "isojoule/page/detail/harmless.hpp"

namespace isojoule {
namespace {

std::string escaped(const std::string& text) {
  constexpr std::array kEscapes{detail::Escape{'&', "&amp;"}, detail::Escape{'<', "&lt;"},
                                detail::Escape{'>', "&gt;"}};
  return detail::escaped(detail::harmless(text), kEscapes, "\\`*_{}[]|~#$!");
}

std::string row_of(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells)
    row += (cell.empty() ? " " : " " + escaped(cell) + " ") + "|";
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

struct BlockWriter {
  std::string operator()(const std::string& paragraph) const { return escaped(paragraph) + "\n"; }
  std::string operator()(const Verbatim& verbatim) const { return fenced(verbatim.text); }
  std::string operator()(const NamedTable& named) const { return render_markdown(named.table); }
  std::string operator()(const Figure& figure) const {
    return "**" + escaped(figure.title) + "** " + escaped(figure.caption) + "\n";
  }
};

}  // namespace

std::string render_markdown(const Table& table) {
  std::string text;
  if (!table.title.empty()) text += "**" + escaped(table.title) + "**\n\n";
  if (!table.columns.empty()) {
    std::vector<std::string> titles;
    std::string rules = "|";
    for (const Column& column : table.columns) {
      titles.push_back(column.title);
      rules += column.align == Column::Align::right ? "---:|" : "---|";
    }
    text += row_of(titles) + rules + "\n";
    for (const std::vector<std::string>& row : table.rows) {
      assert(row.size() == titles.size());
      text += row_of(row);
    }
  }
  for (const std::string& note : table.notes) text += "\n" + escaped(note) + "\n";
  return text;
}

std::string render_markdown(const Document& document) {
  std::string text = "# " + escaped(document.title) + "\n";
  if (!document.summary.empty()) text += "\n" + escaped(document.summary) + "\n";
  for (const Section& section : document.sections) {
    text += "\n## " + escaped(section.heading) + "\n";
    for (const Block& block : section.blocks) text += "\n" + std::visit(BlockWriter{}, block);
  }
  return text;
}

}  // namespace isojoule
