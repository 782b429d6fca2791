// One AMD board, and its readings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "isojoule/core/quantity.hpp"
#include "isojoule/sensor/amd/rocm_api.hpp"

namespace isojoule::rocm {

inline constexpr Power kMicrowatt = 1e-6 * watt;

struct Board {
  std::uint32_t index = 0;
  std::uint64_t pci_id = 0;
  bool is_part = false;   ///< one of several partitions of a board
  std::string unique_id;  ///< "GPU-" and 16 hexadecimal digits, as ROCR_VISIBLE_DEVICES has it
  std::string name;
  PowerType power_type = PowerType::invalid;  ///< invalid: it tells no power
  Energy resolution{};                        ///< of the counter; 0: it has none that is trusted
  std::string no_counter;                     ///< why
  std::optional<std::size_t> energy;          ///< its place among the channels
  std::optional<std::size_t> power;
};

struct CounterReading {
  std::uint64_t count = 0;
  float microjoules_per_count = 0.0F;
};

/// What a board draws now, and of what kind that is. All ones are a failed reading (no_data), and
/// so is a type that is not told (not_supported).
Status read_power(const Api& api, std::uint32_t board, PowerType& type, std::uint64_t& microwatts);

/// What its counter shows. All ones are a failed reading.
Status read_counter(const Api& api, std::uint32_t board, CounterReading& reading);

/// Sets `bound` to twice the highest power cap that may be set, if that is told.
Status read_power_bound(const Api& api, std::uint32_t board, std::optional<Power>& bound);

}  // namespace isojoule::rocm
