// A synthetic table whose energies are a power law, and a small study of it.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "isojoule/evaluate/evaluation_study.hpp"

namespace isojoule::power_law {

/// Workloads of 1, 2, ... J on A, and three times the power 1.1 of that on B.
inline Dataset dataset(int workloads, bool families, bool costs = true) {
  std::vector<Observation> rows;
  for (int i = 0; i < workloads; ++i) {
    for (const char* machine : {"A", "B"}) {
      Observation row;
      row.workload = fmt::format("w{:04d}", i);
      row.hardware = machine;
      if (families) row.family = fmt::format("f{}", i % 4);
      const double energy = i + 1.0;
      row.energy = (machine[0] == 'A' ? energy : 3.0 * std::pow(energy, 1.1)) * joule;
      if (costs) {
        row.flops = (1e6 * energy * (1.0 + 0.3 * (i % 3))) * flop;
        row.parameters = 1000.0 + 17.0 * (i % 5);
      }
      row.line = rows.size() + 2;
      rows.push_back(row);
    }
  }
  return Dataset(rows);
}

inline StudyOptions small_options() {
  StudyOptions options;
  options.splits = 2;
  options.normalizers = {parse_normalizer("ratio"), parse_normalizer("linear")};
  return options;
}

}  // namespace isojoule::power_law
