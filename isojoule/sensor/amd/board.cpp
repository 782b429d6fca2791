#include "isojoule/sensor/amd/board.hpp"

#include <limits>

namespace isojoule::rocm {
namespace {

constexpr double kTransientFactor = 2.0;  // bursts above the highest cap
constexpr std::uint64_t kNotTold = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Status read_power(const Api& api, std::uint32_t board, PowerType& type, std::uint64_t& microwatts) {
  std::uint64_t answer = kNotTold;
  Status status = call(api.power, board, &answer, &type);
  if (status == Status::success && type == PowerType::invalid) status = Status::not_supported;
  if (status == Status::function_absent) {  // before ROCm 6
    type = PowerType::average;
    status = call(api.average_power, board, std::uint32_t{0}, &answer);
  }
  if (status != Status::success) return status;
  if (answer == kNotTold) return Status::no_data;
  microwatts = answer;
  return status;
}

Status read_counter(const Api& api, std::uint32_t board, CounterReading& reading) {
  CounterReading answer{kNotTold, 0.0F};
  std::uint64_t time = 0;
  const Status status =
      call(api.energy_count, board, &answer.count, &answer.microjoules_per_count, &time);
  if (status != Status::success) return status;
  if (answer.count == kNotTold) return Status::no_data;
  reading = answer;
  return status;
}

Status read_power_bound(const Api& api, std::uint32_t board, std::optional<Power>& bound) {
  std::uint64_t most = 0;
  std::uint64_t least = 0;
  const Status status = call(api.power_cap_range, board, std::uint32_t{0}, &most, &least);
  if (status == Status::success && most != 0 && most != kNotTold)
    bound = kTransientFactor * static_cast<double>(most) * kMicrowatt;
  return status;
}

}  // namespace isojoule::rocm
