#include "trainer/options.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>

#include "isojoule/core/error.hpp"

#include "trainer/audio/features.hpp"

namespace isojoule::trainer {
namespace {

constexpr long kDefaultBlocks = 5;
constexpr long kMany = 1'000'000'000;
constexpr const char* kAbout =
    "Trains one reference workload of isojoule, on synthetic clips or on recorded ones, and marks "
    "the\n"
    "measured steps for 'isojoule measure' (docs/workloads.md).";
constexpr const char* kExample =
    "Example:\n"
    "  isojoule-train --workload cnn-2x128 --steps 10\n"
    "  isojoule measure --workload cnn-2x128 -- isojoule-train --workload cnn-2x128 --steps 10\n"
    "  isojoule-train --workload cnn-2x128 --protocol paper --data DESED\n"
    "\n"
    "Exit codes: 0 done, 1 failed, 2 usage, 3 not enough memory.";

/// As written on the command line, before it is judged as a whole.
struct Raw {
  std::string workload;
  std::string architecture;
  std::string layers;
  std::string hidden;
  std::string protocol = "steps";
  std::string mode = "train";
  std::string amp;
  bool tf32 = false;
  std::optional<long> steps;
  std::optional<long> warmup;
  std::optional<long> blocks;
  std::optional<long> epochs;
  std::optional<double> at_least;
  std::optional<int> threads;
  std::string data;
  std::string dataset;
  std::string resample = std::to_string(kPaperRate);
  std::string on_bad = "refuse";
  std::string cache;
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

void add_protocol_options(CLI::App& app, Raw& raw) {
  app.add_option("--protocol", raw.protocol,
                 "steps: some steps after warming up, features ready; paper: whole epochs that\n"
                 "decode the clips, as the paper's authors measure")
      ->check(CLI::IsMember({"steps", "paper"}))
      ->capture_default_str();
  app.add_option("--steps", raw.steps, "Steps to measure (default: 10)")
      ->check(CLI::Range(1L, kMany));
  app.add_option("--warmup", raw.warmup, "Steps before them, not measured (default: 2)")
      ->check(CLI::Range(0L, kMany));
  app.add_option("--blocks", raw.blocks,
                 "Parts of the measured steps, for their spread (default: 5, at most --steps)")
      ->check(CLI::Range(1L, kMany));
  app.add_option("--at-least", raw.at_least,
                 "Seconds of measured steps, beyond --steps where needed")
      ->check(CLI::Range(0.0, 1e9));
  app.add_option("--epochs", raw.epochs, "Of the protocol paper (default: 10)")
      ->check(CLI::Range(1L, kMany));
  app.add_option("--mode", raw.mode,
                 "train; test: forward and loss, without gradients; forward: inference alone")
      ->check(CLI::IsMember({"train", "test", "forward"}))
      ->capture_default_str();
}

void add_run_options(CLI::App& app, Options& options, Raw& raw) {
  Settings& settings = options.settings;
  app.add_option("--batch", settings.batch, "Clips per step")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--device", settings.device, "cpu, cuda or cuda:N")->capture_default_str();
  app.add_option("--threads", raw.threads, "CPU threads (default: all that it may run on)")
      ->check(CLI::Range(1, 4096));
  CLI::Option* tf32 = app.add_flag("--tf32", raw.tf32, "Let a CUDA device multiply in TF32");
  app.add_option("--amp", raw.amp,
                 "Automatic mixed precision: bfloat16, or float16 on a CUDA device")
      ->check(CLI::IsMember({"float16", "bfloat16"}))
      ->excludes(tf32);
  app.add_option("--seed", settings.seed, "Of the weights, the clips and their order")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--json", options.json, "Print one JSON object instead of text");
}

void add_data_options(CLI::App& app, Options& options, Raw& raw) {
  CLI::Option* data = app.add_option("--data", raw.data,
                                     "Folder of recorded clips (default: clips made in memory)");
  app.add_option("--dataset", raw.dataset, "Its layout, desed or sc09 (default: found out)")
      ->check(CLI::IsMember({"desed", "sc09"}))
      ->needs(data);
  app.add_option("--resample", raw.resample,
                 "Samples per second, or none: as the files are (default: 44100)")
      ->needs(data);
  app.add_option("--on-bad-audio", raw.on_bad,
                 "What to do with clips that cannot be used, skip or refuse (default: refuse)")
      ->check(CLI::IsMember({"skip", "refuse"}))
      ->needs(data);
  app.add_option("--cache", raw.cache,
                 "Folder for features that are ready, or none (default: isojoule in the user's "
                 "cache)")
      ->needs(data);
  app.add_flag("--evaluate", options.settings.evaluate, "Then print micro-F1 on the held-out clips")
      ->needs(data);
}

void add_features_command(CLI::App& app, FeaturesOptions& options, Raw& raw) {
  CLI::App* command = app.add_subcommand("features", "Show what a model is fed with of one file");
  command->add_option("FILE", options.file, "An audio file")->required();
  command->add_option("--resample", raw.resample,
                      "Samples per second, or none: as the file is (default: 44100)");
  command->add_option("--seed", options.seed, "Of the choice of ten seconds from a longer file")
      ->capture_default_str();
  command->add_flag("--whole", options.whole, "All frames of the ten seconds, not the first 64");
  command->add_option("--output", options.output, "Write them as a NumPy file (.npy)");
  command->add_flag("--json", options.json, "Print one JSON object instead of text");
  command->footer("Example:\n  isojoule-train features dog.wav --output dog.npy");
}

void add_make_dataset_command(CLI::App& app, MadeDatasetOptions& options, std::string& layout) {
  CLI::App* command =
      app.add_subcommand("make-dataset", "Write a dataset of synthetic clips that can be learnt");
  command->add_option("DIR", options.folder, "A new folder")->required();
  command->add_option("--clips", options.clips, "To train on; a quarter of it is held out")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  command->add_option("--layout", layout, "desed (10 s at 44.1 kHz) or sc09 (1 s at 16 kHz)")
      ->check(CLI::IsMember({"desed", "sc09"}))
      ->capture_default_str();
  command->add_option("--seconds", options.seconds, "Length of a clip (default: by the layout)")
      ->check(CLI::Range(0.3, 599.0));
  command->add_option("--seed", options.seed, "Of the clips")->capture_default_str();
  command->footer("Example:\n  isojoule-train make-dataset made --clips 400");
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

std::optional<int> parse_rate(const std::string& text) {
  if (text == "none") return std::nullopt;
  int rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc{} || end != text.data() + text.size() || rate < kLowestRate ||
      rate > kHighestRate)
    throw Error(ErrorCode::usage, "--resample '" + text +
                                      "': use none, or samples per second from " +
                                      std::to_string(kLowestRate) + " to " +
                                      std::to_string(kHighestRate) + "; see isojoule-train --help");
  return rate;
}

/// Where features are kept: none where no place is known.
std::filesystem::path cache_folder(const Raw& raw, const Environment& environment) {
  if (raw.cache == "none") return {};
  if (!raw.cache.empty()) return raw.cache;
  const std::optional<std::string> cache = environment.get("XDG_CACHE_HOME");
  if (cache && cache->starts_with('/')) return std::filesystem::path(*cache) / "isojoule";
  const std::optional<std::string> home = environment.get("HOME");
  if (home && !home->empty()) return std::filesystem::path(*home) / ".cache/isojoule";
  return {};
}

void refuse_if(bool wrong, const std::string& message) {
  if (wrong) throw Error(ErrorCode::usage, message + "; see isojoule-train --help");
}

void apply_protocol(const Raw& raw, Settings& settings) {
  if (raw.protocol == "paper") {
    settings.protocol = Protocol::paper;
    refuse_if(raw.steps || raw.warmup || raw.blocks || raw.at_least,
              "--steps, --warmup, --blocks and --at-least are of the protocol steps; the protocol "
              "paper has --epochs");
    refuse_if(raw.data.empty(), "the protocol paper decodes recorded clips: give --data DIR");
    settings.epochs = raw.epochs.value_or(settings.epochs);
    settings.warmup = 0;
    return;
  }
  refuse_if(raw.epochs.has_value(),
            "--epochs is of the protocol paper; the protocol steps has "
            "--steps");
  settings.steps = raw.steps.value_or(settings.steps);
  settings.warmup = raw.warmup.value_or(settings.warmup);
  settings.at_least = raw.at_least.value_or(0.0) * second;
  settings.blocks = raw.blocks.value_or(std::min(kDefaultBlocks, settings.steps));
  if (settings.blocks > settings.steps)
    throw Error(ErrorCode::usage, "--blocks " + std::to_string(settings.blocks) +
                                      " is more than --steps " + std::to_string(settings.steps) +
                                      "; a block has at least one step");
}

/// NVIDIA's libraries obey this variable before they obey LibTorch.
void refuse_other_tf32(const Environment& environment, bool tf32) {
  const std::optional<std::string> forced = environment.get("NVIDIA_TF32_OVERRIDE");
  if (!forced || (*forced != "0" && *forced != "1")) return;
  refuse_if((*forced == "1") != tf32, "the environment variable NVIDIA_TF32_OVERRIDE=" + *forced +
                                          " contradicts the precision asked for: unset it, or " +
                                          (tf32 ? "leave out --tf32" : "give --tf32"));
}

void apply_arithmetic(const Raw& raw, const Environment& environment, Settings& settings) {
  const bool on_cpu = settings.device == "cpu";
  refuse_if(raw.tf32 && on_cpu, "--tf32 is of CUDA devices: give --device cuda");
  refuse_if(raw.amp == "float16" && on_cpu,
            "--amp float16 is of CUDA devices: give --device cuda, or --amp bfloat16");
  if (!on_cpu) refuse_other_tf32(environment, raw.tf32);
  if (raw.tf32) settings.precision = Precision::tf32;
  if (raw.amp == "float16") settings.precision = Precision::amp_float16;
  if (raw.amp == "bfloat16") settings.precision = Precision::amp_bfloat16;
}

void apply_data(const Raw& raw, const Environment& environment, Settings& settings) {
  if (raw.data.empty()) return;
  DatasetOptions data;
  data.folder = raw.data;
  data.rate = parse_rate(raw.resample);
  data.on_bad = raw.on_bad == "skip" ? OnBadAudio::skip : OnBadAudio::refuse;
  data.cache = cache_folder(raw, environment);
  if (raw.dataset.empty() || !std::filesystem::is_directory(data.folder)) {
    data.kind = find_kind(data.folder);
  } else {
    data.kind = raw.dataset == "sc09" ? DatasetKind::sc09 : DatasetKind::desed;
  }
  settings.data = data;
}

void apply(const Raw& raw, const Environment& environment, Settings& settings) {
  settings.workload = parse_workload(workload_id(raw));
  settings.threads = raw.threads.value_or(usable_threads());
  if (raw.mode == "test") settings.mode = Mode::test;
  if (raw.mode == "forward") settings.mode = Mode::forward;
  if (!is_device(settings.device))
    throw Error(ErrorCode::usage,
                "unknown device '" + settings.device + "'; use cpu, cuda or cuda:N");
  apply_protocol(raw, settings);
  apply_arithmetic(raw, environment, settings);
  apply_data(raw, environment, settings);
}

}  // namespace

std::optional<Command> parse_options(int argc, const char* const* argv,
                                     const Environment& environment,
                                     const std::string& torch_version) {
  Options options;
  FeaturesOptions features;
  MadeDatasetOptions made;
  Raw raw;
  std::string layout = "desed";
  CLI::App app(kAbout, "isojoule-train");
  app.footer(kExample);
  app.set_version_flag("--version",
                       "isojoule-train " ISOJOULE_VERSION ", LibTorch " + torch_version);
  app.require_subcommand(0, 1);
  add_model_options(app, raw);
  add_protocol_options(app, raw);
  add_run_options(app, options, raw);
  add_data_options(app, options, raw);
  add_features_command(app, features, raw);
  add_make_dataset_command(app, made, layout);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    app.exit(request);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorCode::usage, std::string(error.what()) + "; see isojoule-train --help");
  }
  if (app.got_subcommand("features")) {
    features.rate = parse_rate(raw.resample);
    return features;
  }
  if (app.got_subcommand("make-dataset")) {
    made.layout = layout == "sc09" ? DatasetKind::sc09 : DatasetKind::desed;
    return made;
  }
  apply(raw, environment, options.settings);
  return options;
}

}  // namespace isojoule::trainer
