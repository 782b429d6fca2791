// The architecture of a board that is known by its name alone.
#pragma once

#include <optional>
#include <string_view>

namespace isojoule::nvml {

/// nvmlDeviceArchitecture_t of a product that NVIDIA's driver names `board`, "NVIDIA GeForce RTX
/// 3090", "Tesla V100-SXM2-16GB"; empty where the name is not known. Names are NVIDIA's own; the
/// architectures are those of its product pages. A live board is asked instead.
///
///     architecture_of("NVIDIA A100-PCIE-40GB") == 7  // Ampere
std::optional<unsigned int> architecture_of(std::string_view board);

}  // namespace isojoule::nvml
