// GitHub's Markdown, for README files, issues and lab books.
#pragma once

#include <string>

#include "isojoule/page/document.hpp"

namespace isojoule {

/// A pipe table, its title in bold above and its notes below. Whatever means something to Markdown
/// or HTML is escaped; characters that text.hpp replaces are replaced here too.
std::string render_markdown(const Table& table);

/// Headings, paragraphs and tables; of a figure its title and caption, since Markdown has no
/// drawings.
std::string render_markdown(const Document& document);

}  // namespace isojoule
