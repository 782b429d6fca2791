#include "isojoule/import/detail/board_power.hpp"

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

}  // namespace

void describe_board_power(Channel& channel, std::string_view board, LoggedPower power) {
  nvml::describe_power(channel, {nvml::architecture_of(board), board}, reading_of(power));
}

}  // namespace isojoule::detail
