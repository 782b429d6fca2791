// The few functions of Level Zero that are used, as its headers ze_api.h and zes_api.h declare
// them. The library is opened at run time; nothing of Intel's is needed to build.
#pragma once

#include <array>
#include <cstdint>

#include "isojoule/core/world.hpp"

namespace isojoule::level_zero {

/// ze_result_t: the codes that are told apart here. Others may come; all but `success` are errors.
enum class Result : std::uint32_t {
  success = 0,
  device_lost = 0x70000001,
  permission = 0x70010000,
  dependency = 0x70020000,
  uninitialized = 0x78000001,
  unsupported = 0x78000003,
  /// Not Level Zero's: the library does not have the function.
  function_absent = 0xfffffffe,
};

using Driver = struct DriverHandle*;
using Device = struct DeviceHandle*;  ///< of Sysman (zes) or of the core (ze)
using PowerDomain = struct PowerHandle*;

struct Uuid {  ///< zes_uuid_t, ze_device_uuid_t
  std::array<std::uint8_t, 16> id{};
  friend bool operator==(const Uuid&, const Uuid&) = default;
};

// Flags of CoreProperties.
inline constexpr std::uint32_t kIntegrated = 1;

/// ze_device_properties_t.
struct CoreProperties {
  std::uint32_t type_of_structure = 0x3;
  void* next = nullptr;
  std::uint32_t type = 0;  ///< 1: a GPU
  std::uint32_t vendor = 0;
  std::uint32_t product = 0;
  std::uint32_t flags = 0;
  std::uint32_t subdevice = 0;
  std::uint32_t clock = 0;
  std::uint64_t largest_allocation = 0;
  std::array<std::uint32_t, 7> sizes{};
  std::uint64_t timer = 0;
  std::array<std::uint32_t, 2> timer_bits{};
  Uuid uuid;
  std::array<char, 256> name{};
};
static_assert(sizeof(CoreProperties) == 368);

/// zes_device_properties_t.
struct DeviceProperties {
  std::uint32_t type_of_structure = 0x1;
  void* next = nullptr;
  CoreProperties core;
  std::uint32_t subdevices = 0;  ///< 0: the board is one tile
  std::array<std::array<char, 64>, 6> texts{};
};
static_assert(sizeof(DeviceProperties) == 776);

/// zes_pci_properties_t.
struct PciProperties {
  std::uint32_t type_of_structure = 0x2;
  void* next = nullptr;
  std::uint32_t domain = 0;
  std::uint32_t bus = 0;
  std::uint32_t device = 0;
  std::uint32_t function = 0;
  std::array<std::uint64_t, 3> rest{};
};
static_assert(sizeof(PciProperties) == 56);

/// zes_power_domain_t.
enum class Domain : std::uint32_t { unknown = 0, card = 1, package = 2, stack = 3 };

/// zes_power_ext_properties_t, which a library may leave as it is.
struct PowerExtension {
  std::uint32_t type_of_structure = 0x28;
  void* next = nullptr;
  Domain domain = Domain::unknown;
  void* default_limit = nullptr;
};
static_assert(sizeof(PowerExtension) == 32);

/// zes_power_properties_t.
struct PowerProperties {
  std::uint32_t type_of_structure = 0xd;
  void* next = nullptr;
  std::uint8_t on_subdevice = 0;
  std::uint32_t subdevice = 0;
  std::uint8_t can_control = 0;
  std::uint8_t has_threshold = 0;
  std::int32_t default_limit = -1;  ///< in milliwatts; -1: not known
  std::int32_t least_limit = -1;
  std::int32_t greatest_limit = -1;
};
static_assert(sizeof(PowerProperties) == 40);

/// zes_power_energy_counter_t.
struct EnergyCounter {
  std::uint64_t microjoules = 0;
  std::uint64_t microseconds = 0;
};

/// The library's functions; nullptr where it does not have one.
struct Api {
  Result (*init)(std::uint32_t flags) = nullptr;  ///< zesInit
  Result (*drivers)(std::uint32_t* count, Driver* drivers) = nullptr;
  Result (*devices)(Driver driver, std::uint32_t* count, Device* devices) = nullptr;
  Result (*device_by_uuid)(Driver driver, Uuid uuid, Device* device, std::uint8_t* on_subdevice,
                           std::uint32_t* subdevice) = nullptr;
  Result (*properties)(Device device, DeviceProperties* properties) = nullptr;
  Result (*pci)(Device device, PciProperties* properties) = nullptr;
  Result (*power_domains)(Device device, std::uint32_t* count, PowerDomain* domains) = nullptr;
  Result (*power_properties)(PowerDomain domain, PowerProperties* properties) = nullptr;
  Result (*energy)(PowerDomain domain, EnergyCounter* counter) = nullptr;

  Result (*core_init)(std::uint32_t flags) = nullptr;  ///< zeInit
  Result (*core_drivers)(std::uint32_t* count, Driver* drivers) = nullptr;
  Result (*core_devices)(Driver driver, std::uint32_t* count, Device* devices) = nullptr;
  Result (*core_subdevices)(Device device, std::uint32_t* count, Device* devices) = nullptr;
  Result (*core_properties)(Device device, CoreProperties* properties) = nullptr;
};

Api load_api(const Library& library);

/// Calls a function of the table; one that the library does not have is `function_absent`.
template <class... Parameters, class... Arguments>
Result call(Result (*function)(Parameters...), Arguments... arguments) {
  return function != nullptr ? function(arguments...) : Result::function_absent;
}

}  // namespace isojoule::level_zero
