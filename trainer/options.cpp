#include "trainer/options.hpp"

#include <sched.h>

#include <algorithm>
#include <iostream>
#include <limits>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>

#include "isojoule/core/error.hpp"

namespace isojoule::trainer {
namespace {

constexpr long kDefaultBlocks = 5;
constexpr const char* kAbout =
    "Trains one reference workload of isojoule on seeded synthetic clips, and marks the measured\n"
    "steps for 'isojoule measure' (docs/workloads.md).";
constexpr const char* kExample =
    "Example:\n"
    "  isojoule-train --workload cnn-2x128 --steps 10\n"
    "  isojoule measure --workload cnn-2x128 -- isojoule-train --workload cnn-2x128 --steps 10\n"
    "\n"
    "Exit codes: 0 trained, 1 failed, 2 usage, 3 not enough memory.";

/// As written on the command line, before it is judged as a whole.
struct Raw {
  std::string workload;
  std::string architecture;
  std::string layers;
  std::string hidden;
  std::optional<long> blocks;
  std::optional<int> threads;
};

/// Those that this process may run on (taskset, docker run --cpuset-cpus), as far as that is known.
int usable_threads() {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  if (sched_getaffinity(0, sizeof usable, &usable) == 0) return CPU_COUNT(&usable);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void add_model_options(CLI::App& app, Raw& raw) {
  CLI::Option* workload = app.add_option(
      "--workload", raw.workload, "What to train: mlp-4x1024, cnn-2x128, crnn-2.1x512.256, ...");
  CLI::Option* architecture =
      app.add_option("--arch", raw.architecture,
                     "The same in parts: mlp, cnn, rnn or crnn, with --layers and --hidden");
  CLI::Option* layers =
      app.add_option("--layers", raw.layers, "Layers; of a crnn, convolutional.recurrent: 2.1");
  CLI::Option* hidden =
      app.add_option("--hidden", raw.hidden, "Units or channels; of a crnn, both: 512.256");
  architecture->needs(layers, hidden)->excludes(workload);
  layers->needs(architecture);
  hidden->needs(architecture);
}

void add_run_options(CLI::App& app, Options& options, Raw& raw) {
  constexpr long kMany = 1'000'000'000;
  Settings& settings = options.settings;
  app.add_option("--steps", settings.steps, "Steps to measure")
      ->check(CLI::Range(1L, kMany))
      ->capture_default_str();
  app.add_option("--warmup", settings.warmup, "Steps before them, not measured")
      ->check(CLI::Range(0L, kMany))
      ->capture_default_str();
  app.add_option("--blocks", raw.blocks,
                 "Parts of the measured steps, for their spread (default: 5, at most --steps)")
      ->check(CLI::Range(1L, kMany));
  app.add_option("--batch", settings.batch, "Clips per step")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--device", settings.device, "cpu, cuda or cuda:N")->capture_default_str();
  app.add_option("--threads", raw.threads, "CPU threads (default: all that it may run on)")
      ->check(CLI::Range(1, 4096));
  app.add_option("--seed", settings.seed, "Of the weights and the clips")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--json", options.json, "Print one JSON object instead of text");
}

/// The id of the workload that was asked for.
std::string workload_id(const Raw& raw) {
  if (!raw.workload.empty()) return raw.workload;
  if (raw.architecture.empty())
    throw Error(ErrorCode::usage, "no workload; give --workload cnn-2x128, or --help for more");
  return raw.architecture + "-" + raw.layers + "x" + raw.hidden;
}

/// "cpu", "cuda" or "cuda:N"; whether it is there is another question.
bool is_device(const std::string& name) {
  if (name == "cpu" || name == "cuda") return true;
  constexpr std::size_t kMaxDigits = 2;
  const std::string index = name.starts_with("cuda:") ? name.substr(5) : "";
  return !index.empty() && index.size() <= kMaxDigits &&
         index.find_first_not_of("0123456789") == std::string::npos;
}

void apply(const Raw& raw, Settings& settings) {
  settings.workload = parse_workload(workload_id(raw));
  settings.threads = raw.threads.value_or(usable_threads());
  settings.blocks = raw.blocks.value_or(std::min(kDefaultBlocks, settings.steps));
  if (settings.blocks > settings.steps)
    throw Error(ErrorCode::usage, "--blocks " + std::to_string(settings.blocks) +
                                      " is more than --steps " + std::to_string(settings.steps) +
                                      "; a block has at least one step");
  if (!is_device(settings.device))
    throw Error(ErrorCode::usage,
                "unknown device '" + settings.device + "'; use cpu, cuda or cuda:N");
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  Raw raw;
  CLI::App app(kAbout, "isojoule-train");
  app.footer(kExample);
  app.set_version_flag("--version", "isojoule-train " ISOJOULE_VERSION);
  add_model_options(app, raw);
  add_run_options(app, options, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    app.exit(request);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorCode::usage, std::string(error.what()) + "; see isojoule-train --help");
  }
  apply(raw, options.settings);
  return options;
}

}  // namespace isojoule::trainer
