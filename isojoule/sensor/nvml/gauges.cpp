#include "isojoule/sensor/nvml/gauges.hpp"

#include <array>
#include <set>
#include <sstream>
#include <utility>

#include "isojoule/sensor/nvml/fields.hpp"

namespace isojoule::nvml {
namespace {

// nvmlTemperatureSensors_t, nvmlClockType_t.
constexpr unsigned int kOnTheChip = 0;
constexpr unsigned int kMultiprocessors = 1;
constexpr unsigned int kMemory = 2;

/// nvmlClocksEventReason*, the lowest bit first.
constexpr std::array kReasons{"gpu idle",
                              "applications clocks setting",
                              "software power cap",
                              "hardware slowdown",
                              "sync boost",
                              "software thermal slowdown",
                              "hardware thermal slowdown",
                              "hardware power brake",
                              "display clock setting",
                              "board limit",
                              "reliability"};

Result read_selected(SelectingQuery* query, Device device, unsigned int which,
                     std::uint64_t& count) {
  unsigned int answer = 0;
  const Result result = call(query, device, which, &answer);
  if (result != Result::success) return result;
  if (answer == std::numeric_limits<unsigned int>::max()) return Result::no_data;
  count = answer;
  return Result::success;
}

Result read_memory_temperature(const Api& api, Device device, std::uint64_t& count) {
  FieldValue answer{.field = field::memory_temperature};
  ask(api, device, std::span(&answer, 1));
  const Result result = take_count(answer, count);
  // Boards whose memory has no thermometer answer 0.
  return result == Result::success && count == 0 ? Result::no_data : result;
}

Result read_utilization(const Api& api, Device device, unsigned int Utilization::* part,
                        std::uint64_t& count) {
  Utilization rates;
  const Result result = call(api.utilization, device, &rates);
  if (result != Result::success) return result;
  if (rates.*part > 100) return Result::no_data;  // percent
  count = rates.*part;
  return Result::success;
}

/// Adds the processes that one query tells.
Result add_processes(ProcessQuery* query, Device device, std::set<unsigned int>& pids) {
  std::vector<ProcessInfo> processes(32);
  Result result{};
  for (int trial = 0; trial < 3; ++trial) {  // more may start between two calls
    auto count = static_cast<unsigned int>(processes.size());
    result = call(query, device, &count, processes.data());
    if (result == Result::success) {
      for (unsigned int i = 0; i < count; ++i) pids.insert(processes[i].pid);
      return result;
    }
    if (result != Result::insufficient_size) return result;
    processes.resize(2 * std::size_t{count} + 32);
  }
  return result;
}

void take_pids(const std::filesystem::path& cgroup, std::set<unsigned int>& pids) {
  std::istringstream lines(read_text(cgroup / "cgroup.procs").value_or(""));
  for (unsigned int pid = 0; lines >> pid;) pids.erase(pid);
}

/// Takes those away that are in a cgroup or below it.
void take_members(const std::filesystem::path& cgroup, std::set<unsigned int>& pids) {
  take_pids(cgroup, pids);
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(cgroup, error), end;
       !error && entry != end; entry.increment(error)) {
    if (entry->is_directory(error)) take_pids(entry->path(), pids);
  }
}

Result count_processes(const Api& api, Device device, const std::filesystem::path& cgroup,
                       std::uint64_t& count) {
  std::set<unsigned int> pids;
  const Result result = add_processes(api.compute_processes, device, pids);
  if (result != Result::success) return result;
  add_processes(api.graphics_processes, device, pids);  // compute boards have none
  if (!cgroup.empty() && !pids.empty()) take_members(cgroup, pids);
  count = pids.size();
  return Result::success;
}

std::vector<HeldGauge> all_gauges(const Api& api, Device device,
                                  const std::filesystem::path& cgroup) {
  const auto selected = [&api, device](SelectingQuery* Api::* query, unsigned int which) {
    return [&api, device, query, which](std::uint64_t& count) {
      return read_selected(api.*query, device, which, count);
    };
  };
  const auto utilization = [&api, device](unsigned int Utilization::* part) {
    return [&api, device, part](std::uint64_t& count) {
      return read_utilization(api, device, part, count);
    };
  };
  const Gauge celsius{"celsius", 1.0, {}};
  const Gauge megahertz{"hertz", 1e6, {}};
  const Gauge percent{"ratio", 0.01, {}};
  return {
      {"temperature", celsius, selected(&Api::temperature, kOnTheChip)},
      {"memory-temperature", celsius,
       [&api, device](std::uint64_t& count) {
         return read_memory_temperature(api, device, count);
       }},
      {"sm-clock", megahertz, selected(&Api::clock, kMultiprocessors)},
      {"memory-clock", megahertz, selected(&Api::clock, kMemory)},
      {"power-limit", Gauge{"watt", 1e-3, {}},
       [&api, device](std::uint64_t& count) {
         return call_for_count(api.enforced_power_limit, device, count);
       }},
      {"throttle", Gauge{"", 1.0, {kReasons.begin(), kReasons.end()}},
       [&api, device](std::uint64_t& count) {
         return call_for_count(api.event_reasons, device, count);
       }},
      {"utilisation", percent, utilization(&Utilization::gpu)},
      {"memory-utilisation", percent, utilization(&Utilization::memory)},
      {cgroup.empty() ? "processes" : "other-processes", Gauge{"processes", 1.0, {}},
       [&api, device, cgroup](std::uint64_t& count) {
         return count_processes(api, device, cgroup, count);
       }},
  };
}

}  // namespace

Result HeldGauge::read(Instant due) {
  std::uint64_t count = 0;
  const Result result = read_(count);
  value_ = result == Result::success ? Sample{count} : std::nullopt;
  due_ = due;
  return result;
}

std::vector<HeldGauge> find_gauges(const Api& api, Device device,
                                   const std::filesystem::path& cgroup, Instant now) {
  std::vector<HeldGauge> gauges = all_gauges(api, device, cgroup);
  const Duration step = HeldGauge::kPeriod / static_cast<double>(gauges.size());
  Instant due = now;
  for (HeldGauge& gauge : gauges) gauge.read(due = due + step);
  std::erase_if(gauges, [](const HeldGauge& gauge) { return !gauge.value(); });
  return gauges;
}

}  // namespace isojoule::nvml
