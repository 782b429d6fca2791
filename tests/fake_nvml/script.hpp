// The script that a fake NVML answers from.
//
// The environment variable FAKE_NVML_SCRIPT names a text file that is read again when it has changed
// (never, where FAKE_NVML_STEADY is set), so
// that a test can change it while the library is in use. One setting a line, # begins a comment:
//
//   return FUNCTION CODE   FUNCTION (nvmlInit_v2) gives CODE and does nothing. Before the first
//                          `board` it holds for every board, after it for that board only.
//   delay_ms FUNCTION MS   FUNCTION takes so long; before or after `board` as for `return`.
//   hang FUNCTION          FUNCTION takes 3 s, as delay_ms FUNCTION 3000.
//   driver VERSION         before the first board
//
//   board                  Begins a board. The lines below it, up to the next `board`, describe it.
//   uuid TEXT              default: GPU-fake-N, N counting from 0
//   name TEXT              default: Fake GPU; may contain spaces
//   architecture NUMBER    7 is Ampere, 9 Hopper
//   mig 0|1                divided by MIG now
//   virtualization NUMBER  1 passed through, 2 virtual GPU
//   ecc 0|1
//   persistence 0|1
//
//   energy_mj COUNT        what nvmlDeviceGetTotalEnergyConsumption shows, in millijoules
//   energy_rate_mw POWER   that counter advances at this power with CLOCK_MONOTONIC, as if it had
//                          stood at energy_mj (default 0) when the machine was started
//   power_mw POWER         the power now, by nvmlDeviceGetPowerUsage
//   field ID SCOPE COUNT [TYPE]
//                          what nvmlDeviceGetFieldValues shows, as a TYPE of nvmlValueType_t: real
//                          uint ulong ullong sllong int ushort; default: ullong for field 83
//                          (energy), else uint. COUNT may be negative, or nan, where TYPE can be.
//   field_rate ID SCOPE POWER
//                          that field advances as energy_rate_mw does, from its COUNT (default 0)
//   field_return ID SCOPE CODE
//                          the field's own return code
//   limit_mw POWER         the highest limit that may be set
//   enforced_limit_mw POWER
//
//   temperature_c COUNT
//   sm_clock_mhz COUNT
//   memory_clock_mhz COUNT
//   sm_clock_setting_mhz COUNT, memory_clock_setting_mhz COUNT
//                          the applications clocks
//   reasons BITS           why the clocks are what they are (nvmlClocksEventReason*)
//   utilisation PERCENT PERCENT
//                          of the GPU, of its memory
//   compute_processes [PID]...
//   graphics_processes [PID]...
//
// What a board has no line for is NVML_ERROR_NOT_SUPPORTED (3). Without a script, or with a line
// that is not understood, nvmlInit_v2 gives NVML_ERROR_DRIVER_NOT_LOADED (9) or NVML_ERROR_UNKNOWN
// (999). Before nvmlInit_v2 and after nvmlShutdown, calls give NVML_ERROR_UNINITIALIZED (1), as the
// real library's do.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fake_nvml {

/// nvmlReturn_t.
enum Return : int {
  kSuccess = 0,
  kUninitialized = 1,
  kInvalidArgument = 2,
  kNotSupported = 3,
  kInsufficientSize = 7,
  kDriverNotLoaded = 9,
  kUnknown = 999,
};

/// By the name of a function.
using Codes = std::map<std::string, int>;
using Delays = std::map<std::string, int>;

/// nvmlValueType_t.
enum class Type { real, uint, ulong, ullong, sllong, sint, ushort };

struct Field {
  std::optional<double> real;  ///< where the count is no whole number, or is negative
  std::uint64_t count = 0;
  std::uint64_t rate_mw = 0;
  Type type = Type::uint;
  int code = kSuccess;
};

struct Board {
  Codes returns;
  Delays delays_ms;
  std::string uuid;
  std::string name = "Fake GPU";
  std::map<std::string, std::uint64_t> numbers;                   ///< energy_mj, power_mw, ...
  std::map<std::pair<unsigned int, unsigned int>, Field> fields;  ///< by id and scope
  std::map<std::string, std::vector<unsigned int>> lists;         ///< processes

  std::optional<std::uint64_t> number(const std::string& key) const {
    const auto found = numbers.find(key);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
  }
};

struct Script {
  int trouble = kSuccess;  ///< what nvmlInit_v2 gives
  Codes returns;
  Delays delays_ms;
  std::string driver;
  std::vector<Board> boards;
};

/// The script as it is now, read anew when the file has changed. Its trouble says whether it could be
/// understood. Thread-safe.
std::shared_ptr<const Script> read_script();

}  // namespace fake_nvml
