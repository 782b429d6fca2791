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

/// Machines of which something is known, without the source's and each other's copies.
Places informative(const Dataset& dataset, std::size_t source, std::size_t target,
                   const Places& workloads) {
  const auto same = [&](std::size_t a, std::size_t b) {
    return std::ranges::all_of(workloads, [&](std::size_t w) {
      const auto& x = dataset.cell(w, a);
      const auto& y = dataset.cell(w, b);
      return x.has_value() == y.has_value() && (!x || x->energy == y->energy);
    });
  };
  Places others;
  for (std::size_t m = 0; m < dataset.machines().size(); ++m) {
    if (m == source || m == target || same(m, source)) continue;
    if (std::ranges::none_of(workloads,
                             [&](std::size_t w) { return dataset.cell(w, m).has_value(); }))
      continue;
    if (std::ranges::none_of(others, [&](std::size_t o) { return same(m, o); }))
      others.push_back(m);
  }
  return others;
}

/// ln of the energies on a machine over those on the source, less their mean; NaN: not known.
std::vector<double> shape_of(const Dataset& dataset, std::size_t source, std::size_t machine,
                             const Places& workloads) {
  std::vector<double> shape;
  double sum = 0.0;
  double known = 0.0;
  for (const std::size_t w : workloads) {
    const auto& there = dataset.cell(w, machine);
    const auto& here = dataset.cell(w, source);
    const bool both = there && here;
    shape.push_back(both ? std::log(there->energy / here->energy)
                         : std::numeric_limits<double>::quiet_NaN());
    if (!both) continue;
    sum += shape.back();
    known += 1.0;
  }
  for (double& value : shape) value -= sum / std::max(1.0, known);
  return shape;
}

/// Mean squared difference of two shapes where both are known; infinite where nothing is.
double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  double known = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    sum += (a[i] - b[i]) * (a[i] - b[i]);
    known += 1.0;
  }
  return known > 0.0 ? sum / known : std::numeric_limits<double>::infinity();
}

/// At most kMostMachines of the machines, ascending: each time the one whose law is the least like
/// any that is taken, or like the source's own.
Places diverse(const Dataset& dataset, std::size_t source, Places machines,
               const Places& workloads) {
  if (machines.size() <= PooledModel::kMostMachines) return machines;
  std::vector<std::vector<double>> shapes;
  for (const std::size_t machine : machines)
    shapes.push_back(shape_of(dataset, source, machine, workloads));
  const std::vector<double> proportional(workloads.size(), 0.0);
  std::vector<double> nearest;
  for (const auto& shape : shapes) nearest.push_back(distance(shape, proportional));
  Places taken;
  while (taken.size() < PooledModel::kMostMachines) {
    const auto next = static_cast<std::size_t>(std::ranges::max_element(nearest) - nearest.begin());
    taken.push_back(machines[next]);
    for (std::size_t i = 0; i < shapes.size(); ++i)
      nearest[i] = std::min(nearest[i], distance(shapes[i], shapes[next]));
    nearest[next] = -1.0;
  }
  std::ranges::sort(taken);
  return taken;
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
      diverse(dataset, source, informative(dataset, source, target, workloads), workloads);
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
  Matrix s = PooledProcess::NewOutput(base.process, state_->data.rows, places).joint().covariance;
  const double noise = base.prior.noise_sd * base.prior.noise_sd * (1.0 - base.prior.shared_noise);
  const auto mean_sd_with = [&](std::size_t i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < n; ++j)
      sum += std::sqrt(std::max(0.0, s(j, j) - s(i, j) * s(i, j) / (s(i, i) + noise)));
    return sum / static_cast<double>(n);
  };

  Places order(n);  // the most trusted first
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::vector<double>& weights = base.process.weights().shared;
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return weights[i]; });
  const auto doubted = static_cast<std::size_t>(kDoubted * static_cast<double>(n));
  const std::size_t trusted = has_others() ? n - doubted : n;
  double before = 0.0;
  for (std::size_t j = 0; j < n; ++j) before += std::sqrt(s(j, j)) / static_cast<double>(n);
  std::vector<bool> taken(n, false);
  std::vector<Step> steps;
  while (steps.size() < count) {
    const std::size_t open = steps.size() < trusted ? trusted : n;
    std::optional<std::size_t> best;
    double most = 0.0;
    double after = before;
    for (std::size_t o = 0; o < open; ++o) {
      const std::size_t i = order[o];
      if (taken[i]) continue;
      const double mean_sd = mean_sd_with(i);
      const double gain = (before - mean_sd) / (costs.empty() ? 1.0 : costs[i]);
      if (best && !(gain > most)) continue;
      best = i;
      most = gain;
      after = mean_sd;
    }
    const std::size_t b = *best;
    taken[b] = true;
    before = after;
    steps.push_back({train[b], after});
    const std::vector<double> told = s.row(b);
    const double scale = told[b] + noise;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) s(i, j) -= told[i] * told[j] / scale;
    }
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
