// How many modules of memory this machine has: one table for all models that need it.
#pragma once

#include <optional>
#include <string>

#include "isojoule/core/quantity.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule {

/// Of a module of memory, whatever its size: the slope over the size of the memory in results of
/// SPECpower_ssj2008 since 2017, for modules of 16 GB (dram_model/README.md has the sources).
inline constexpr Power kPowerPerModule = 2.6 * watt;

/// The slots of a server with two sockets. More are never guessed from the size of the memory:
/// large memories have large modules.
inline constexpr int kMostGuessedModules = 32;

}  // namespace isojoule

namespace isojoule::detail {

/// How many modules there are, and how that is known.
struct MemoryModules {
  int count = 0;
  std::string basis;  ///< "as the kernel's EDAC lists them", "a guess: ..."
};

/// The modules that EDAC lists. Without it a guess by the size of the memory: one for each started
/// 16 GiB up to 128 GiB; one for each started 32 GiB above that, at least 8 and at most
/// kMostGuessedModules. Empty where not even the size is known.
std::optional<MemoryModules> find_memory_modules(const World& world);

}  // namespace isojoule::detail
