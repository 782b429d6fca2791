// The few functions of AMD's ROCm System Management Interface that are used, as its header
// rocm_smi.h declares them. The library is opened at run time; nothing of AMD's is needed to build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule::rocm {

/// rsmi_status_t: the codes that are told apart here. Others may come; all but `success` are
/// errors.
enum class Status : std::uint32_t {
  success = 0,
  not_supported = 2,
  permission = 4,
  init_error = 8,
  no_data = 14,
  /// Not AMD's: the library does not have the function.
  function_absent = 0xfffffffe,
};

/// RSMI_POWER_TYPE.
enum class PowerType : std::uint32_t { average = 0, current = 1, invalid = 0xffffffff };

/// The library's functions; nullptr where it does not have one. A board is known by its index.
struct Api {
  Status (*init)(std::uint64_t flags) = nullptr;
  Status (*shut_down)() = nullptr;
  Status (*status_string)(Status status, const char** text) = nullptr;
  Status (*device_count)(std::uint32_t* count) = nullptr;
  Status (*name)(std::uint32_t board, char* text, std::size_t size) = nullptr;
  Status (*pci_id)(std::uint32_t board, std::uint64_t* id) = nullptr;
  Status (*unique_id)(std::uint32_t board, std::uint64_t* id) = nullptr;
  Status (*power)(std::uint32_t board, std::uint64_t* microwatts, PowerType* type) = nullptr;
  Status (*average_power)(std::uint32_t board, std::uint32_t sensor,
                          std::uint64_t* microwatts) = nullptr;
  Status (*power_cap_range)(std::uint32_t board, std::uint32_t sensor, std::uint64_t* most,
                            std::uint64_t* least) = nullptr;  ///< in microwatts
  Status (*energy_count)(std::uint32_t board, std::uint64_t* count, float* microjoules_per_count,
                         std::uint64_t* nanoseconds) = nullptr;
};

/// Calls a function of the table; one that the library does not have is `function_absent`.
template <class... Parameters, class... Arguments>
Status call(Status (*function)(Parameters...), Arguments... arguments) {
  return function != nullptr ? function(arguments...) : Status::function_absent;
}

/// ROCm SMI, started. The destructor ends it and then closes the library.
class Session {
 public:
  /// Empty if the library cannot be opened or does not start; `why_not` then says why and what to
  /// do.
  static std::unique_ptr<Session> start(const World& world, Probe& why_not);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  const Api& api() const { return api_; }
  /// A status in words.
  std::string describe(Status status) const;

 private:
  explicit Session(std::unique_ptr<Library> library);

  std::unique_ptr<Library> library_;
  Api api_;
  bool started_ = false;
};

}  // namespace isojoule::rocm
