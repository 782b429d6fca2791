// What either of AMD's two libraries shows of the boards: AMD SMI and, before it, ROCm SMI.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "isojoule/core/outcome.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule::amd {

inline constexpr Power kMicrowatt = 1e-6 * watt;

enum class PowerKind { average, instant };

struct PowerReading {
  std::uint64_t microwatts = 0;
  PowerKind kind = PowerKind::average;
};

struct CounterReading {
  std::uint64_t count = 0;
  float microjoules_per_count = 0.0F;
};

/// The highest power cap that may be set.
struct PowerCap {
  bool is_absent = false;     ///< the board has none at all, as the graphics inside a processor
  std::optional<Power> most;  ///< empty: absent, or not to be read
};

/// Which board it is.
struct Identity {
  std::uint64_t pci_id = 0;  ///< domain << 32 | partition << 28 | bus << 8 | device << 3 | function
  std::string unique_id;     ///< "GPU-" and 16 hexadecimal digits, as ROCR_VISIBLE_DEVICES has it
  std::string name;
};

/// A library, started. The destructor ends it and then closes it. A board is known by its index. A
/// refusal says why, with the library's own words. One thread at a time.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// "ROCm SMI", "AMD SMI 26.0.0".
  virtual std::string name() const = 0;
  virtual Outcome<std::uint32_t> count() const = 0;
  virtual Identity identity(std::uint32_t board) const = 0;
  /// What a board draws now. All ones are a failed reading.
  virtual Outcome<PowerReading> power(std::uint32_t board) const = 0;
  /// Empty where the library's powers can be read; else why they cannot be, for any board.
  virtual std::string why_no_power() const { return {}; }
  /// What its energy counter shows. All ones are a failed reading.
  virtual Outcome<CounterReading> counter(std::uint32_t board) const = 0;
  virtual PowerCap cap(std::uint32_t board) const = 0;
};

/// "0000:03:00.0" of a `pci_id`.
std::string address_of(std::uint64_t pci_id);

/// A library, started, or why not.
struct Started {
  std::unique_ptr<Source> source;
  bool is_absent = false;  ///< it cannot be opened
  Probe why_not = {};      ///< where there is no source
};

/// AMD SMI (libamd_smi.so). `world` must outlive the source.
Started start_amd_smi(const World& world);

/// ROCm SMI (librocm_smi64.so).
Started start_rocm_smi(const World& world);

}  // namespace isojoule::amd
