// What no rule can count, for the tests of this room.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "isojoule/cost/architecture.hpp"

namespace isojoule::test_cost {

inline constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

/// Sizes of 0, more halvings than the input has, and sums that no 64 bits hold.
inline std::array<Architecture, 16> impossible_architectures() {
  return {{
      Mlp{0, 5},
      Mlp{1, 0},
      Cnn{0, 5},
      Cnn{1, 0},
      Rnn{0, 5},
      Rnn{1, 0},
      Crnn{0, 1, 4, 4},
      Crnn{1, 0, 4, 4},
      Crnn{1, 1, 0, 4},
      Crnn{1, 1, 4, 0},
      Cnn{7, 16},
      Crnn{7, 1, 4, 4},
      Mlp{1, kHuge},
      Mlp{kHuge, 2},
      Rnn{2, kHuge / 100'000},
      Crnn{1, 1, 1'000'000'000, 10'000'000'000},
  }};
}

}  // namespace isojoule::test_cost
