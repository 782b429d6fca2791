// What is known of the sensors on NVIDIA's boards, generation by generation.
#pragma once

#include <optional>
#include <string_view>

#include "isojoule/core/channel.hpp"

namespace isojoule::nvml {

/// What decides a board's sensors: the driver, its architecture as nvmlDeviceGetArchitecture gives
/// it (empty: not known) and its name, by which chips of one architecture are told apart.
struct BoardKind {
  std::optional<unsigned int> architecture;
  std::string_view name;
  std::optional<unsigned int> driver = {};  ///< its first number: 535 of "535.183.01"
};

/// The ways in which NVML tells power.
enum class PowerReading {
  usage,    ///< nvmlDeviceGetPowerUsage: one of the other two, by generation
  instant,  ///< field 186
  average   ///< field 185
};

/// Sets refresh, averaging and lag of a channel of power, as far as they are known of this kind of
/// board. A reading is the mean over the averaging window that ends with its refresh, so that it
/// tells of the moment half a window before: lag = averaging / 2.
void describe_power(Channel& channel, const BoardKind& board, PowerReading reading);

/// The same of a channel of the energy counter, whose figures are of one board and taken for all.
void describe_counter(Channel& channel);

/// Boards that share a module with a CPU.
enum class Superchip {
  none,
  one_gpu,  ///< one GPU on a module, whose energy counter is of the whole module (GH200)
  two_gpus  ///< two GPUs on a module: what is told of the module is told twice, and what the energy
            ///< counter covers is not known (GB200, GB300)
};
Superchip superchip(std::string_view name);

}  // namespace isojoule::nvml
