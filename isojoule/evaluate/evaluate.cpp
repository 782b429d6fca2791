#include "isojoule/evaluate/evaluate.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/detail/in_order.hpp"
#include "isojoule/evaluate/detail/pair_split.hpp"
#include "isojoule/stats/splits.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;
using detail::Evaluated;
using detail::Pair;
using detail::PairSplit;
using detail::Setting;

std::vector<std::pair<std::size_t, std::size_t>> pairs_of(const Dataset& dataset,
                                                          const EvaluateOptions& options) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const auto& [source, target] : options.pairs) {
    if (source == target)
      throw Error(ErrorCode::usage, fmt::format("'{}' is paired with itself", source));
    pairs.emplace_back(dataset.machine(source), dataset.machine(target));
  }
  if (!pairs.empty()) return pairs;
  for (std::size_t source = 0; source < dataset.machines().size(); ++source) {
    for (std::size_t target = 0; target < dataset.machines().size(); ++target)
      if (source != target) pairs.emplace_back(source, target);
  }
  return pairs;
}

Places machines_of(const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  Places machines;
  for (const auto& [source, target] : pairs) machines.insert(machines.end(), {source, target});
  std::ranges::sort(machines);
  const auto [rest, end] = std::ranges::unique(machines);
  machines.erase(rest, end);
  return machines;
}

std::vector<Split> splits_of(const Dataset& dataset, const Places& workloads,
                             const EvaluateOptions& options) {
  std::vector<std::string> families;
  for (const std::size_t w : workloads) families.push_back(dataset.workloads()[w].family);
  if (options.grouping == Grouping::family && std::ranges::count(families, "") > 0)
    throw Error(ErrorCode::bad_input, "not every workload has a family: give the column family");
  std::vector<Split> splits;
  for (int i = 0; i < options.splits; ++i) {
    const auto index = static_cast<std::uint64_t>(i);
    Outcome<Split> split =
        options.grouping == Grouping::family
            ? group_split(options.seed, index, families, options.test_percent)
            : random_split(options.seed, index, workloads.size(), options.test_percent);
    if (!split) throw Error(ErrorCode::bad_input, "the data cannot be split: " + split.refused);
    splits.push_back(std::move(*split.value));
  }
  return splits;
}

/// What has learnt from one split of a pair.
struct Learnt {
  std::vector<std::vector<Outcome<LearnerPointer>>> learners;  // normalizer x features
  LearnerPointer order;  // puts references in order; null where nothing asks for it
};

/// For each row the first that is left out together with it.
Places units_of(const MachineColumns& columns, Grouping grouping) {
  Places units(columns.size());
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t row = 0; row < columns.size(); ++row)
    units[row] = grouping == Grouping::workload
                     ? row
                     : first.try_emplace(columns.families[row], row).first->second;
  return units;
}

/// A normalizer that takes no features learns once.
bool is_repeated(const Normalizer& normalizer, std::size_t features) {
  return !normalizer.kind->takes_features && features > 0;
}

Learnt learn_all(const View& view, const EvaluateOptions& options) {
  Learnt learnt;
  for (const Normalizer& normalizer : options.normalizers) {
    auto& learners = learnt.learners.emplace_back();
    for (std::size_t f = 0; f < options.features.size(); ++f) {
      if (!is_repeated(normalizer, f))
        learners.push_back(learn(normalizer, options.features[f], view));
    }
  }
  if (std::ranges::none_of(options.selections, needs_learner)) return learnt;
  const Normalizer order = default_normalizers(Purpose::order).front();
  const auto same = std::ranges::find(options.normalizers, order);
  const Outcome<LearnerPointer> learner =
      same == options.normalizers.end()
          ? learn(order, options.features.front(), view)
          : learnt.learners[static_cast<std::size_t>(same - options.normalizers.begin())].front();
  if (!learner) throw Error(ErrorCode::bad_input, learner.refused);
  learnt.order = *learner;
  return learnt;
}

/// What is evaluated on each pair, in the order of its rows.
std::vector<Setting> settings_of(const EvaluateOptions& options) {
  std::vector<Setting> settings;
  for (const Selection selection : options.selections) {
    for (const ReferenceCount& count : options.counts) {
      for (std::size_t n = 0; n < options.normalizers.size(); ++n) {
        const Normalizer& normalizer = options.normalizers[n];
        EvaluationRow row;
        row.selection = to_string(selection);
        row.count = to_string(count);
        row.normalizer = to_string(normalizer);
        for (std::size_t f = 0; f < options.features.size(); ++f) {
          if (is_repeated(normalizer, f)) continue;
          row.features = features_text(normalizer, to_string(options.features[f]));
          settings.push_back({selection, count, n, f, named_reference(normalizer), row});
        }
      }
    }
  }
  return settings;
}

