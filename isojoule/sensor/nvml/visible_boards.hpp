// Which of a machine's boards a job sees.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"

namespace isojoule::nvml {

struct BoardIdentity {
  std::string uuid;  ///< "GPU-8f6a..."
  std::string name;
};

struct VisibleBoards {
  std::vector<std::size_t> places;  ///< in the list of boards, each once
  std::string reason;  ///< how many of how many, and why; empty where nothing is hidden
};

/// What CUDA_VISIBLE_DEVICES leaves of `boards`, which are in NVML's order (of the PCI bus). As
/// CUDA reads it: a list of indices and of UUIDs or beginnings of one, in which nothing counts from
/// the first on that names no board. Indices are taken in NVML's order; where CUDA may count
/// otherwise (boards of several names, and CUDA_DEVICE_ORDER is not PCI_BUS_ID) the reason says so.
/// A part of a board (MIG) has no energy of its own: with one in the list no board is taken.
VisibleBoards visible_boards(const Environment& environment,
                             const std::vector<BoardIdentity>& boards);

}  // namespace isojoule::nvml
