// A channel: one number that a sensor can be asked for again and again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// What part of a machine an energy belongs to. Parts of one scope may be added; scopes are never
/// added to each other.
enum class Scope {
  gpu,         ///< GPU boards, each with its memory
  gpu_memory,  ///< the memory of GPU boards: a part of `gpu`
  module,      ///< modules of CPU and GPU in one (superchips): contains `gpu`
  package,     ///< CPU packages
  dram,        ///< memory
  node,        ///< the whole machine: contains all others
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

/// A state of the device that is kept beside its energy: temperature, clock, power limit. It has no
/// energy and is part of no total.
struct Gauge {
  std::string unit;        ///< of `per_count`: "celsius", "hertz", "ratio", "watt", "processes";
                           ///< empty for flags
  double per_count = 1.0;  ///< units in one count
  std::vector<std::string> flags;  ///< what each bit of the counts means, the lowest first; empty
                                   ///< unless the gauge is a set of flags

  friend bool operator==(const Gauge&, const Gauge&) = default;
};

/// How much the readings of this very sensor are of the truth, as a calibration found it. True
/// energy = reading / value. Where nobody calibrated it, readings stay as they are, and what is
/// known of sensors of its family makes the interval (energy/accuracy.hpp).
struct Gain {
  double value = 1.0;
  double half_width = 0.0;  ///< of `value`: it lies in value +- half_width, anywhere equally
  std::string source = {};  ///< how it is known; empty: the sensor was not calibrated

  bool is_calibrated() const { return !source.empty(); }

  friend bool operator==(const Gain&, const Gain&) = default;
};

/// One channel of a sensor. Readings are whole counts of `unit`: an Energy per count makes it a
/// counter of energy, a Power per count makes it a meter of power, a Gauge a state of the device.
/// Keeping counts, not joules, is what makes a trace exact.
struct Channel {
  std::string id;         ///< unique among the channels of a measurement: "rapl:package-0"
  std::string component;  ///< whose energy it is; channels of one component are alternatives and
                          ///< are never added: "package-0", "gpu-GPU-8f6a..."
  std::string label;      ///< for people: "Intel package 0", "NVIDIA A100-SXM4-80GB"
  Scope scope = Scope::package;
  Kind kind = Kind::measured;
  std::variant<Energy, Power, Gauge> unit;  ///< of one count
  Validity validity = Validity::any_window;
  std::optional<std::uint64_t> range;  ///< a counter returns to 0 after this count; empty: unknown,
                                       ///< so that a decrease can only be a reset
  std::optional<Power> max_power;      ///< no more than this can flow; bounds each counter step
  std::string
      model;  ///< how it is computed, when modelled: "CPU time x 3.50 W per hardware thread"
  std::optional<Duration> refresh;    ///< a new value comes this often, as published or known
  std::optional<Duration> averaging;  ///< a meter of power shows the mean over this long before a
                                      ///< refresh; shorter than `refresh`: the rest is unseen
  Duration lag{};                     ///< a new value tells of the moment this long before it came
  Duration lag_half_width{};          ///< the lag is known to +- this
  std::string family = {};            ///< whose accuracy its sensor has ("nvml/turing-on", a row of
                                      ///< energy/accuracy); empty: id, scope and label show it
  std::string caveat = {};  ///< why the uncertainty of its energies is not known; empty: it is
  Gain gain;

  bool is_counter() const { return std::holds_alternative<Energy>(unit); }
  bool is_power() const { return std::holds_alternative<Power>(unit); }
  bool is_gauge() const { return std::holds_alternative<Gauge>(unit); }
};

/// One reading, in counts of its channel's unit. Empty: it failed.
using Sample = std::optional<std::uint64_t>;

/// What a reading shows.
struct ReadingValue {
  double value;
  std::string unit;  ///< "J" since a counter began, "W", or the gauge's
};

/// The value of a reading of `counts`, with the gain taken out. Of a counter it is no energy that
/// was used: differences of readings are, as far as measure_trace believes them.
ReadingValue reading_value(const Channel& channel, std::uint64_t counts);

}  // namespace isojoule
