// Energies and powers by nvmlDeviceGetFieldValues: several in one call, each with its own answer.
#pragma once

#include <cstdint>
#include <span>

#include "isojoule/sensor/nvml/nvml_api.hpp"

namespace isojoule::nvml {

/// NVML_FI_DEV_*: the fields that are used.
namespace field {
inline constexpr unsigned int memory_temperature = 82;  ///< degrees Celsius
inline constexpr unsigned int total_energy = 83;        ///< mJ since the driver was loaded
inline constexpr unsigned int average_power = 185;      ///< mW, over the last second
inline constexpr unsigned int instant_power = 186;      ///< mW
inline constexpr unsigned int greatest_power = 188;     ///< mW: the highest limit that may be set
}  // namespace field

/// NVML_POWER_SCOPE_*.
namespace scope {
inline constexpr unsigned int gpu = 0;
inline constexpr unsigned int module = 1;
inline constexpr unsigned int memory = 2;
}  // namespace scope

/// Asks for all of `values` at once. When the call as a whole fails, that is the answer of each.
void ask(const Api& api, Device device, std::span<FieldValue> values);

/// The number in an answer, rounded to a whole one; its type differs between drivers. Gives the
/// answer's own code if that is an error, and `no_data` for what is no count: a negative number,
/// NaN, all ones, a type that is not known. `count` is then left alone.
Result take_count(const FieldValue& answer, std::uint64_t& count);

}  // namespace isojoule::nvml
