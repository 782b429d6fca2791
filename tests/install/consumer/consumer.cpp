// Uses the installed library from outside: what can be read here, and a line through two energies.
#include <cstdio>
#include <string>
#include <vector>

#include <isojoule/normalize/question.hpp>
#include <isojoule/sensor/sensor_types.hpp>

namespace {

isojoule::Observation row(std::string workload, std::string machine, double energy_j) {
  isojoule::Observation result;
  result.workload = std::move(workload);
  result.hardware = std::move(machine);
  result.energy = energy_j * isojoule::joule;
  return result;
}

}  // namespace

int main() {
  for (const auto& sensor : isojoule::open_sensors(isojoule::real_world(), {}).sensors)
    std::printf("sensor %s: %zu channels\n", sensor->backend().c_str(), sensor->channels().size());

  const isojoule::Dataset dataset(std::vector{row("small", "A", 10.0), row("small", "B", 20.0),
                                              row("large", "A", 20.0), row("large", "B", 50.0),
                                              row("mine", "A", 15.0)});
  isojoule::Question question;
  question.from = {"A"};
  question.to = "B";
  question.references = {"small", "large"};
  question.normalizer = isojoule::parse_normalizer("dual");
  const isojoule::Answer answer = isojoule::answer_question(dataset, question).front();
  if (!answer.energy) {
    std::printf("refused: %s\n", answer.energy.refused.c_str());
    return 1;
  }
  std::printf("%.3f J\n", answer.energy->point.in(isojoule::joule));
}