/// Everything that is evaluated on one pair; calls share() between its parts.
std::vector<Evaluated> evaluate_pair(const Pair& pair, const std::vector<Split>& splits,
                                     const std::vector<Setting>& settings,
                                     const EvaluateOptions& options, bool with_predictions,
                                     const std::function<void()>& share) {
  const Places units = units_of(pair.view.columns(), options.grouping);
  std::vector<Learnt> learnt;
  std::vector<PairSplit> parts;
  parts.reserve(splits.size());
  for (std::size_t i = 0; i < splits.size(); ++i) {
    learnt.push_back(learn_all(pair.view.learning(splits[i].train), options));
    parts.emplace_back(pair, splits[i], static_cast<int>(i), options.seed, units, with_predictions);
    share();
  }
  std::vector<Evaluated> rows;
  rows.reserve(settings.size() * splits.size());
  for (const Setting& setting : settings) {
    for (std::size_t i = 0; i < splits.size(); ++i) {
      const std::size_t train_rows = splits[i].train.size();
      const bool takes_all = setting.count.of(train_rows) == train_rows;
      if (takes_all && setting.selection != options.selections.front()) continue;
      rows.push_back(parts[i].run(setting, learnt[i].learners[setting.normalizer][setting.features],
                                  learnt[i].order.get()));
      share();
    }
  }
  return rows;
}

void report(std::vector<Evaluated>& rows, const EvaluationSinks& sinks) {
  for (Evaluated& done : rows) {
    sinks.row(done.row);
    for (PredictionRow& prediction : done.predictions) {
      prediction.fit = &done.row;
      sinks.prediction(prediction);
    }
  }
}

void check(const EvaluateOptions& options) {
  if (options.splits < 1 || options.splits > 1'000'000)
    throw Error(ErrorCode::usage, "splits must be from 1 to 1000000");
  if (options.selections.empty() || options.counts.empty() || options.normalizers.empty() ||
      options.features.empty())
    throw Error(
        ErrorCode::usage,
        "an evaluation needs a selection, a number of references, a normalizer and features");
}

void check_named_references(const EvaluateOptions& options,
                            const std::vector<std::string>& workloads) {
  for (const Normalizer& normalizer : options.normalizers) {
    const std::string named = named_reference(normalizer);
    if (!named.empty() && std::ranges::find(workloads, named) == workloads.end())
      throw unknown_name("reference", named, workloads);
  }
}

EvaluationSummary summarize(const Dataset& dataset, const Places& machines,
                            const Places& workloads) {
  EvaluationSummary summary;
  for (const std::size_t m : machines) summary.machines.push_back(dataset.machines()[m]);
  for (const std::size_t w : workloads) summary.workloads.push_back(dataset.workloads()[w].name);
  for (std::size_t w = 0; w < dataset.workloads().size(); ++w) {
    const bool known = std::ranges::any_of(
        machines, [&](std::size_t m) { return dataset.cell(w, m).has_value(); });
    summary.left_out += known ? 1 : 0;
  }
  summary.left_out -= workloads.size();
  return summary;
}

}  // namespace

EvaluationSummary evaluate(const Dataset& dataset, const EvaluateOptions& options,
                           const EvaluationSinks& sinks) {
  constexpr std::size_t kFewest = 3;  // one to test, two to fit
  check(options);
  const auto pairs = pairs_of(dataset, options);
  const Places machines = machines_of(pairs);
  if (machines.size() < 2)
    throw Error(ErrorCode::bad_input, "an evaluation needs two machines, there is " +
                                          std::to_string(dataset.machines().size()));
  const Places workloads = dataset.known_on(machines);
  if (workloads.size() < kFewest)
    throw Error(ErrorCode::bad_input,
                fmt::format("the machines have {} workload{} in common; it takes three at least",
                            workloads.size(), workloads.size() == 1 ? "" : "s"));
  EvaluationSummary summary = summarize(dataset, machines, workloads);
  check_named_references(options, summary.workloads);
  const std::vector<Split> splits = splits_of(dataset, workloads, options);
  const std::vector<Setting> settings = settings_of(options);
  const bool with_predictions = sinks.prediction != nullptr;
  const auto evaluated = [&](std::size_t place, const std::function<void()>& share) {
    const auto& [source, target] = pairs[place];
    const Pair pair{dataset.machines()[source], dataset.machines()[target],
                    View(dataset, source, target, workloads),
                    columns_on(dataset, target, workloads)};
    return evaluate_pair(pair, splits, settings, options, with_predictions, share);
  };
  detail::in_order(pairs.size(), evaluated,
                   [&sinks](std::vector<Evaluated> rows) { report(rows, sinks); });
  return summary;
}

}  // namespace isojoule
