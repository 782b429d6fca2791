// Tables drawn from the pooled normalizer's own model, whose truth is known.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "isojoule/stats/pooled_process.hpp"
#include "isojoule/stats/random.hpp"

#include "support/test_table.hpp"

namespace isojoule::drawn {

using Rows = std::vector<Observation>;

inline constexpr std::size_t kWorkloads = 40;
inline constexpr int kTables = 10;

using Noise = double (*)(Random&);

inline double normal(Random& random) {
  return std::sqrt(-2.0 * std::log(1.0 - random.uniform())) *
         std::cos(2.0 * std::numbers::pi * random.uniform());
}

/// Student's t with 4 degrees of freedom.
inline double heavy(Random& random) {
  double chi = 0.0;
  for (int i = 0; i < 4; ++i) chi += std::pow(normal(random), 2);
  return normal(random) / std::sqrt(chi / 4.0);
}

/// A draw of N(0, covariance / 2) at energies u and powers v, by a Cholesky decomposition of our
/// own.
inline std::vector<double> draw(Random& random, const std::vector<double>& u,
                         const std::vector<double>& v) {
  const PooledPrior prior;
  std::vector<std::vector<double>> l(u.size(), std::vector<double>(u.size(), 0.0));
  std::vector<double> result(u.size(), 0.0);
  std::vector<double> z(u.size());
  for (double& one : z) one = normal(random);
  for (std::size_t i = 0; i < u.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const double q = std::sqrt(3.0) * std::hypot((u[i] - u[j]) / 3.2, (v[i] - v[j]) / 0.33);
      double sum = prior.offset_sd * prior.offset_sd + 0.065 * 0.065 * u[i] * u[j] +
                   0.32 * 0.32 * v[i] * v[j] +
                   prior.smooth_sd * prior.smooth_sd * (1.0 + q) * std::exp(-q);
      sum = sum / 2.0 + (i == j ? 1e-10 : 0.0);
      for (std::size_t k = 0; k < j; ++k) sum -= l[i][k] * l[j][k];
      l[i][j] = i == j ? std::sqrt(sum) : sum / l[j][j];
      result[i] += l[i][j] * z[j];
    }
  }
  return result;
}

/// ln E_c - ln E_A = h_c - h_A + noise, as the model says, on four machines.
inline Rows drawn_table(std::uint64_t seed, double noise_sd, Noise draw_noise) {
  Random random(seed);
  std::vector<double> u(kWorkloads);
  std::vector<double> v(kWorkloads);
  for (std::size_t w = 0; w < kWorkloads; ++w) {
    u[w] = 6.0 * random.uniform() - 3.0;
    v[w] = 1.6 * random.uniform() - 0.8;
  }
  const std::vector<double> source = draw(random, u, v);
  std::vector<double> shared(kWorkloads);
  for (double& one : shared)
    one = 0.5 * noise_sd * draw_noise(random);  // a quarter of the variance
  Rows rows;
  for (std::size_t m = 0; m < 4; ++m) {
    const std::vector<double> h = m == 0 ? source : draw(random, u, v);
    for (std::size_t w = 0; w < kWorkloads; ++w) {
      const double noise = shared[w] + std::sqrt(0.75) * noise_sd * draw_noise(random);
      const double z = m == 0 ? 0.0 : h[w] - source[w] + noise;
      rows.push_back(test_table::row("w" + std::to_string(100 + w), std::string(1, "ABCD"[m]),
                                     std::exp(8.0 + u[w] + z)));
      rows.back().duration = std::exp(4.0 + u[w] - v[w]) * second;
    }
  }
  return rows;
}

}  // namespace isojoule::drawn
