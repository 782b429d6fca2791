// One AMD board, and which of its readings are used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "isojoule/core/quantity.hpp"
#include "isojoule/sensor/amd/source.hpp"

namespace isojoule::amd {

struct Board {
  std::uint32_t index = 0;  ///< in the library's order
  Identity identity;
  bool is_part = false;                 ///< one of several partitions of a board
  std::optional<PowerKind> power_kind;  ///< empty: it shows no power
  std::string no_power;                 ///< why
  Energy resolution{};                  ///< of the counter; 0: it has none that is trusted
  std::string no_counter;               ///< why
  std::string doubt;                    ///< why the trusted counter may be wrong; empty: none
  std::optional<std::size_t> energy;    ///< its place among the channels
  std::optional<std::size_t> power;
};

}  // namespace isojoule::amd
