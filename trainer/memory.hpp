// Whether a training fits into this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>

#include "isojoule/core/world.hpp"

#include "trainer/train.hpp"

namespace isojoule::trainer {

/// A training that would not fit; the message says how much it needs and how much there is.
class TooLarge : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// MemAvailable of /proc/meminfo, in bytes; empty if it cannot be read.
std::optional<std::uint64_t> available_memory(const World& world);

/// Throws TooLarge if the training needs more of the machine's memory than is available. Of a
/// training on a GPU only the model as it is built counts; the GPU's own memory is not checked.
void require_memory(const Settings& settings, const World& world);

}  // namespace isojoule::trainer
