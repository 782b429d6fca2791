// The reference workloads: trainings of four architectures, each known by an id.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/cost.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/core/workload_id.hpp"
#include "isojoule/cost/architecture.hpp"

namespace isojoule {

/// A training of one architecture, by the settings of docs/workloads.md.
struct Workload {
  WorkloadId id{"unnamed"};
  Architecture architecture;
  Cost cost;  ///< by the rule "deepspeed"
};

/// The 43 reference workloads in their canonical order: MLP, CNN, RNN, CRNN, each from small to
/// large. The span is valid as long as the program runs; thread-safe.
std::span<const Workload> reference_workloads();

/// The reference workload of that id; the reference is valid as long as the program runs. Throws
/// Error(unknown_name) with near names for any other id, those that parse_workload reads included.
const Workload& find_reference_workload(std::string_view id);

/// Reads an id, one of the 43 or any other of the grammar
///
///   mlp-LAYERSxHIDDEN     cnn-LAYERSxCHANNELS     rnn-LAYERSxHIDDEN
///   crnn-CONV_LAYERS.RECURRENT_LAYERSxCHANNELS.HIDDEN
///
/// with whole numbers from 1 on, without leading zeros, so that a training has one id only. Throws
/// Error(unknown_name) with near names for what does not begin with an architecture's name and a
/// hyphen, Error(bad_input) for other breaches of the grammar and for models that cannot be (pooled
/// to nothing, or too large to count).
Workload parse_workload(std::string_view id);

/// As parse_workload, but empty for a name that does not begin with an architecture's name and a
/// hyphen: it is a user's own workload.
std::optional<Workload> recognise_workload(std::string_view name);

/// The id of an architecture: the inverse of parse_workload.
std::string workload_name(const Architecture& architecture);

/// "mlp", "cnn", "rnn" or "crnn".
std::string_view architecture_name(const Architecture& architecture);

/// How a workload is trained (docs/workloads.md).
struct Training {
  std::filesystem::path trainer;   ///< the program isojoule-train
  std::string workload;            ///< its id
  std::string protocol = "steps";  ///< or "paper"
  std::string mode = "train";      ///< or "test", "forward"
  long steps = 10;                 ///< measured; not of "paper"
  long warmup = 2;                 ///< steps before, not measured; not of "paper"
  Duration at_least{};             ///< the measured steps go on for so long; not of "paper"
  int epochs = 10;                 ///< of "paper"
  std::filesystem::path data;  ///< a dataset's folder; empty: synthetic clips. "paper" needs one
  std::string device = "cpu";  ///< or "cuda", "cuda:1"
  std::string precision = "float32";  ///< or "tf32", "amp-float16", "amp-bfloat16"
  std::optional<int> threads;         ///< empty: all that it may run on
  std::uint64_t seed = 1;

  friend bool operator==(const Training&, const Training&) = default;
};

/// The exit code by which isojoule-train says that a workload does not fit into memory.
inline constexpr int kDoesNotFit = 3;

/// The command that does it: isojoule-train --workload ID --steps N --warmup W --device D
/// --threads T --seed S, with what differs from the defaults. Throws Error(usage) for a precision
/// that is none of the above.
std::vector<std::string> training_command(const Training& training);

}  // namespace isojoule
