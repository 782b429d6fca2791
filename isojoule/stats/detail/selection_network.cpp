#include "isojoule/stats/detail/selection_network.hpp"

#include <algorithm>

namespace isojoule::detail {

SelectionNetwork::SelectionNetwork(std::size_t rows, std::size_t lowest, std::size_t highest) {
  std::vector<Exchange> all;
  for (std::size_t p = 1; p < rows; p *= 2)
    for (std::size_t q = p; q >= 1; q /= 2)
      for (std::size_t start = q % p; start + q < rows; start += 2 * q)
        for (std::size_t low = start; low < start + q && low + q < rows; ++low)
          if (low / (2 * p) == (low + q) / (2 * p))
            all.push_back({static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low + q)});

  std::vector<bool> needed(rows, false);
  for (std::size_t rank = lowest; rank <= highest; ++rank) needed[rank] = true;
  std::ranges::reverse(all);
  for (const Exchange& exchange : all) {
    if (!needed[exchange.low] && !needed[exchange.high]) continue;
    needed[exchange.low] = needed[exchange.high] = true;
    exchanges_.push_back(exchange);
  }
  std::ranges::reverse(exchanges_);
}

void SelectionNetwork::run(LaneRow* rows) const {
  for (const Exchange& exchange : exchanges_) {
    // Copies, so that the compiler sees two rows that do not overlap.
    const LaneRow a = rows[exchange.low];
    const LaneRow b = rows[exchange.high];
    LaneRow& low = rows[exchange.low];
    LaneRow& high = rows[exchange.high];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      low.values[lane] = a.values[lane] < b.values[lane] ? a.values[lane] : b.values[lane];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      high.values[lane] = a.values[lane] < b.values[lane] ? b.values[lane] : a.values[lane];
  }
}

}  // namespace isojoule::detail
