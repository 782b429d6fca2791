// Files that are part of every page, built into the program: see page_assets.S.
#pragma once

#include <string_view>

namespace isojoule::detail {

std::string_view page_html();  ///< the frame, with holes named {{...}}
std::string_view page_css();
std::string_view page_js();
std::string_view vega_js();
std::string_view vega_lite_js();
std::string_view vega_licences();  ///< of all that is in the two

}  // namespace isojoule::detail
