// Thermal design powers (for recent Intel parts: processor base power) that
// tools/cpu_facts/tdp_table.py does not write, from the vendors' product pages.
#include "isojoule/sensor/cpu_model/tdp_facts.hpp"

namespace isojoule::detail {
namespace {

constexpr TdpBlock kVendorTdp[] = {
    {"core i7", TdpSource::vendor, "125:13700k"},
    {"core i9", TdpSource::vendor, "125:10900k,12900k"},
    {"xeon e5", TdpSource::vendor, "135:2690v4"},
};

}  // namespace

std::span<const TdpBlock> vendor_tdp() { return kVendorTdp; }

}  // namespace isojoule::detail
