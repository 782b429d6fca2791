// What is to be trained, and how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "isojoule/core/quantity.hpp"
#include "isojoule/workload/workload.hpp"

#include "trainer/audio/dataset.hpp"

namespace isojoule::trainer {

/// What is measured (docs/workloads.md).
enum class Protocol {
  steps,  ///< some steps after warming up, the clips' features ready
  paper,  ///< whole epochs from the first step on, decoding the clips in them
};

/// What a step does.
enum class Mode {
  train,    ///< forward, loss, backward, Adam
  test,     ///< forward and loss
  forward,  ///< forward, the logits read back
};

/// Of the arithmetic, as marks and records name it.
enum class Precision { float32, tf32, amp_float16, amp_bfloat16 };

std::string_view name_of(Protocol protocol);    ///< "steps", "paper"
std::string_view name_of(Mode mode);            ///< "train", "test", "forward"
std::string_view name_of(Precision precision);  ///< "float32", "tf32", "amp-float16", ...

struct Settings {
  Workload workload;
  Task task;
  Protocol protocol = Protocol::steps;
  Mode mode = Mode::train;
  Precision precision = Precision::float32;
  long steps = 10;      ///< protocol steps: measured; at least 1
  long warmup = 2;      ///< protocol steps: before them; 0 in the other
  long blocks = 5;      ///< protocol steps: 1 to steps, parts of them with marks of their own
  Duration at_least{};  ///< protocol steps: measured steps go on for so long
  long epochs = 10;     ///< protocol paper
  int batch = 8;
  std::string device = "cpu";  ///< "cpu", "cuda", "cuda:N"
  int threads = 1;
  std::uint64_t seed = 1;
  std::optional<DatasetOptions> data;  ///< empty: synthetic clips
  bool evaluate = false;               ///< afterwards, on the held-out clips of `data`
};

/// "synthetic", "desed" or "sc09".
std::string_view data_name(const Settings& settings);

/// Whether the number of measured steps is known before.
bool knows_steps(const Settings& settings);

}  // namespace isojoule::trainer
