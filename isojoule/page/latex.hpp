// LaTeX with booktabs, for papers.
#pragma once

#include <string>

#include "isojoule/page/document.hpp"

namespace isojoule {

/// A table environment: \caption from the title, without the number that LaTeX gives it, booktabs
/// rules, the notes below in small type; of more than 45 rows a longtable, which goes over pages.
/// It needs \usepackage{booktabs}, and longtable then. Whatever means something to TeX is escaped.
std::string render_latex(const Table& table);

/// A whole document with its preamble, which pdflatex, xelatex and lualatex take. For pdflatex,
/// characters beyond Latin-1 are written as their code points.
std::string render_latex(const Document& document);

}  // namespace isojoule
