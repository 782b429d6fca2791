#include "isojoule/normalize/detail/pooled_prior.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace isojoule::detail {
namespace {

double at(const Matrix& known, std::size_t row, Known column) {
  return known(row, static_cast<std::size_t>(column));
}

/// So far beyond the references, in logarithms, a workload is called unlike them.
const double kFar = std::log(2.0);

/// The share of the training rows that a feature must be known of.
constexpr double kEnough = 0.8;

bool is_enough(const Matrix& training, Known column) {
  std::size_t known = 0;
  for (std::size_t r = 0; r < training.rows(); ++r)
    known += std::isnan(at(training, r, column)) ? 0U : 1U;
  return static_cast<double>(known) >= kEnough * static_cast<double>(training.rows());
}

}  // namespace

namespace {

/// The place among `families`; of another family one behind them, the same for all rows of it.
double family_number(const MachineColumns& columns, std::size_t row,
                     std::span<const std::string> families) {
  const std::string& name = columns.families[row];
  if (name.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto family = std::ranges::find(families, name);
  if (family != families.end()) return static_cast<double>(family - families.begin());
  const auto first = std::ranges::find(columns.families, name);
  return static_cast<double>(families.size()) +
         static_cast<double>(first - columns.families.begin());
}

}  // namespace

Matrix known_rows(const MachineColumns& columns, std::span<const std::size_t> rows,
                  std::span<const std::string> families) {
  Matrix known(rows.size(), kKnownColumns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t r = rows[i];
    const std::array<double, kKnownColumns> values{columns.energy_j()[r],
                                                   columns.of(Feature::duration)[r],
                                                   columns.of(Feature::flops)[r],
                                                   columns.of(Feature::parameters)[r],
                                                   columns.variance[r],
                                                   family_number(columns, r, families),
                                                   std::numeric_limits<double>::quiet_NaN()};
    for (std::size_t c = 0; c < kKnownColumns; ++c) known(i, c) = values[c];
  }
  return known;
}

double PooledFeatures::value(Column::Kind kind, const Matrix& known, std::size_t row) {
  const double energy = std::log(at(known, row, Known::energy_j));
  const double duration = std::log(at(known, row, Known::duration_s));
  const double flops = std::log(at(known, row, Known::flops));
  const double parameters = std::log(at(known, row, Known::parameters));
  switch (kind) {
    case Column::Kind::energy:
      return energy;
    case Column::Kind::power:
      return energy - duration;
    case Column::Kind::rate:
      return flops - duration;
    case Column::Kind::work:
      return flops - energy;
    case Column::Kind::intensity:
      return flops - parameters;
    case Column::Kind::parameters:
      return parameters;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string PooledFeatures::name(Column::Kind kind) {
  switch (kind) {
    case Column::Kind::energy:
      return "energy";
    case Column::Kind::power:
      return "power";
    case Column::Kind::rate:
      return "FLOP per second";
    case Column::Kind::work:
      return "FLOP per joule";
    case Column::Kind::intensity:
      return "FLOP per parameter";
    case Column::Kind::parameters:
      return "number of parameters";
  }
  return {};
}

PooledFeatures::PooledFeatures(const Matrix& training) {
  using Kind = Column::Kind;
  const bool durations = is_enough(training, Known::duration_s);
  const bool flops = is_enough(training, Known::flops);
  const bool parameters = is_enough(training, Known::parameters);
  columns_.push_back({Kind::energy, 0.065, 3.2, 0.0, 0.0});
  if (durations) columns_.push_back({Kind::power, 0.32, 0.33, 0.0, 0.0});
  if (flops) columns_.push_back({durations ? Kind::rate : Kind::work, 0.105, 2.1, 0.0, 0.0});
  if (flops && parameters) columns_.push_back({Kind::intensity, 0.055, 4.0, 0.0, 0.0});
  if (!flops && parameters) columns_.push_back({Kind::parameters, 0.09, 1.25, 0.0, 0.0});
  for (Column& column : columns_) {
    double sum = 0.0;
    double squares = 0.0;
    double number = 0.0;
    for (std::size_t r = 0; r < training.rows(); ++r) {
      const double one = value(column.kind, training, r);
      if (!std::isfinite(one)) continue;
      number += 1.0;
      const double off = one - sum / std::max(1.0, number - 1.0);  // from the mean so far
      sum += one;
      squares += off * (one - sum / number);
    }
    if (number == 0.0) continue;
    column.mean = sum / number;
    column.missing_variance = missing_variance(column, squares / number);
  }
}

double PooledFeatures::missing_variance(const Column& column, double variance) {
  // Two rows that differ by sqrt(2) standard deviations.
  const double q = std::sqrt(6.0 * variance) / column.length;
  const double smooth_sd = PooledPrior{}.smooth_sd;
  return column.slope_sd * column.slope_sd * variance +
         smooth_sd * smooth_sd * (1.0 - (1.0 + q) * std::exp(-q));
}

PooledRows PooledFeatures::rows(const Matrix& known) const {
  PooledRows rows{Matrix(known.rows(), columns_.size()), {}, {}};
  for (std::size_t r = 0; r < known.rows(); ++r) {
    double variance = at(known, r, Known::variance);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const double one = value(columns_[c].kind, known, r) - columns_[c].mean;
      rows.features(r, c) = std::isfinite(one) ? one : 0.0;
      if (!std::isfinite(one)) variance += columns_[c].missing_variance;
    }
    const double family = at(known, r, Known::family);
    rows.group.push_back(std::isnan(family) ? std::nullopt
                                            : std::optional(static_cast<std::size_t>(family)));
    rows.shared_variance.push_back(variance);
  }
  return rows;
}

PooledKnown PooledFeatures::known(const Matrix& references) const {
  PooledKnown known{{}, rows(references).group};
  for (const Column& column : columns_) {
    std::optional<PooledKnown::Range>& range = known.features.emplace_back();
    for (std::size_t r = 0; r < references.rows(); ++r) {
      const double one = value(column.kind, references, r);
      if (!std::isfinite(one)) continue;
      if (!range) range = {one, one};
      range = {std::min(range->lowest, one), std::max(range->highest, one)};
    }
  }
  return known;
}

std::string PooledFeatures::unlike(const Matrix& rows, const PooledKnown& known) const {
  const PooledRows asked = this->rows(rows);
  std::vector<std::string> ways;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const double here = value(columns_[c].kind, rows, 0);
    if (!known.features[c] || !std::isfinite(here)) continue;
    const auto [lowest, highest] = *known.features[c];
    if (here > highest + kFar)
      ways.push_back(fmt::format("its {} is {:.3g} times the most of the references",
                                 name(columns_[c].kind), std::exp(here - highest)));
    if (here < lowest - kFar)
      ways.push_back(fmt::format("its {} is {:.3g} times the least of the references",
                                 name(columns_[c].kind), std::exp(here - lowest)));
  }
  if (asked.group[0] && std::ranges::find(known.groups, asked.group[0]) == known.groups.end())
    ways.emplace_back("nothing of its family is known on another machine");
  return fmt::format("{}", fmt::join(ways, ", "));
}

PooledPrior PooledFeatures::prior() const {
  PooledPrior prior;
  for (const Column& column : columns_) {
    prior.slope_sd.push_back(column.slope_sd);
    prior.length.push_back(column.length);
  }
  return prior;
}

PooledData pooled_data(const View& view, std::size_t source, std::span<const std::size_t> machines,
                       std::span<const std::size_t> rows, std::span<const std::string> families) {
  std::vector<std::size_t> here;
  for (const std::size_t row : rows) {
    if (view.cell(row, source)) here.push_back(row);
  }
  const MachineColumns columns = view.columns_on(source, here);
  std::vector<std::size_t> all(here.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Matrix known = known_rows(columns, all, families);
  PooledFeatures features(known);
  PooledRows pooled = features.rows(known);
  PooledData data{std::move(features), std::move(pooled), {}, 0};
  for (const std::size_t machine : machines) {
    std::vector<PooledValue> values;
    for (std::size_t i = 0; i < here.size(); ++i) {
      if (const auto& cell = view.cell(here[i], machine))
        values.push_back({i, data.outputs, std::log(cell->energy.in(joule) / columns.energy_j()[i]),
                          log_variance(*cell)});
    }
    if (values.empty()) continue;
    data.values.insert(data.values.end(), values.begin(), values.end());
    ++data.outputs;
  }
  return data;
}

namespace {

/// All other machines as one of them sees them.
struct Sight {
  PooledData data;
  PerNoise weights;
};

std::vector<Sight> sights_of(const View& view, std::span<const std::size_t> machines,
                             std::span<const std::size_t> rows,
                             std::span<const std::string> families) {
  std::vector<Sight> sights;
  for (const std::size_t source : machines) {
    std::vector<std::size_t> others(machines.begin(), machines.end());
    std::erase(others, source);
    PooledData data = pooled_data(view, source, others, rows, families);
    if (data.values.empty()) continue;
    PerNoise weights = PooledProcess(data.features.prior(), data.rows, data.values).weights();
    sights.push_back({std::move(data), std::move(weights)});
  }
  return sights;
}

using Logs = std::array<double, 2>;

/// The highest place of `score`: two smooth directions with one peak, known to be near 0. To the
/// last step, 0.025.
template <class Score>
Logs compass_search(Score score) {
  Logs logs{0.0, 0.0};
  double best = score(logs);
  double step = 0.8;
  for (int halving = 0; halving < 5; ++halving) {
    step /= 2.0;
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t d = 0; d < logs.size(); ++d) {
        for (const double sign : {-1.0, 1.0}) {
          Logs next = logs;
          next[d] += sign * step;
          const double value = score(next);
          if (!(value > best)) continue;
          best = value;
          logs = next;
          moved = true;
        }
      }
    }
  }
  return logs;
}

}  // namespace

PooledScales fit_scales(const View& view, std::span<const std::size_t> machines,
                        std::span<const std::size_t> rows, std::span<const std::string> families) {
  constexpr double kPriorSd = 0.5;
  if (machines.size() < 2) return {};
  const std::vector<Sight> sights = sights_of(view, machines, rows, families);
  std::size_t pairs = 0;
  for (const Sight& sight : sights) pairs += sight.data.outputs;
  if (pairs == 0) return {};
  const Logs logs = compass_search([&](const Logs& at) {
    double sum = 0.0;
    for (const Sight& sight : sights) {
      PooledPrior prior = sight.data.features.prior();
      prior.noise_sd *= std::exp(at[0]);
      prior.smooth_sd *= std::exp(at[1]);
      sum +=
          PooledProcess(prior, sight.data.rows, sight.data.values, sight.weights).log_likelihood();
    }
    return sum / static_cast<double>(pairs) -
           0.5 * (at[0] * at[0] + at[1] * at[1]) / (kPriorSd * kPriorSd);
  });
  return {std::exp(logs[0]), std::exp(logs[1])};
}

}  // namespace isojoule::detail
