// Trouble while sampling, kept beside the numbers instead of thrown.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/instant.hpp"

namespace isojoule {

/// What the reader of a fault should do.
enum class FaultKind {
  retry,  ///< one reading is missing; the next may be there
  ended,  ///< the source ended in an orderly way (a recorded trace is over)
  fatal,  ///< the source is gone for good (a GPU fell off the bus)
};

struct Fault {
  FaultKind kind = FaultKind::retry;
  Instant time;         ///< when it was seen; set by the meter
  std::string source;   ///< the channel or backend
  std::string message;  ///< in words
};

}  // namespace isojoule
