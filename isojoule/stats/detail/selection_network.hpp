// The middle of a few numbers without branches, for many columns of numbers at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace isojoule::detail {

/// How many columns are worked on at once.
inline constexpr std::size_t kLanes = 8;

/// One number of each column.
struct alignas(16) LaneRow {
  double values[kLanes];
};

/// Batcher's odd-even merge sort of n rows (Knuth, The Art of Computer Programming 3, 5.2.2,
/// algorithm M), less what does not touch the ranks asked for.
class SelectionNetwork {
 public:
  /// Ranks lowest, ..., highest of 0, ..., rows - 1 are to be right.
  SelectionNetwork(std::size_t rows, std::size_t lowest, std::size_t highest);

  /// Each column by itself: afterwards, its number of each rank asked for lies in the row of that
  /// rank. `rows` are as many as was said, without NaN.
  void run(LaneRow* rows) const;

 private:
  struct Exchange {
    std::uint32_t low;
    std::uint32_t high;
  };
  std::vector<Exchange> exchanges_;
};

}  // namespace isojoule::detail
