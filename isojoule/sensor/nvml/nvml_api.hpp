// The few functions of NVIDIA's management library that are used, as its documentation declares
// them (NVML API Reference Guide: initialization, device queries, return codes). The library is
// opened at run time; nothing of NVIDIA's is needed to build.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule::nvml {

/// nvmlReturn_t: the codes that are told apart here. Others may come; all but `success` are errors.
enum class Result : unsigned int {
  success = 0,
  not_supported = 3,
  no_permission = 4,
  insufficient_size = 7,  ///< of a list that the caller brought
  driver_not_loaded = 9,
  function_not_found = 13,
  gpu_is_lost = 15,
  reset_required = 16,
  version_mismatch = 18,  ///< library and kernel driver are of different versions
  no_data = 21,
};

struct Handle;  // opaque
using Device = Handle*;

/// nvmlValueType_t: which member of a Value holds.
enum class ValueType : unsigned int {
  real = 0,
  unsigned_int = 1,
  unsigned_long = 2,
  unsigned_long_long = 3,
  signed_long_long = 4,
  signed_int = 5,
  unsigned_short = 6,
};

/// nvmlValue_t.
union Value {
  double real;
  unsigned int unsigned_int;
  unsigned long unsigned_long;
  unsigned long long unsigned_long_long;
  long long signed_long_long;
  int signed_int;
  unsigned short unsigned_short;
};

/// nvmlFieldValue_t: one question of nvmlDeviceGetFieldValues, and its answer. The time is of the
/// wall clock, which may step: nothing is computed from it.
struct FieldValue {
  unsigned int field = 0;  ///< set by the caller
  unsigned int scope = 0;  ///< set by the caller
  long long timestamp_us = 0;
  long long latency_us = 0;
  ValueType type{};
  Result result = Result::not_supported;  ///< of this answer alone
  Value value{};
};
static_assert(sizeof(FieldValue) == 40 && sizeof(Value) == 8);

/// nvmlProcessInfo_t as of version 3.
struct ProcessInfo {
  unsigned int pid = 0;
  unsigned long long memory_bytes = 0;
  unsigned int gpu_instance = 0;
  unsigned int compute_instance = 0;
};
static_assert(sizeof(ProcessInfo) == 24);

/// nvmlUtilization_t, in percent.
struct Utilization {
  unsigned int gpu = 0;
  unsigned int memory = 0;
};

using Query = Result(Device device, unsigned int* answer);
using PairQuery = Result(Device device, unsigned int* first, unsigned int* second);
using SelectingQuery = Result(Device device, unsigned int which, unsigned int* answer);
using ProcessQuery = Result(Device device, unsigned int* count, ProcessInfo* processes);

/// The library's functions; nullptr where it does not have one.
struct Api {
  Result (*init)() = nullptr;
  Result (*shutdown)() = nullptr;
  const char* (*error_string)(Result) = nullptr;
  Result (*driver_version)(char* text, unsigned int size) = nullptr;
  Result (*device_count)(unsigned int* count) = nullptr;
  Result (*device_by_index)(unsigned int index, Device* device) = nullptr;
  Result (*uuid)(Device device, char* text, unsigned int size) = nullptr;
  Result (*name)(Device device, char* text, unsigned int size) = nullptr;
  Result (*total_energy)(Device device, unsigned long long* millijoules) = nullptr;
  Query* power_usage = nullptr;           ///< in milliwatts
  PairQuery* power_limits = nullptr;      ///< the least and the most, in milliwatts
  Query* enforced_power_limit = nullptr;  ///< in milliwatts
  Result (*field_values)(Device device, int count, FieldValue* values) = nullptr;
  Query* architecture = nullptr;         ///< nvmlDeviceArchitecture_t
  PairQuery* mig_mode = nullptr;         ///< now, and after the next reset
  Query* virtualization_mode = nullptr;  ///< nvmlGpuVirtualizationMode_t
  PairQuery* ecc_mode = nullptr;         ///< now, and after the next reset
  Query* persistence_mode = nullptr;
  SelectingQuery* temperature = nullptr;         ///< of a sensor, in degrees Celsius
  SelectingQuery* clock = nullptr;               ///< of a domain, in MHz
  SelectingQuery* applications_clock = nullptr;  ///< what a domain is set to, in MHz
  SelectingQuery* max_clock = nullptr;           ///< the highest of a domain, in MHz
  Result (*event_reasons)(Device device, unsigned long long* reasons) = nullptr;
  Result (*utilization)(Device device, Utilization* rates) = nullptr;
  ProcessQuery* compute_processes = nullptr;
  ProcessQuery* graphics_processes = nullptr;
};

Api load_api(const Library& library);

/// Calls a function of the table; one that the library does not have is `function_not_found`, so
/// that an old library lacks an ability instead of crashing.
template <class... Parameters, class... Arguments>
Result call(Result (*function)(Parameters...), Arguments... arguments) {
  return function != nullptr ? function(arguments...) : Result::function_not_found;
}

/// Calls a query for one number. All ones stand for "not available" and are a failed reading.
template <class Number>
Result call_for_count(Result (*query)(Device, Number*), Device device, std::uint64_t& count) {
  Number number = 0;
  const Result result = call(query, device, &number);
  if (result != Result::success) return result;
  if (number == std::numeric_limits<Number>::max()) return Result::no_data;
  count = number;
  return Result::success;
}

/// Whether a board that gives this code is gone until the driver is loaded anew.
constexpr bool is_lost(Result result) {
  return result == Result::gpu_is_lost || result == Result::reset_required;
}

/// NVML, started. The destructor ends it and then closes the library.
class Session {
 public:
  /// Empty if the library cannot be opened or does not start; `why_not` then says why and what to
  /// do.
  static std::unique_ptr<Session> start(const World& world, Probe& why_not);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  const Api& api() const { return api_; }
  /// A return code in words.
  std::string describe(Result result) const;

 private:
  explicit Session(std::unique_ptr<Library> library);

  std::unique_ptr<Library> library_;
  Api api_;
  bool started_ = false;
};

}  // namespace isojoule::nvml
