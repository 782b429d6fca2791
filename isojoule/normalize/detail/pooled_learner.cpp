#include "isojoule/normalize/detail/pooled_learner.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "isojoule/normalize/detail/pooled_fitted.hpp"
#include "isojoule/normalize/detail/pooled_machines.hpp"

namespace isojoule::detail {
namespace {

using Places = std::vector<std::size_t>;

/// Sets of hyperparameters that are mixed: how much of the correction to a proportional law there
/// is, and how much a family has of its own.
struct Share {
  double value;
  double weight;
};
constexpr std::array<Share, 4> kCorrections{{{0.0, 0.40}, {0.3, 0.15}, {1.0, 0.30}, {3.0, 0.15}}};
constexpr std::array<double, 3> kGroups{0.05, 0.12, 0.3};
/// The share of training workloads that are taken as references last.
constexpr double kDoubted = 0.15;

PooledPrior with(PooledPrior prior, double correction, double group) {
  for (double& slope : prior.slope_sd) slope *= correction;
  prior.smooth_sd *= std::min(1.0, correction);
  prior.group_sd = group;
  return prior;
}

/// Places of `count` of the rows, evenly over their order by energy; ascending.
Places thinned(const View& view, std::span<const std::size_t> rows, std::size_t count) {
  Places places(rows.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (rows.size() <= count) return places;
  const std::vector<double>& energy_j = view.columns().energy_j();
  std::ranges::sort(places, {},
                    [&](std::size_t p) { return std::pair(energy_j[rows[p]], rows[p]); });
  Places kept;
  for (std::size_t i = 0; i < count; ++i) kept.push_back(places[i * places.size() / count]);
  std::ranges::sort(kept);
  return kept;
}

Places learnt_rows(const View& view) {
  Places rows;
  for (const std::size_t place : thinned(view, view.learnable(), PooledLearner::kMostTrained))
    rows.push_back(view.learnable()[place]);
  return rows;
}

std::vector<std::string> families_of(const View& view, const Places& rows) {
  std::vector<std::string> families;
  for (const std::size_t row : rows) {
    const std::string& family = view.columns().families[row];
    if (!family.empty() && std::ranges::find(families, family) == families.end())
      families.push_back(family);
  }
  return families;
}

void add_components(PooledKnowledge& knowledge, const PooledPrior& prior) {
  const PooledData& data = knowledge.data;
  for (const Share& correction : kCorrections) {
    for (const double group : kGroups) {
      PooledPrior one = with(prior, correction.value, group);
      PooledProcess process(one, data.rows, data.values);
      const double told =
          data.outputs == 0 ? 0.0 : process.log_likelihood() / static_cast<double>(data.outputs);
      std::vector<PooledComponent>& all = knowledge.components;
      all.push_back({std::move(one), std::move(process), correction.value,
                     std::log(correction.weight) + told});
      // References are chosen by the whole correction and what others show of families.
      const bool whole = correction.value == 1.0;
      const PooledComponent& best = all[knowledge.base];
      if (whole && (best.correction != 1.0 || all.back().log_weight > best.log_weight))
        knowledge.base = all.size() - 1;
    }
  }
}

PooledKnowledge knowledge_of(const View& view) {
  const Places rows = learnt_rows(view);
  std::vector<std::string> families = families_of(view, rows);
  const Places others = machines_to_learn_from(view, rows, PooledLearner::kMostMachines);
  PooledData data = pooled_data(view, view.source(), others, rows, families);
  Places machines = others;
  machines.push_back(view.source());
  const PooledScales scales = fit_scales(view, machines, rows, families);
  PooledPrior prior = data.features.prior();
  prior.noise_sd *= scales.noise;
  prior.smooth_sd *= scales.smooth;
  PooledKnowledge knowledge{view, rows, std::move(families), others, std::move(data), {}, 0};
  add_components(knowledge, prior);
  return knowledge;
}

/// What is left open of the training workloads on a new output, as one after the other is measured.
class LeftOpen {
 public:
  LeftOpen(Matrix covariance, double noise_variance)
      : s_(std::move(covariance)), noise_(noise_variance) {}

  double mean_sd() const {
    double sum = 0.0;
    for (std::size_t j = 0; j < s_.rows(); ++j) sum += std::sqrt(std::max(0.0, s_(j, j)));
    return sum / static_cast<double>(s_.rows());
  }
  /// Were workload `i` measured too.
  double mean_sd_with(std::size_t i) const {
    double sum = 0.0;
    for (std::size_t j = 0; j < s_.rows(); ++j)
      sum += std::sqrt(std::max(0.0, s_(j, j) - s_(i, j) * s_(i, j) / (s_(i, i) + noise_)));
    return sum / static_cast<double>(s_.rows());
  }
  void measure(std::size_t i) {
    const std::vector<double> shown = s_.row(i);
    const double scale = shown[i] + noise_;
    for (std::size_t j = 0; j < s_.rows(); ++j) {
      for (std::size_t k = 0; k < s_.rows(); ++k) s_(j, k) -= shown[j] * shown[k] / scale;
    }
  }

 private:
  Matrix s_;
  double noise_;
};

/// The training workloads on a machine of which nothing is known.
LeftOpen left_open(const PooledKnowledge& knowledge) {
  const PooledComponent& base = knowledge.components[knowledge.base];
  std::vector<std::optional<std::size_t>> places;
  for (const std::size_t row : knowledge.train) places.push_back(knowledge.place(row));
  const double noise = base.prior.noise_sd * base.prior.noise_sd * (1.0 - base.prior.shared_noise);
  return {PooledProcess::NewOutput(base.process, knowledge.data.rows, places).joint().covariance,
          noise};
}

/// Places in descending order of their weights; equal ones as they come.
Places most_trusted_first(const std::vector<double>& weights) {
  Places order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return weights[i]; });
  return order;
}

}  // namespace

