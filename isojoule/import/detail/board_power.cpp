#include "isojoule/import/detail/board_power.hpp"

#include <optional>
#include <string_view>

#include "isojoule/sensor/nvml/architecture.hpp"
#include "isojoule/sensor/nvml/generations.hpp"

namespace isojoule::detail {
namespace {

nvml::PowerReading reading_of(LoggedPower power) {
  switch (power) {
    case LoggedPower::instant:
      return nvml::PowerReading::instant;
    case LoggedPower::average:
      return nvml::PowerReading::average;
    case LoggedPower::usage:
      break;
  }
  return nvml::PowerReading::usage;
}

/// As rows of energy/accuracy: boards from Turing on have another bias than those up to Pascal.
std::string_view accuracy_family_of(std::optional<unsigned int> architecture) {
  constexpr unsigned int kPascal = 4;
  constexpr unsigned int kTuring = 6;
  if (architecture && *architecture <= kPascal) return "nvml/to-pascal";
  if (architecture && *architecture >= kTuring) return "nvml/turing-on";
  return "nvml/other";
}

}  // namespace

void describe_board_power(Channel& channel, std::string_view board, LoggedPower power) {
  const auto architecture = nvml::architecture_of(board);
  channel.family = accuracy_family_of(architecture);
  nvml::describe_power(channel, {architecture, board}, reading_of(power));
}

}  // namespace isojoule::detail
