// What is here and uses energy, but is not measured.
#pragma once

#include <string>

namespace isojoule {

/// A device or a source of readings that is present and whose energy is missing from a measurement:
/// a board without a power reading, counters that may not be read, a library that failed. What is
/// not there at all is none of these.
///
///     Unmeasured{"NVIDIA A100 GPU-8f6a...", "MIG instances have no power of their own", "..."}
struct Unmeasured {
  std::string what;    ///< a board with its id, or a backend of sensors: "rapl"
  std::string reason;  ///< why it is not measured
  std::string remedy;  ///< the exact thing to do about it; empty if nothing can be done

  friend bool operator==(const Unmeasured&, const Unmeasured&) = default;
};

}  // namespace isojoule
