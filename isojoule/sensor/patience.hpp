// How long to wait for what may never answer.
#pragma once

#include <functional>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// How long to wait for libraries that may hang.
struct Patience {
  Duration longest = 3.0 * second;
  std::function<bool()> give_up = {};  ///< asked every 20 ms; true ends the waiting; may be empty
};

}  // namespace isojoule
