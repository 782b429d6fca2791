// A channel: one number that a sensor can be asked for again and again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// What part of a machine an energy belongs to. Parts of one scope may be added; scopes are never
/// added to each other.
enum class Scope {
  gpu,      ///< GPU boards
  package,  ///< CPU packages
  dram,     ///< memory
};

/// Whether joules were read from hardware or computed from a model. Never added to each other
/// without being asked.
enum class Kind { measured, modelled };

/// When the difference of two readings of a counter means something.
enum class Validity {
  any_window,    ///< always
  whole_command  ///< only over the whole command (the CPU time of children that have been waited
                 ///< for)
};

std::string_view to_string(Scope scope);
std::string_view to_string(Kind kind);
/// Inverse of to_string. Throws Error(unknown_name).
Scope scope_from_string(std::string_view text);
Kind kind_from_string(std::string_view text);

/// One channel of a sensor. Readings are whole counts of `unit`: an Energy per count makes it a
/// counter of energy, a Power per count makes it a meter of power. Keeping counts, not joules, is
/// what makes a trace exact.
struct Channel {
  std::string id;         ///< unique among the channels of a measurement: "rapl:package-0"
  std::string component;  ///< whose energy it is; channels of one component are alternatives and
                          ///< are never added: "package-0", "gpu-GPU-8f6a..."
  std::string label;      ///< for people: "Intel package 0", "NVIDIA A100-SXM4-80GB"
  Scope scope = Scope::package;
  Kind kind = Kind::measured;
  std::variant<Energy, Power> unit;  ///< of one count
  Validity validity = Validity::any_window;
  std::optional<std::uint64_t> range;  ///< a counter returns to 0 after this count; empty: unknown,
                                       ///< so that a decrease can only be a reset
  std::optional<Power> max_power;      ///< no more than this can flow; bounds each counter step
  std::string
      model;  ///< how it is computed, when modelled: "CPU time x 3.50 W per hardware thread"

  bool is_counter() const { return std::holds_alternative<Energy>(unit); }
};

}  // namespace isojoule
