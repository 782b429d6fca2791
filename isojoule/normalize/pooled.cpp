#include "isojoule/normalize/pooled.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "isojoule/normalize/detail/fits.hpp"
#include "isojoule/normalize/detail/pooled_machines.hpp"
#include "isojoule/normalize/detail/pooled_state.hpp"

namespace isojoule {
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
/// The noise of the target's own, as multiples; a log-normal prior of this sd.
constexpr std::array<double, 8> kNoises{0.3, 0.45, 0.67, 1.0, 1.5, 2.2, 3.3, 5.0};
constexpr double kNoiseLogSd = 0.7;
/// Parts of the mixture with less are left out.
constexpr double kLeastWeight = 0.002;
/// By so many references the mixture's weights are judged where there are more.
constexpr std::size_t kJudges = 60;
/// The share of training workloads that are taken as references last.
constexpr double kDoubted = 0.15;

/// One set of hyperparameters.
struct Component {
  PooledPrior prior;
  PooledProcess process;
  double correction;
  double log_weight;  // before the references
};

PooledPrior with(PooledPrior prior, double correction, double group) {
  for (double& slope : prior.slope_sd) slope *= correction;
  prior.smooth_sd *= std::min(1.0, correction);
  prior.group_sd = group;
  return prior;
}

/// `count` of the places, evenly over their order by energy; ascending.
Places thinned(const MachinePair& pair, Places places, std::size_t count) {
  if (places.size() <= count) return places;
  std::ranges::sort(places, {}, [&pair](std::size_t p) { return std::pair(pair.source_j[p], p); });
  Places kept;
  for (std::size_t i = 0; i < count; ++i) kept.push_back(places[i * places.size() / count]);
  std::ranges::sort(kept);
  return kept;
}

using Part = PooledNormalizer::State::Part;
using Parts = std::vector<Part>;

/// What is known of the target.
struct Known {
  std::vector<double> values;  // of z
  std::vector<double> variances;
};

/// One part, by the first `count` references; its weight is a logarithm, not scaled.
Part part_of(std::size_t place, double multiple, const Component& component,
             const JointNormal& joint, const Known& known, std::size_t count) {
  JointNormal first{{joint.mean.begin(), joint.mean.begin() + static_cast<std::ptrdiff_t>(count)},
                    Matrix(count, count)};
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) first.covariance(i, j) = joint.covariance(i, j);
  }
  const PooledPrior& prior = component.prior;
  HeavyTailedNoise noise{
      prior.noise_sd * std::sqrt(1.0 - prior.shared_noise) * multiple,
      prior.tail,
      {known.variances.begin(), known.variances.begin() + static_cast<std::ptrdiff_t>(count)}};
  HeavyTailedFit fit(first, std::span(known.values).first(count), noise);
  const double off = std::log(multiple) / kNoiseLogSd;
  const double log_weight = component.log_weight + fit.evidence() - 0.5 * off * off;
  return {place, multiple, std::move(noise), log_weight, std::move(fit)};
}

/// Scales logarithms of weights so that the weights add up to 1, and leaves out the least.
Parts weighed(Parts parts) {
  const double most = std::ranges::max_element(parts, {}, &Part::weight)->weight;
  double total = 0.0;
  for (Part& part : parts) total += part.weight = std::exp(part.weight - most);
  for (Part& part : parts) part.weight /= total;
  std::erase_if(parts, [](const Part& part) { return part.weight < kLeastWeight; });
  return parts;
}

/// The mixture: first by some of the references, then those that count by all of them.
Parts judged(const std::vector<Component>& components,
             const std::vector<PooledProcess::NewOutput>& outputs, const Known& known) {
  const std::size_t all = known.values.size();
  const std::size_t some = std::min(all, kJudges);
  Parts parts;
  for (std::size_t c = 0; c < components.size(); ++c) {
    for (const double multiple : kNoises)
      parts.push_back(part_of(c, multiple, components[c], outputs[c].joint(), known, some));
  }
  parts = weighed(std::move(parts));
  if (some == all) return parts;
  for (Part& part : parts) {
    const std::size_t c = part.component;
    part = part_of(c, part.multiple, components[c], outputs[c].joint(), known, all);
  }
  return weighed(std::move(parts));
}

}  // namespace

