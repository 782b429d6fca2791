#include "isojoule/report/latex.hpp"

#include <cassert>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "isojoule/core/text.hpp"
#include "isojoule/report/detail/harmless.hpp"

namespace isojoule {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : detail::harmless(text)) {
    switch (c) {
      case '\\':
        result += "\\textbackslash{}";
        break;
      case '^':
        result += "\\textasciicircum{}";
        break;
      case '~':
        result += "\\textasciitilde{}";
        break;
      case '<':
        result += "\\textless{}";
        break;
      case '>':
        result += "\\textgreater{}";
        break;
      case '|':
        result += "\\textbar{}";
        break;
      case '`':
        result += "\\textasciigrave{}";
        break;
      case '\'':
        result += "\\textquotesingle{}";
        break;
      case '"':
        result += "\\char34{}";
        break;
      case '-':
        result += "{-}";
        break;  // two would become a dash
      case '[':
        result += "{[}";
        break;  // after \\ it would begin an option
      case ']':
        result += "{]}";
        break;
      default:
        if (std::string_view("{}$&#%_").find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
  }
  return result;
}

std::string row_of(const std::vector<std::string>& cells) {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) row += (i == 0 ? "" : " & ") + escaped(cells[i]);
  return row + " \\\\\n";
}

struct BlockWriter {
  std::string operator()(const std::string& paragraph) const { return escaped(paragraph) + "\n"; }
  std::string operator()(const Verbatim& verbatim) const {
    return "\\begin{quote}\\ttfamily\\raggedright " + escaped(verbatim.text) + "\\end{quote}\n";
  }
  std::string operator()(const NamedTable& named) const { return render_latex(named.table); }
  std::string operator()(const Figure& figure) const {
    return fmt::format(
        "\\begin{{figure}}\n\\centering\n\\IfFileExists{{{0}.pdf}}{{\\includegraphics{{{0}.pdf}}}}"
        "{{(figure {0})}}\n\\caption{{{1} {2}}}\n\\label{{fig:{0}}}\n\\end{{figure}}\n",
        figure.id, escaped(figure.title), escaped(figure.caption));
  }
};

/// For pdflatex, which stops at characters that it has no name for.
std::string declared_characters(std::string_view text) {
  std::set<char32_t> beyond;
  while (!text.empty()) {
    const auto c = take_code_point(text);
    if (c && *c > 0xFF) beyond.insert(*c);
  }
  if (beyond.empty()) return {};
  std::string lines = "\\ifdefined\\DeclareUnicodeCharacter\n";
  for (const char32_t c : beyond)
    lines += fmt::format("\\DeclareUnicodeCharacter{{{0:04X}}}{{(U+{0:04X})}}\n",
                         static_cast<unsigned>(c));
  return lines + "\\fi\n";
}

}  // namespace

std::string render_latex(const Table& table) {
  std::string text = "\\begin{table}\n\\centering\n";
  if (!table.title.empty()) text += "\\caption{" + escaped(table.title) + "}\n";
  if (!table.columns.empty()) {
    std::vector<std::string> titles;
    std::string alignment;
    for (const Column& column : table.columns) {
      titles.push_back(column.title);
      alignment += column.align == Column::Align::right ? 'r' : 'l';
    }
    text += "\\begin{tabular}{" + alignment + "}\n\\toprule\n" + row_of(titles) + "\\midrule\n";
    for (const std::vector<std::string>& row : table.rows) {
      assert(row.size() == titles.size());
      text += row_of(row);
    }
    text += "\\bottomrule\n\\end{tabular}\n";
  }
  for (const std::string& note : table.notes)
    text += "\\par\\smallskip{\\footnotesize " + escaped(note) + "}\n";
  return text + "\\end{table}\n";
}

std::string render_latex(const Document& document) {
  std::string body = "\\title{" + escaped(document.title) + "}\n\\date{}\n\\maketitle\n";
  if (!document.summary.empty()) body += "\n" + escaped(document.summary) + "\n";
  for (const Section& section : document.sections) {
    body += "\n\\section{" + escaped(section.heading) + "}\n";
    for (const Block& block : section.blocks) body += "\n" + std::visit(BlockWriter{}, block);
  }
  return "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{textcomp}\n"
         "\\usepackage{booktabs}\n\\usepackage{graphicx}\n" +
         declared_characters(body) + "\\begin{document}\n" + body + "\\end{document}\n";
}

}  // namespace isojoule
