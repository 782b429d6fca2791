#include "isojoule/page/latex.hpp"

#include <array>
#include <cassert>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "isojoule/core/text.hpp"
#include "isojoule/page/detail/harmless.hpp"

namespace isojoule {
namespace {

std::string latex_escaped(const std::string& text) {
  using detail::Escape;
  static constexpr std::array kEscapes{Escape{'\\', "\\textbackslash{}"},
                                       Escape{'^', "\\textasciicircum{}"},
                                       Escape{'~', "\\textasciitilde{}"},
                                       Escape{'<', "\\textless{}"},
                                       Escape{'>', "\\textgreater{}"},
                                       Escape{'|', "\\textbar{}"},
                                       Escape{'`', "\\textasciigrave{}"},
                                       Escape{'\'', "\\textquotesingle{}"},
                                       Escape{'"', "\\char34{}"},
                                       Escape{'-', "{-}"},  // two would become a dash
                                       Escape{'[', "{[}"},  // behind \\ it would begin an option
                                       Escape{']', "{]}"}};
  return detail::escaped(detail::harmless(text), kEscapes, "{}$&#%_");
}

/// Whether a cell holds nothing but numbers, in parentheses or not: "0.82 (0.14)", "1.35-1.36".
bool is_numeric(const std::string& cell) {
  const bool is_date = cell.size() == 10 && cell[4] == '-' && cell[7] == '-';
  if (is_date) return false;
  return cell.find_first_of("0123456789") != std::string::npos &&
         cell.find_first_not_of("0123456789.,()e+- %") == std::string::npos;
}

/// A hyphen between digits is a range, else it is a minus.
std::string number(const std::string& cell) {
  std::string result;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const bool is_range = i > 0 && cell[i - 1] >= '0' && cell[i - 1] <= '9';
    if (cell[i] == '-') {
      result += is_range ? "--" : "$-$";
    } else {
      result += cell[i] == '%' ? "\\%" : std::string(1, cell[i]);
    }
  }
  return result;
}

std::string cell_text(const std::string& cell) {
  constexpr std::string_view kArrow = " -> ";
  if (is_numeric(cell)) return number(cell);
  const std::size_t at = cell.find(kArrow);
  if (at == std::string::npos) return latex_escaped(cell);
  return latex_escaped(cell.substr(0, at)) + " $\\to$ " +
         cell_text(cell.substr(at + kArrow.size()));
}

std::string latex_row(const std::vector<std::string>& cells) {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) row += (i == 0 ? "" : " & ") + cell_text(cells[i]);
  return row + " \\\\\n";
}

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

/// A title without its number, which LaTeX gives by itself.
std::string without_number(const std::string& title) {
  const std::size_t dot = title.find(". ");
  const bool is_numbered = dot != std::string::npos &&
                           (title.starts_with("Table ") || title.starts_with("Figure ")) &&
                           title.find(' ') == title.rfind(' ', dot - 1);
  return is_numbered ? title.substr(dot + 2) : title;
}

std::string alignment_of(const Table& table) {
  std::string alignment;
  for (const Column& column : table.columns)
    alignment += column.align == Column::Align::right ? 'r' : 'l';
  return alignment;
}

std::string head_of(const Table& table) {
  std::vector<std::string> titles;
  for (const Column& column : table.columns) titles.push_back(column.title);
  return "\\toprule\n" + latex_row(titles) + "\\midrule\n";
}

std::string rows_of(const Table& table) {
  std::string text;
  for (const std::vector<std::string>& row : table.rows) {
    assert(row.size() == table.columns.size());
    text += latex_row(row);
  }
  return text + "\\bottomrule\n";
}

std::string notes_of(const Table& table) {
  std::string text;
  for (const std::string& note : table.notes)
    text += "\\par\\smallskip{\\footnotesize " + latex_escaped(note) + "}\n";
  return text;
}

/// A table that may go over several pages.
std::string long_table(const Table& table, const std::string& title) {
  if (table.columns.empty()) return notes_of(table);
  std::string text = "\\begin{longtable}{" + alignment_of(table) + "}\n";
  if (!title.empty()) text += "\\caption{" + latex_escaped(title) + "}\\\\\n";
  return text + head_of(table) + "\\endfirsthead\n" + head_of(table) + "\\endhead\n" +
         rows_of(table) + "\\end{longtable}\n" + notes_of(table);
}

struct LatexWriter {
  std::string operator()(const std::string& paragraph) const {
    return latex_escaped(paragraph) + "\n";
  }
  std::string operator()(const Verbatim& verbatim) const {
    return "\\begin{quote}\\ttfamily\\raggedright " + latex_escaped(verbatim.text) +
           "\\end{quote}\n";
  }
  std::string operator()(const NamedTable& named) const {
    return "{\\footnotesize\n" + long_table(named.table, named.table.title) + "}\n";
  }
  std::string operator()(const Figure& figure) const {
    return fmt::format(
        "\\begin{{figure}}[htbp]\n\\centering\n\\IfFileExists{{{0}.pdf}}{{\\includegraphics[width="
        "\\linewidth]{{{0}.pdf}}}}"
        "{{(figure {0})}}\n\\caption{{{1} {2}}}\n\\label{{fig:{0}}}\n\\end{{figure}}\n",
        figure.id, latex_escaped(figure.title), latex_escaped(figure.caption));
  }
};

}  // namespace

std::string render_latex(const Table& table) {
  constexpr std::size_t kOnePage = 45;
  const std::string title = without_number(table.title);
  if (table.rows.size() > kOnePage) return long_table(table, title);
  std::string text = "\\begin{table}\n\\centering\n";
  if (!title.empty()) text += "\\caption{" + latex_escaped(title) + "}\n";
  if (!table.columns.empty())
    text += "\\begin{tabular}{" + alignment_of(table) + "}\n" + head_of(table) + rows_of(table) +
            "\\end{tabular}\n";
  return text + notes_of(table) + "\\end{table}\n";
}

std::string render_latex(const Document& document) {
  std::string body = "\\title{" + latex_escaped(document.title) + "}\n\\date{}\n\\maketitle\n";
  if (!document.summary.empty()) body += "\n" + latex_escaped(document.summary) + "\n";
  for (const Section& section : document.sections) {
    body += "\n\\section{" + latex_escaped(section.heading) + "}\n";
    for (const Block& block : section.blocks) body += "\n" + std::visit(LatexWriter{}, block);
  }
  return "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{textcomp}\n"
         "\\usepackage{booktabs}\n\\usepackage{longtable}\n\\usepackage{graphicx}\n"
         "\\usepackage[labelformat=empty]{caption}\n\\usepackage[margin=2cm]{geometry}\n" +
         declared_characters(body) + "\\begin{document}\n" + body + "\\end{document}\n";
}

}  // namespace isojoule
