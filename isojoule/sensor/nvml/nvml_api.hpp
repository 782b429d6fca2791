// The few functions of NVIDIA's management library that are used, as its documentation declares
// them (NVML API Reference Guide: initialization, device queries, return codes). The library is
// opened at run time; nothing of NVIDIA's is needed to build.
#pragma once

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
  driver_not_loaded = 9,
  function_not_found = 13,
  gpu_is_lost = 15,
  reset_required = 16,
  version_mismatch = 18,  ///< library and kernel driver are of different versions
};

struct Board;  // opaque
using Device = Board*;

/// The library's functions; nullptr where it does not have one.
struct Api {
  Result (*init)() = nullptr;
  Result (*shutdown)() = nullptr;
  const char* (*error_string)(Result) = nullptr;
  Result (*device_count)(unsigned int* count) = nullptr;
  Result (*device_by_index)(unsigned int index, Device* device) = nullptr;
  Result (*uuid)(Device device, char* text, unsigned int size) = nullptr;
  Result (*name)(Device device, char* text, unsigned int size) = nullptr;
  Result (*total_energy)(Device device, unsigned long long* millijoules) = nullptr;
  Result (*power_usage)(Device device, unsigned int* milliwatts) = nullptr;
  Result (*power_limits)(Device device, unsigned int* least, unsigned int* most) = nullptr;
  Result (*enforced_power_limit)(Device device, unsigned int* milliwatts) = nullptr;
};

Api load_api(const Library& library);

/// Calls a function of the table; one that the library does not have is `function_not_found`, so
/// that an old library lacks an ability instead of crashing.
template <class... Parameters, class... Arguments>
Result call(Result (*function)(Parameters...), Arguments... arguments) {
  return function != nullptr ? function(arguments...) : Result::function_not_found;
}

/// NVML, started. The destructor ends it and then closes the library.
class Session {
 public:
  /// Empty if the library cannot be opened or does not start; `why_not` then says why and what to
  /// do.
  static std::unique_ptr<Session> start(LibraryLoader& loader, Probe& why_not);
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
