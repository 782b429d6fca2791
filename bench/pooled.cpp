// Times the pooled normalizer, for bench/pooled.py.
//
// Usage: isojoule_pooled_bench WORKLOADS MACHINES
// A synthetic table: energies over four decades that depart from proportional laws with their
// power. The first four fifths are references for the pair of the first two machines. Prints JSON.
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "isojoule/normalize/question.hpp"
#include "isojoule/stats/random.hpp"

namespace {

using namespace isojoule;

std::vector<Observation> made(std::size_t workloads, std::size_t machines) {
  Random random(1);
  std::vector<Observation> rows;
  for (std::size_t w = 0; w < workloads; ++w) {
    const double energy_j = 10.0 * std::exp(9.2 * random.uniform());
    const double power_w = 60.0 * std::exp(1.6 * random.uniform());
    const double flops = 1e6 * energy_j * std::exp(2.0 * random.uniform());
    for (std::size_t m = 0; m < machines; ++m) {
      Observation row;
      row.workload = "w" + std::to_string(100000 + w);
      row.family = "f" + std::to_string(w / 20);
      row.hardware = "m" + std::to_string(m);
      const double slope = 0.2 * static_cast<double>(m);
      row.energy = energy_j * std::pow(power_w / 120.0, slope) *
                   std::exp(0.15 * (random.uniform() - 0.5)) * joule;
      row.duration = *row.energy / (power_w * watt);
      row.flops = flops * flop;
      row.parameters = flops / 200.0;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

nlohmann::json timed(std::size_t workloads, std::size_t machines) {
  const Dataset dataset(made(workloads, machines));
  const std::vector<std::size_t> both{0, 1};
  const std::vector<std::size_t> places = dataset.known_on(both);
  const MachineColumns there = columns_on(dataset, 1, places);
  References references;
  for (std::size_t row = 0; row < 4 * places.size() / 5; ++row) {
    references.rows.push_back(row);
    references.energy_j.push_back(there.energy_j()[row]);
    references.variance.push_back(there.variance[row]);
  }
  const View view = View(dataset, 0, 1, places).learning(references.rows);

  const auto start = std::chrono::steady_clock::now();
  const auto learner = learn(parse_normalizer("pooled"), {Feature::energy}, view);
  const double model_s = seconds_since(start);
  const auto fit = (*learner)->fit(references);
  const double fit_s = seconds_since(start);
  std::size_t held = 0;
  std::size_t asked = 0;
  const auto before = std::chrono::steady_clock::now();
  for (std::size_t row = references.rows.size(); row < places.size(); ++row) {
    const auto interval = (*fit)->predict(row)->interval;
    ++asked;
    held += interval->lower <= there.energy_j()[row] && there.energy_j()[row] <= interval->upper;
  }
  const double predict_s = seconds_since(before) / static_cast<double>(asked);
  return {{"workloads", workloads},
          {"machines", machines},
          {"model_s", model_s},
          {"fit_s", fit_s},
          {"prediction_s", predict_s},
          {"held", static_cast<double>(held) / static_cast<double>(asked)}};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::invalid_argument("usage: isojoule_pooled_bench WORKLOADS MACHINES");
    std::printf("%s\n", timed(std::stoul(argv[1]), std::stoul(argv[2])).dump().c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "isojoule_pooled_bench: %s\n", error.what());
    return 1;
  }
}