std::optional<std::size_t> PooledKnowledge::place(std::size_t row) const {
  const auto found = std::ranges::lower_bound(train, row);
  if (data.values.empty() || found == train.end() || *found != row) return std::nullopt;
  return static_cast<std::size_t>(found - train.begin());
}

Matrix PooledKnowledge::features(std::span<const std::size_t> rows) const {
  Matrix known = known_rows(view.columns(), rows, families);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (const auto at = place(rows[i]))
      known(i, static_cast<std::size_t>(Known::place)) = static_cast<double>(*at);
  }
  return known;
}

PooledLearner::PooledLearner(const View& view)
    : knowledge_(std::make_shared<const PooledKnowledge>(knowledge_of(view))) {}

Outcome<std::vector<DoubtedCell>> PooledLearner::doubts(double below) const {
  const PooledProcess& process = knowledge_->components[knowledge_->base].process;
  const PerNoise& weights = process.weights();
  const PerNoise noise = process.noise();
  std::vector<DoubtedCell> doubts;
  for (std::size_t i = 0; i < weights.shared.size(); ++i) {
    if (weights.shared[i] < below)  // the source's own noise counts the other way round
      doubts.push_back(
          {knowledge_->train[i], std::nullopt, weights.shared[i], std::exp(-noise.shared[i])});
  }
  for (std::size_t i = 0; i < weights.own.size(); ++i) {
    const PooledValue& value = knowledge_->data.values[i];
    if (weights.own[i] < below)
      doubts.push_back({knowledge_->train[value.row], knowledge_->machines[value.output],
                        weights.own[i], std::exp(noise.own[i])});
  }
  std::ranges::sort(doubts, {}, [](const DoubtedCell& doubt) {
    return std::tuple(doubt.weight, doubt.row, doubt.machine);
  });
  return doubts;
}

Outcome<std::vector<ReferenceStep>> PooledLearner::order(std::size_t count,
                                                         std::span<const double> costs) const {
  const std::size_t n = knowledge_->train.size();
  const std::size_t wanted = std::min(count, n);
  LeftOpen left = left_open(*knowledge_);
  const PooledProcess& process = knowledge_->components[knowledge_->base].process;
  const Places order = most_trusted_first(process.weights().shared);
  const auto doubted = static_cast<std::size_t>(kDoubted * static_cast<double>(n));
  const std::size_t trusted = knowledge_->data.outputs > 0 ? n - doubted : n;
  std::vector<bool> taken(n, false);
  std::vector<ReferenceStep> steps;
  double before = left.mean_sd();
  while (steps.size() < wanted) {
    const std::size_t open = steps.size() < trusted ? trusted : n;
    std::optional<std::size_t> best;
    double most = 0.0;
    double after = before;
    for (std::size_t o = 0; o < open; ++o) {
      const std::size_t i = order[o];
      if (taken[i]) continue;
      const double mean_sd = left.mean_sd_with(i);
      const double gain = (before - mean_sd) / (costs.empty() ? 1.0 : costs[i]);
      if (best && !(gain > most)) continue;
      best = i;
      most = gain;
      after = mean_sd;
    }
    taken[*best] = true;
    left.measure(*best);
    before = after;
    steps.push_back({knowledge_->train[*best], after});
  }
  return steps;
}

Outcome<Fit> PooledLearner::fit(const References& references) const {
  if (references.rows.empty()) return Outcome<Fit>::refuse("needs references, there is none");
  const MachineColumns& columns = knowledge_->view.columns();
  Places rows;
  std::vector<std::string> names;
  PooledTarget target;
  std::vector<std::optional<std::size_t>> places;
  for (const std::size_t i : thinned(knowledge_->view, references.rows, kMostTrained)) {
    const std::size_t row = references.rows[i];
    const double ratio = references.energy_j[i] / columns.energy_j()[row];
    if (!(ratio > 0.0) || !std::isfinite(ratio))
      return Outcome<Fit>::refuse("needs positive energies of " + columns.names[row] +
                                  " on both machines");
    rows.push_back(row);
    names.push_back(columns.names[row]);
    target.values.push_back(std::log(ratio));
    target.variances.push_back(references.variance[i]);
    places.push_back(knowledge_->place(row));
  }
  const Matrix features = knowledge_->features(rows);
  const PooledRows here = knowledge_->data.features.rows(features);
  std::vector<PooledProcess::NewOutput> outputs;
  for (const PooledComponent& component : knowledge_->components)
    outputs.emplace_back(component.process, here, places);
  std::vector<PooledPart> parts = pooled_parts(knowledge_->components, outputs, target);
  PooledKnown seen = knowledge_->data.features.known(features);
  for (const PooledValue& value : knowledge_->data.values)
    seen.groups.push_back(knowledge_->data.rows.group[value.row]);
  return Fit(std::make_shared<PooledFitted>(std::move(names), knowledge_, std::move(outputs),
                                            std::move(parts), std::move(seen)));
}

}  // namespace isojoule::detail
