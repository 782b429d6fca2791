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

}  // namespace

void TextOutput::start(const Start& start) {
  out_ << fmt::format("{}: {} parameters, batch {}, on {} with {} thread{}, LibTorch {}",
                      settings_.workload.id.name(), start.parameters, settings_.batch,
                      settings_.device, settings_.threads, settings_.threads == 1 ? "" : "s",
                      start.torch_version)
       << std::endl;
}

void TextOutput::progress(const Progress& progress) {
  const long total = progress.warmup ? settings_.warmup : settings_.steps;
  const std::string steps = progress.first == progress.last
                                ? fmt::format("{} of {}", progress.last, total)
                                : fmt::format("{}-{} of {}", progress.first, progress.last, total);
  out_ << fmt::format("{:<7} {:<14} loss {:.4f}  {:9.2f} ms/step",
                      progress.warmup ? "warm-up" : "steps", steps, progress.loss,
                      progress.per_step.in(millisecond))
       << std::endl;
}

void TextOutput::result(const Result& result) {
  const double first =
      result.warmup_losses.empty() ? result.losses.front() : result.warmup_losses.front();
  out_ << fmt::format("loss {:.4f} -> {:.4f}; {} steps in {:.3f} s, median {:.2f} ms/step", first,
                      result.losses.back(), settings_.steps, result.elapsed.in(second),
                      median_of(result.step_durations).in(millisecond))
       << std::endl;
}

void print_json(const Settings& settings, const Result& result, std::ostream& out) {
  Json step_s = Json::array();
  for (const Duration duration : result.step_durations) step_s.push_back(duration.in(second));
  const Json json{{"workload", settings.workload.id.name()},
                  {"parameters", result.start.parameters},
                  {"cost", cost_to_json(settings.workload.cost)},
                  {"steps", settings.steps},
                  {"warmup", settings.warmup},
                  {"blocks", settings.blocks},
                  {"batch", settings.batch},
                  {"precision", kPrecision},
                  {"device", settings.device},
                  {"threads", settings.threads},
                  {"seed", settings.seed},
                  {"torch", result.start.torch_version},
                  {"elapsed_s", result.elapsed.in(second)},
                  {"median_step_s", median_of(result.step_durations).in(second)},
                  {"step_s", step_s},
                  {"warmup_losses", result.warmup_losses},
                  {"losses", result.losses}};
  out << json.dump() << std::endl;
}

}  // namespace isojoule::trainer
