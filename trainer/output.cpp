#include "trainer/output.hpp"

#include <ostream>

#include <fmt/format.h>

#include "isojoule/core/json.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule::trainer {
namespace {

/// Of at least one.
Duration median_of(const std::vector<Duration>& durations) {
  std::vector<double> seconds;
  for (const Duration duration : durations) seconds.push_back(duration.in(second));
  return median(seconds).value() * second;
}

/// "1-2 of 10", or without the total where it is not known.
std::string steps_text(const Settings& settings, const Progress& progress) {
  if (progress.epoch) return fmt::format("{} of {}", *progress.epoch, settings.epochs);
  std::string text = progress.first == progress.last
                         ? fmt::format("{}", progress.last)
                         : fmt::format("{}-{}", progress.first, progress.last);
  if (progress.warmup || knows_steps(settings))
    text += fmt::format(" of {}", progress.warmup ? settings.warmup : settings.steps);
  return text;
}

const char* what_of(const Progress& progress) {
  if (progress.epoch) return "epoch";
  return progress.warmup ? "warm-up" : "steps";
}

}  // namespace

void TextOutput::start(const Start& start) {
  out_ << fmt::format("{}: {} parameters, batch {}, on {} with {} thread{}, LibTorch {}",
                      settings_.workload.id.name(), start.parameters, settings_.batch,
                      settings_.device, settings_.threads, settings_.threads == 1 ? "" : "s",
                      start.torch_version);
  if (settings_.precision != Precision::float32)
    out_ << fmt::format(", {}", name_of(settings_.precision));
  if (settings_.mode != Mode::train) out_ << fmt::format(", mode {}", name_of(settings_.mode));
  if (start.clips) out_ << fmt::format(", {} clips of {}", *start.clips, data_name(settings_));
  out_ << '\n' << std::flush;
}

void TextOutput::progress(const Progress& progress) {
  const std::string loss = progress.loss ? fmt::format("loss {:.4f}", *progress.loss) : "";
  out_ << fmt::format("{:<7} {:<14} {:<11}  {:9.2f} ms/step", what_of(progress),
                      steps_text(settings_, progress), loss, progress.per_step.in(millisecond))
       << '\n'
       << std::flush;
}

void TextOutput::result(const Result& result) {
  if (!result.losses.empty())
    out_ << fmt::format(
        "loss {:.4f} -> {:.4f}; ",
        result.warmup_losses.empty() ? result.losses.front() : result.warmup_losses.front(),
        result.losses.back());
  out_ << fmt::format("{} steps in {:.3f} s, median {:.2f} ms/step", result.step_durations.size(),
                      result.elapsed.in(second), median_of(result.step_durations).in(millisecond))
       << '\n'
       << std::flush;
  if (result.score)
    out_ << fmt::format(
                "micro-F1 {:.3f} on {} held-out clips (every label given to every clip: "
                "{:.3f})",
                result.score->f1(), result.score->clips, result.score->f1_of_all())
         << '\n'
         << std::flush;
}

void print_json(const Settings& settings, const Result& result, std::ostream& out) {
  Json step_s = Json::array();
  for (const Duration duration : result.step_durations) step_s.push_back(duration.in(second));
  Json json{{"schema", schema_text("isojoule.training", 1)},
            {"workload", settings.workload.id.name()},
            {"parameters", result.start.parameters},
            {"cost", cost_to_json(settings.workload.cost)},
            {"protocol", name_of(settings.protocol)},
            {"mode", name_of(settings.mode)},
            {"data", data_name(settings)},
            {"steps", result.step_durations.size()},
            {"warmup", settings.warmup}};
  if (settings.protocol == Protocol::paper) {
    json["epochs"] = settings.epochs;
  } else {
    json["blocks"] = settings.blocks;
  }
  if (result.start.clips) json["clips"] = *result.start.clips;
  json.update(Json{{"batch", settings.batch},
                   {"precision", name_of(settings.precision)},
                   {"device", settings.device},
                   {"threads", settings.threads},
                   {"seed", settings.seed},
                   {"torch", result.start.torch_version},
                   {"elapsed_s", result.elapsed.in(second)},
                   {"cpu_s", result.cpu.in(second)},
                   {"median_step_s", median_of(result.step_durations).in(second)},
                   {"step_s", step_s},
                   {"warmup_losses", result.warmup_losses},
                   {"losses", result.losses}});
  if (result.score)
    json["held_out"] = Json{{"clips", result.score->clips},
                            {"micro_f1", result.score->f1()},
                            {"micro_f1_of_all_labels", result.score->f1_of_all()}};
  out << json.dump() << '\n' << std::flush;
}

}  // namespace isojoule::trainer
