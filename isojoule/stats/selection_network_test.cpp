#include "isojoule/stats/detail/selection_network.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

TEST(SelectionNetwork, SortsAllZerosAndOnes) {
  // A network that sorts these sorts everything (Knuth 5.3.4, theorem Z).
  for (std::size_t n = 1; n <= 11; ++n) {
    const detail::SelectionNetwork network(n, 0, n - 1);
    for (std::uint32_t pattern = 0; pattern < 1U << n; pattern += 2) {
      std::vector<detail::LaneRow> rows(n);
      for (std::size_t row = 0; row < n; ++row)
        for (std::size_t lane = 0; lane < detail::kLanes; ++lane)
          rows[row].values[lane] = ((pattern + lane % 2) >> row & 1U) == 1 ? 1.0 : 0.0;
      network.run(rows.data());
      for (std::size_t row = 1; row < n; ++row)
        for (std::size_t lane = 0; lane < detail::kLanes; ++lane)
          ASSERT_LE(rows[row - 1].values[lane], rows[row].values[lane]);
    }
  }
}

TEST(SelectionNetwork, FindsTheRanksAskedFor) {
  Random random(1);
  for (std::size_t n = 1; n <= 70; ++n) {
    const std::size_t lowest = (n - 1) / 2;
    const std::size_t highest = n / 2;
    const detail::SelectionNetwork network(n, lowest, highest);
    std::vector<detail::LaneRow> rows(n);
    std::vector<std::vector<double>> columns(detail::kLanes);
    for (auto& row : rows)
      for (std::size_t lane = 0; lane < detail::kLanes; ++lane)
        columns[lane].push_back(row.values[lane] = random.uniform());
    network.run(rows.data());
    for (std::size_t lane = 0; lane < detail::kLanes; ++lane) {
      std::ranges::sort(columns[lane]);
      EXPECT_EQ(rows[lowest].values[lane], columns[lane][lowest]);
      EXPECT_EQ(rows[highest].values[lane], columns[lane][highest]);
    }
  }
}

}  // namespace
}  // namespace isojoule
