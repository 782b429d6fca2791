#include "isojoule/page/detail/page_assets.hpp"

#include <cstddef>

// Defined in page_assets.S, each from its first byte to the one after its last.
extern "C" {
extern const char isojoule_page_html[], isojoule_page_html_end[];
extern const char isojoule_page_css[], isojoule_page_css_end[];
extern const char isojoule_page_js[], isojoule_page_js_end[];
extern const char isojoule_vega_js[], isojoule_vega_js_end[];
extern const char isojoule_vega_lite_js[], isojoule_vega_lite_js_end[];
extern const char isojoule_vega_licences[], isojoule_vega_licences_end[];
}

namespace isojoule::detail {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::string_view page_html() { return between(isojoule_page_html, isojoule_page_html_end); }
std::string_view page_css() { return between(isojoule_page_css, isojoule_page_css_end); }
std::string_view page_js() { return between(isojoule_page_js, isojoule_page_js_end); }
std::string_view vega_js() { return between(isojoule_vega_js, isojoule_vega_js_end); }
std::string_view vega_lite_js() {
  return between(isojoule_vega_lite_js, isojoule_vega_lite_js_end);
}
std::string_view vega_licences() {
  return between(isojoule_vega_licences, isojoule_vega_licences_end);
}

}  // namespace isojoule::detail
