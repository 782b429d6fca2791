#include "isojoule/cost/architecture.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "isojoule/core/error.hpp"

namespace isojoule {

Plane pooled(const Task& task, std::uint64_t layers) {
  // Halving and rounding down again and again is one shift; a side of n bits lasts n - 1 of them.
  const std::uint64_t side = std::min(task.bands, task.frames);
  const auto bits = static_cast<std::uint64_t>(std::bit_width(side));
  if (layers >= bits)
    throw Error(ErrorCode::bad_input,
                std::to_string(layers) + " poolings of 2x2 leave nothing of " +
                    std::to_string(task.bands) + " x " + std::to_string(task.frames) +
                    " values; use at most " + std::to_string(bits == 0 ? 0 : bits - 1));
  return Plane{task.bands >> layers, task.frames >> layers};
}

}  // namespace isojoule
