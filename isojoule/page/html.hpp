// A report as one HTML file that needs nothing else: no network, no server, no other file.
#pragma once

#include <string>

#include "isojoule/core/json.hpp"
#include "isojoule/page/document.hpp"

namespace isojoule {

/// The page. Text stands in it escaped, data as JSON that no script runs; Vega and Vega-Lite, whose
/// licences are kept, draw the figures. Without JavaScript the texts and tables can still be read.
std::string render_html(const Document& document);

/// Text for HTML, in an element or a quoted attribute; characters that text.hpp replaces are
/// replaced here too.
std::string html_escaped(const std::string& text);

/// JSON that may stand inside a <script> element: '<', '>', '&' and the line separators are
/// written as \u escapes.
std::string script_json(const Json& json);

}  // namespace isojoule