struct PooledModel::State {
  Places train;                       // rows of the pair
  std::vector<std::string> families;  // of the training workloads
  Places machines;                    // of the outputs, in the dataset
  detail::PooledData data;
  std::vector<Component> components;
  std::size_t base = 0;  // the component that references are chosen by

  std::optional<std::size_t> place(std::size_t row) const {
    const auto found = std::ranges::lower_bound(train, row);
    if (data.values.empty() || found == train.end() || *found != row) return std::nullopt;
    return static_cast<std::size_t>(found - train.begin());
  }
};

PooledModel::PooledModel(const Dataset& dataset, std::size_t source, std::size_t target,
                         const MachinePair& pair, std::span<const std::size_t> places,
                         std::span<const std::size_t> train) {
  const Places rows = thinned(pair, Places(train.begin(), train.end()), kMostTrained);
  Places workloads;
  std::vector<std::string> families;
  for (const std::size_t row : rows) {
    workloads.push_back(places[row]);
    const std::string& family = pair.families[row];
    if (!family.empty() && std::ranges::find(families, family) == families.end())
      families.push_back(family);
  }
  const Places others =
      detail::machines_to_learn_from(dataset, {source, target}, workloads, kMostMachines);
  detail::PooledData data = detail::pooled_data(dataset, source, others, workloads, families);
  Places machines = others;
  machines.push_back(source);
  const detail::PooledScales scales = detail::fit_scales(dataset, machines, workloads, families);
  PooledPrior prior = data.features.prior();
  prior.noise_sd *= scales.noise;
  prior.smooth_sd *= scales.smooth;
  std::vector<Component> components;
  std::size_t best = 0;
  for (const Share& correction : kCorrections) {
    for (const double group : kGroups) {
      PooledPrior one = with(prior, correction.value, group);
      PooledProcess process(one, data.rows, data.values);
      const double told =
          data.outputs == 0 ? 0.0 : process.log_likelihood() / static_cast<double>(data.outputs);
      components.push_back({std::move(one), std::move(process), correction.value,
                            std::log(correction.weight) + told});
      // References are chosen by the whole correction and what others say of families.
      const bool whole = correction.value == 1.0;
      if (whole && (components[best].correction != 1.0 ||
                    components.back().log_weight > components[best].log_weight))
        best = components.size() - 1;
    }
  }
  state_ = std::make_shared<State>(
      State{rows, std::move(families), others, std::move(data), std::move(components), best});
}

std::vector<PooledModel::Doubt> PooledModel::doubts(double below) const {
  const PooledProcess& process = state_->components[state_->base].process;
  const PerNoise& weights = process.weights();
  const PerNoise noise = process.noise();
  std::vector<Doubt> doubts;
  for (std::size_t i = 0; i < weights.shared.size(); ++i) {
    if (weights.shared[i] < below)  // the source's own noise counts the other way round
      doubts.push_back(
          {state_->train[i], std::nullopt, weights.shared[i], std::exp(-noise.shared[i])});
  }
  for (std::size_t i = 0; i < weights.own.size(); ++i) {
    const PooledValue& value = state_->data.values[i];
    if (weights.own[i] < below)
      doubts.push_back({state_->train[value.row], state_->machines[value.output], weights.own[i],
                        std::exp(noise.own[i])});
  }
  std::ranges::sort(doubts, {}, [](const Doubt& doubt) {
    return std::tuple(doubt.weight, doubt.row, doubt.machine);
  });
  return doubts;
}

bool PooledModel::has_others() const { return state_->data.outputs > 0; }

Matrix PooledModel::features(const MachinePair& pair, std::span<const std::size_t> rows) const {
  Matrix known = detail::known_rows(pair, rows, state_->families);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (const auto place = state_->place(rows[i]))
      known(i, static_cast<std::size_t>(detail::Known::place)) = static_cast<double>(*place);
  }
  return known;
}

