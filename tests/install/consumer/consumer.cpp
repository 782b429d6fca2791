// Uses the installed library from outside: what can be read here, and a line through two energies.
#include <cstdio>

#include <isojoule/normalize/normalizer.hpp>
#include <isojoule/sensor/sensor_types.hpp>

int main() {
  for (const auto& sensor : isojoule::open_sensors(isojoule::real_world(), {}))
    std::printf("sensor %s: %zu channels\n", sensor->backend().c_str(), sensor->channels().size());

  isojoule::References references{{"small", "large"}, isojoule::Matrix(2, 1), {20.0, 50.0}};
  references.features(0, 0) = 10.0;
  references.features(1, 0) = 20.0;
  const auto fit = isojoule::fit_normalizer(isojoule::parse_normalizer("dual"), references);
  if (!fit) {
    std::printf("refused: %s\n", fit.refused.c_str());
    return 1;
  }
  const double between[] = {15.0};
  std::printf("%.3f J\n", (*fit)->predict(between));
}
