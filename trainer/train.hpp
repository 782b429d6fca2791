// One training: the model, its data, and the steps that are measured.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "isojoule/core/quantity.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule::trainer {

struct Settings {
  Workload workload;
  Task task;
  long steps = 10;  ///< measured; at least 1
  long warmup = 2;  ///< before them
  long blocks = 5;  ///< 1 to steps: parts of the measured steps with marks of their own
  int batch = 8;
  std::string device = "cpu";  ///< "cpu", "cuda", "cuda:N"
  int threads = 1;
  std::uint64_t seed = 1;
};

/// What is known once the model stands, before the first step.
struct Start {
  std::uint64_t parameters = 0;  ///< counted in the model that was built
  std::string torch_version;
};

/// A number of consecutive steps that are done.
struct Progress {
  bool warmup = false;
  long first = 1;  ///< from 1 on, within the warm-up or within the measured steps
  long last = 1;
  double loss = 0.0;  ///< mean over these steps
  Duration per_step{};
};

struct Result {
  Start start;
  std::vector<double> warmup_losses;
  std::vector<double> losses;  ///< one per measured step
  std::vector<Duration> step_durations;
  Duration elapsed{};  ///< of the measured steps together
};

/// Who is told while it runs; called between steps.
struct Listener {
  std::function<void(const Start&)> on_start;
  std::function<void(const Progress&)> on_progress;
};

/// Precision of the arithmetic, as the marks name it: TF32 is switched off.
inline constexpr const char* kPrecision = "float32";

/// Trains with Adam (learning rate 1e-3) on binary cross-entropy of seeded synthetic clips. Around
/// the measured steps, and around each block of them, it sends the marks of docs/workloads.md, with
/// the device synchronized. On a CPU, the same settings give the same losses.
///
/// Throws Error(usage) for a device that is not there, and std::exception (c10::Error, whose first
/// line is its message) for what LibTorch cannot do.
Result train(const Settings& settings, const Listener& listener);

}  // namespace isojoule::trainer
