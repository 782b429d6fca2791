// Synthetic tables of energies for tests.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/random.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule::test_table {

inline Observation row(std::string workload, std::string hardware, double energy_j,
                       std::size_t line = 0) {
  Observation result;
  result.workload = std::move(workload);
  result.hardware = std::move(hardware);
  result.energy = energy_j * joule;
  result.line = line;
  return result;
}

/// w00, w01, ... in families of three, on machines A, B, ...: energies over two decades that follow
/// FLOPs, parameters and the machine roughly, each with its own deviation.
inline std::vector<Observation> rows(int workloads, int machines, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<Observation> result;
  for (int w = 0; w < workloads; ++w) {
    const double flops = 1e8 * std::exp(4.6 * random.uniform());
    const double parameters = flops / 100.0 * std::exp(2.0 * random.uniform());
    for (int m = 0; m < machines; ++m) {
      const double energy_j =
          100.0 + flops * 1e-5 * (m + 1) * std::exp(0.8 * random.uniform()) + parameters * 1e-4 * m;
      Observation one = row("w" + std::to_string(w / 10) + std::to_string(w % 10),
                            std::string(1, "ABCDEFGH"[m]), energy_j, result.size() + 1);
      one.family = "f" + std::to_string(w / 3);
      one.flops = flops * flop;
      one.parameters = parameters;
      one.duration = energy_j / (100.0 + 50.0 * random.uniform()) * second;
      result.push_back(std::move(one));
    }
  }
  return result;
}

/// The Error that `action` throws; one that says so if it throws none.
inline Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::io, "nothing thrown"};
}

}  // namespace isojoule::test_table
