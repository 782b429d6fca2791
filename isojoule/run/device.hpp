// The device that a training runs on, as PyTorch and this program's --device name it.
#pragma once

#include <string>

#include "isojoule/core/world.hpp"

namespace isojoule {

/// `world` with an environment in which CUDA_VISIBLE_DEVICES leaves only the board that `device`
/// names among those that it leaves there: with "cuda:1" the second of CUDA_VISIBLE_DEVICES, or
/// board 1 where that is not set; HIP_VISIBLE_DEVICES likewise, where it is set. For "cpu", "cuda"
/// and "" it is as it was. The result keeps that environment; `world`'s must outlive it.
///
/// Throws Error(usage) for a name that is none of these ("cuda:x", "gpu 1"), and for a number that
/// CUDA_VISIBLE_DEVICES has no board for.
World narrowed_to(const std::string& device, const World& world);

/// Whether it is a GPU's name.
bool names_gpu(const std::string& device);

}  // namespace isojoule
