#include "isojoule/stats/detail/subset_pair.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "isojoule/stats/detail/values.hpp"
#include "isojoule/stats/least_squares.hpp"
#include "isojoule/stats/metrics.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule::detail {
namespace {

bool complete(const SubsetPair& pair, std::size_t i) { return pair.x[i] && pair.y[i]; }

/// The line through the scored workloads, from which residuals are taken.
struct Base {
  double x_centre = 0.0;
  double y_centre = 0.0;
  double slope = 0.0;

  double residual(double x, double y) const { return (y - y_centre) - slope * (x - x_centre); }
};

Base base_line(std::span<const double> x, std::span<const double> y) {
  Base base{.x_centre = *mean(x), .y_centre = *mean(y)};
  const auto [low, high] = std::ranges::minmax(x);
  if (is_constant(low, high, kDependent)) return base;
  double squares = 0.0;
  double products = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += (x[i] - base.x_centre) * (x[i] - base.x_centre);
    products += (x[i] - base.x_centre) * (y[i] - base.y_centre);
  }
  base.slope = products / squares;
  return base;
}

/// What is fitted: energies, or for the ratio a constant to ln(y/x).
struct Points {
  std::vector<double> x;
  std::vector<double> y;

  void add(const SubsetPair& pair, std::size_t i, SubsetFit fit) {
    const bool linear = fit == SubsetFit::linear;
    x.push_back(linear ? *pair.x[i] : 0.0);
    y.push_back(linear ? *pair.y[i] : std::log(*pair.y[i] / *pair.x[i]));
  }
};

void add_scored(PreparedPair& to, double x, double r, double energy, SubsetFit fit) {
  const double apart = x - to.centre;
  to.scored.add(apart, r, 1.0);
  const bool linear = fit == SubsetFit::linear;
  to.p.push_back(linear ? 1.0 / energy : 0.0);
  to.q.push_back(linear ? apart / energy : std::exp(-r));
  to.s.push_back(linear ? r / energy : 1.0);
}

}  // namespace

PreparedPair prepare_pair(const SubsetPair& pair, const std::vector<bool>& scored,
                          std::span<const std::size_t> candidates, SubsetFit fit) {
  Points points;
  std::vector<std::size_t> row(pair.x.size(), PreparedPair::kNoRow);
  std::vector<double> truth;
  for (std::size_t i = 0; i < pair.x.size(); ++i)
    if (scored[i] && complete(pair, i)) {
      row[i] = truth.size();
      truth.push_back(*pair.y[i]);
      points.add(pair, i, fit);
    }

  const Base base = base_line(points.x, points.y);
  PreparedPair prepared;
  prepared.centre = base.x_centre;
  for (std::size_t i = 0; i < truth.size(); ++i)
    add_scored(prepared, points.x[i], base.residual(points.x[i], points.y[i]), truth[i], fit);

  Points chosen;
  for (const std::size_t i : candidates) {
    chosen.add(pair, i, fit);
    prepared.candidate_row.push_back(row[i]);
    prepared.candidate_x.push_back(chosen.x.back());
    prepared.candidate_r.push_back(base.residual(chosen.x.back(), chosen.y.back()));
  }
  prepared.candidate_x.resize(candidates.size() + kPadding, 1.0);
  prepared.candidate_r.resize(candidates.size() + kPadding, 0.0);
  return prepared;
}

Outcome<double> refit(const SubsetPair& pair, const std::vector<bool>& scored,
                      std::span<const std::size_t> members, SubsetFit fit, SubsetScore score) {
  Points references;
  std::vector<bool> left = scored;
  for (const std::size_t i : members) {
    if (!complete(pair, i)) return Outcome<double>::refuse("a reference lacks an energy");
    references.add(pair, i, fit);
    left[i] = false;
  }
  std::function<double(double)> predict;  // what was fitted, so ln(y/x) for the ratio
  if (fit == SubsetFit::linear) {
    const auto line = fit_line(references.x, references.y);
    if (!line) return Outcome<double>::refuse(line.refused);
    predict = [line](double x) { return line->predict(x); };
  } else {
    predict = [centre = mean(references.y)](double) { return *centre; };
  }

  const bool relative = score == SubsetScore::median_relative_error;
  std::vector<double> truth;
  std::vector<double> predicted;
  Points test;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!left[i] || !complete(pair, i)) continue;
    test.add(pair, i, fit);
    const double fitted = predict(test.x.back());
    const bool ratio_to_energy = relative && fit == SubsetFit::ratio;
    truth.push_back(relative ? *pair.y[i] : test.y.back());
    predicted.push_back(ratio_to_energy ? *pair.x[i] * std::exp(fitted) : fitted);
  }
  if (truth.empty()) return Outcome<double>::refuse("no scored workload is left");
  return relative ? *median(*relative_errors(truth, predicted))
                  : *mean_squared_error(truth, predicted);
}

}  // namespace isojoule::detail