Outcome<Places> PooledModel::variance_references(std::size_t count) const {
  const Outcome<std::vector<Step>> steps = variance_steps(count);
  if (!steps) return Outcome<Places>::refuse(steps.refused);
  Places rows;
  for (const Step& step : *steps) rows.push_back(step.row);
  return rows;
}

namespace {

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
    const std::vector<double> told = s_.row(i);
    const double scale = told[i] + noise_;
    for (std::size_t j = 0; j < s_.rows(); ++j) {
      for (std::size_t k = 0; k < s_.rows(); ++k) s_(j, k) -= told[j] * told[k] / scale;
    }
  }

 private:
  Matrix s_;
  double noise_;
};

/// Places in descending order of their weights; equal ones as they come.
Places most_trusted_first(const std::vector<double>& weights) {
  Places order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return weights[i]; });
  return order;
}

}  // namespace

Outcome<std::vector<PooledModel::Step>> PooledModel::variance_steps(
    std::size_t count, std::span<const double> costs) const {
  const Places& train = state_->train;
  const std::size_t n = train.size();
  if (count == 0 || count > n)
    return Outcome<std::vector<Step>>::refuse(
        fmt::format("{} references are asked for, there are {} workloads", count, n));
  const Component& base = state_->components[state_->base];
  std::vector<std::optional<std::size_t>> places;
  for (const std::size_t row : train) places.push_back(state_->place(row));
  const double noise = base.prior.noise_sd * base.prior.noise_sd * (1.0 - base.prior.shared_noise);
  LeftOpen left(
      PooledProcess::NewOutput(base.process, state_->data.rows, places).joint().covariance, noise);

  const Places order = most_trusted_first(base.process.weights().shared);
  const auto doubted = static_cast<std::size_t>(kDoubted * static_cast<double>(n));
  const std::size_t trusted = has_others() ? n - doubted : n;
  std::vector<bool> taken(n, false);
  std::vector<Step> steps;
  double before = left.mean_sd();
  while (steps.size() < count) {
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
    steps.push_back({train[*best], after});
  }
  return steps;
}

Outcome<std::shared_ptr<const PooledNormalizer>> PooledModel::fit(
    const MachinePair& pair, std::span<const std::size_t> references) const {
  using Result = Outcome<std::shared_ptr<const PooledNormalizer>>;
  if (references.empty()) return Result::refuse("needs references, there is none");
  const Places rows = thinned(pair, Places(references.begin(), references.end()), kMostTrained);
  std::vector<std::string> names;
  Known known;
  std::vector<std::optional<std::size_t>> places;
  for (const std::size_t row : rows) {
    const double ratio = pair.target_j[row] / pair.source_j[row];
    if (!(ratio > 0.0) || !std::isfinite(ratio))
      return Result::refuse("needs positive energies of " + pair.names[row] + " on both machines");
    names.push_back(pair.names[row]);
    known.values.push_back(std::log(ratio));
    known.variances.push_back(pair.target_variance[row]);
    places.push_back(state_->place(row));
  }
  const Matrix features_of = features(pair, rows);
  const PooledRows here = state_->data.features.rows(features_of);
  std::vector<PooledProcess::NewOutput> outputs;
  for (const Component& component : state_->components)
    outputs.emplace_back(component.process, here, places);
  Parts parts = judged(state_->components, outputs, known);
  detail::PooledKnown seen = state_->data.features.known(features_of);
  for (const PooledValue& value : state_->data.values)
    seen.groups.push_back(state_->data.rows.group[value.row]);
  return std::make_shared<const PooledNormalizer>(
      std::move(names), std::make_shared<const PooledNormalizer::State>(PooledNormalizer::State{
                            state_->data.features, std::move(outputs), std::move(parts),
                            std::move(seen), state_->data.outputs}));
}

namespace detail {

Outcome<Fit> fit_pooled(const NormalizerSpec&, const References&) {
  return refuse("the pooled rule needs a table of energies (--data), not references alone");
}

}  // namespace detail
}  // namespace isojoule
