// Thermal design powers by name, as facts of vendors' sheets.
#pragma once

#include <span>
#include <string_view>

namespace isojoule::detail {

/// Where a block of facts comes from.
enum class TdpSource {
  codecarbon,  ///< CodeCarbon's table of CPU powers (MIT license), which collects vendors' sheets
  vendor,      ///< the vendor's product pages
};

/// The CPUs of one family: "core i7". `rows` has for each power in watts what follows the family in
/// the names, in lower case and without spaces: "35:2670qm,3612qm 45:2820qm".
struct TdpBlock {
  std::string_view family;
  TdpSource source;
  std::string_view rows;
};

std::span<const TdpBlock> amd_tdp();     ///< Athlon to EPYC
std::span<const TdpBlock> intel_tdp();   ///< Core, Pentium, Celeron, Atom
std::span<const TdpBlock> xeon_tdp();    ///< Xeon, Itanium
std::span<const TdpBlock> vendor_tdp();  ///< what the others lack

}  // namespace isojoule::detail
