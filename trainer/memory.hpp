// Whether a training fits into this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "isojoule/core/world.hpp"

#include "trainer/settings.hpp"

namespace isojoule::trainer {

/// A training that does not fit; the message says how much it needs and how much there is.
class TooLarge : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bytes that this process may still take: MemAvailable of /proc/meminfo or, where it is less, what
/// is left of its container's limit (/sys/fs/cgroup/memory.max) or of the limit on its address
/// space beside so many threads. Empty if none is known.
std::optional<std::uint64_t> available_memory(const World& world, int threads);

/// Throws TooLarge if the training needs more of the machine's memory than is available. Of a
/// training on a GPU, and of one without gradients, only the process, the model and a batch count.
void require_memory(const Settings& settings, const World& world);

/// Throws TooLarge if more is needed than is available; nothing is known of an empty one.
void require(const Settings& settings, std::uint64_t needed, std::optional<std::uint64_t> available,
             std::string_view of_what);

/// Whether an exception's message, of LibTorch or of the standard library, says that memory has run
/// out.
bool says_out_of_memory(std::string_view message);

}  // namespace isojoule::trainer
