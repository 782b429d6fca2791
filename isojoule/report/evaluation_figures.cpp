#include "isojoule/report/evaluation_figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <ranges>
#include <tuple>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/report/detail/evaluation_data.hpp"
#include "isojoule/report/evaluation_tables.hpp"
#include "isojoule/stats/quantile.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

/// Of R2, so that what is good can still be told apart beside what is very bad.
constexpr double kLeastShown = -3.0;

using detail::grouping_picker;
using detail::grouping_text;
using detail::kMostRows;
using detail::point;
using detail::predictions_in;
using Number = std::optional<double>;

/// Up to so many pairs have a panel each; of more, one is picked.
constexpr std::size_t kPanels = 12;

Number times(Number value, double factor) { return value ? Number(*value * factor) : std::nullopt; }

/// Mean, lowest and highest over the splits that have the score.
struct ScoreRange {
  Number mean;
  Number lowest;
  Number highest;
};

ScoreRange range_of(const EvaluationGroup& group, Number EvaluationRow::* score, double factor) {
  ScoreRange range;
  double sum = 0.0;
  double count = 0.0;
  for (const EvaluationRow& row : group.rows) {
    const Number value = times(row.*score, factor);
    if (!value) continue;
    sum += *value;
    count += 1.0;
    range.lowest = range.lowest ? std::min(*range.lowest, *value) : *value;
    range.highest = range.highest ? std::max(*range.highest, *value) : *value;
  }
  if (count > 0.0) range.mean = sum / count;
  return range;
}

struct ScoreKind {
  const char* letter;
  const char* column;
  const char* title;
  Number EvaluationRow::* member;
  double factor;
};

const std::vector<ScoreKind>& score_kinds() {
  static const std::vector<ScoreKind> kinds{
      {"a", "r2", "R2", &EvaluationRow::r2, 1.0},
      {"b", "mse_kwh2", "MSE, kWh2", &EvaluationRow::mse_kwh2, 1.0},
      {"c", "mdape_percent", "MdAPE, %", &EvaluationRow::mdape, 100.0}};
  return kinds;
}

/// What a value of column `by` is in a group.
std::string setting_of(const EvaluationGroup& group, const std::string& by) {
  if (by == "references") return group.first.count;
  return by == "features" ? group.first.features : group.first.normalizer;
}

std::shared_ptr<const DataTable> score_data(const std::vector<StudyExperiment>& experiments,
                                            const std::string& by) {
  DataBuilder data;
  data.text("left_out", "left out")
      .text("pair", "pair")
      .text(by, by)
      .text("selection", "selection");
  data.number("k", "references").number("splits", "splits with a score");
  for (const ScoreKind& kind : score_kinds()) {
    const std::string column = kind.column;
    const std::string title = kind.title;
    data.number(column, title);
    data.number(column + "_lowest", title + ", lowest of the splits");
    data.number(column + "_highest", title + ", highest of the splits");
  }
  for (const StudyExperiment& experiment : experiments) {
    for (const EvaluationGroup& group : group_by_fit(experiment.rows)) {
      const auto scored = std::ranges::count_if(
          group.rows, [](const EvaluationRow& row) { return row.refused.empty(); });
      std::vector<DataBuilder::Cell> cells{std::string(grouping_text(experiment.grouping)),
                                           pair_text(group.first.source, group.first.target),
                                           setting_of(group, by),
                                           group.first.selection,
                                           Number(static_cast<double>(group.first.k)),
                                           Number(static_cast<double>(scored))};
      for (const ScoreKind& kind : score_kinds()) {
        const ScoreRange range = range_of(group, kind.member, kind.factor);
        cells.insert(cells.end(), {range.mean, range.lowest, range.highest});
      }
      data.row(std::move(cells));
    }
  }
  return data.take();
}

bool has_value_below(const DataColumn& column, double limit) {
  return std::ranges::any_of(column.numbers(),
                             [limit](const Number& value) { return value && *value < limit; });
}

}  // namespace

std::string pair_text(const std::string& source, const std::string& target) {
  return source + " -> " + target;
}

EvaluationFigures::EvaluationFigures(const Dataset& dataset, const EvaluationStudy& study,
                                     std::pair<std::string, std::string> pair,
                                     std::string provenance)
    : dataset_(dataset), study_(study), pair_(std::move(pair)), provenance_(std::move(provenance)) {
  std::size_t next = 0;
  for (const std::string& name : study.summary.workloads) {
    while (dataset.workloads()[next].name != name) ++next;
    workloads_.push_back(next);
    has_families_ = has_families_ || !dataset.workloads()[next].family.empty();
  }
  family_key();
  for (const auto& [source, target] : study.options.pairs) held_pairs_ += holds(source) ? 1U : 0U;
  if (held_pairs_ < study.options.pairs.size())
    remarks_.push_back(fmt::format(
        "Figures 1, 2, 4, 7 and 8 hold the {} pairs from {} and from {}, of {}; --pair chooses "
        "others.",
        held_pairs_, pair_.first, pair_.second, study.options.pairs.size()));
}

bool EvaluationFigures::holds(const std::string& source) const {
  constexpr std::size_t kMany = 60;
  return study_.options.pairs.size() <= kMany || source == pair_.first || source == pair_.second;
}

std::size_t EvaluationFigures::held(std::size_t rows) const {
  return rows * held_pairs_ / std::max<std::size_t>(1, study_.options.pairs.size());
}

std::vector<bool> EvaluationFigures::shown(const std::string& figures, std::size_t rows) {
  std::vector<bool> is_shown(workloads_.size(), rows <= kMostRows);
  if (rows <= kMostRows) return is_shown;
  const std::size_t count = std::max<std::size_t>(1, workloads_.size() * kMostRows / rows);
  std::vector<std::pair<std::uint64_t, std::size_t>> by_chance;
  for (std::size_t w = 0; w < workloads_.size(); ++w)
    by_chance.emplace_back(derive_seed({study_.options.seed, w}), w);
  std::ranges::sort(by_chance);
  for (std::size_t i = 0; i < count; ++i) is_shown[by_chance[i].second] = true;
  remarks_.push_back(fmt::format("{} {} points of {} workloads, chosen at random, of {}.", figures,
                                 figures.find(" and ") == std::string::npos ? "shows" : "show",
                                 count, workloads_.size()));
  return is_shown;
}

std::string EvaluationFigures::with_provenance(const std::string& caption) const {
  return provenance_.empty() ? caption : caption + " " + provenance_;
}

std::string EvaluationFigures::family_of(std::size_t workload) const {
  const std::string& family = dataset_.workloads()[workloads_[workload]].family;
  return family.empty() ? "no family" : family;
}

std::vector<KeyEntry> EvaluationFigures::family_key() {
  if (!has_families_) return {};
  TextValues families;
  for (std::size_t w = 0; w < workloads_.size(); ++w) families.push_back(family_of(w));
  std::ranges::sort(families);
  return keyring_.entries("family", distinct(families));
}

std::vector<Figure> EvaluationFigures::panels() {
  const std::vector<bool> is_shown = shown("Figures 1 and 2", held(study_.panels.size()));
  DataBuilder data;
  data.text("pair", "pair").text("rule", "rule").text("workload", "workload");
  data.text("family", "family").text("role", "role");
  data.number("source_j", "energy on the source, J");
  data.number("target_j", "energy on the target, J");
  data.number("normalized_j", "normalized energy, J");
  const EvaluationSummary& summary = study_.summary;
  for (const PanelPrediction& panel : study_.panels) {
    if (!holds(summary.machines[panel.source])) continue;
    if (!is_shown[panel.workload] && !panel.is_reference) continue;
    data.row({pair_text(summary.machines[panel.source], summary.machines[panel.target]),
              panel_rules()[panel.rule], summary.workloads[panel.workload],
              family_of(panel.workload), std::string(panel.is_reference ? "reference" : ""),
              point(panel.source_j), point(panel.truth_j), point(panel.normalized_j)});
  }
  const auto shared = data.take();
  const auto figure = [&](const std::string& id, const std::string& source,
                          const std::string& target) {
    const std::string colour = has_families_ ? "family" : "";
    Figure drawn{
        id,
        fmt::format("Figure {}. Normalized against target energy.", id),
        with_provenance("Each workload's energy on one machine, normalized to another: not at all, "
                        "by the workload with the lowest energy on the source, by that with the "
                        "highest, and by the line through both. Rings mark references; all others "
                        "were not used. On the diagonal the normalized energy is the true one."),
        "Four scatter plots of normalized against target energy, with the line of equality.",
        shared,
        {{Glyph::point, "target_j", "normalized_j", {}, {}, colour},
         {Glyph::ring, "target_j", "normalized_j", {}, {}, {}, "role"}},
        {"energy on the target, J", Scale::logarithmic},
        {"normalized energy, J", Scale::logarithmic}};
    drawn.facet = "rule";
    drawn.key_title = "family";
    drawn.key = family_key();
    drawn.identity_line = true;
    drawn.pickers = {{"pair", "pair", pair_text(source, target)}};
    return drawn;
  };
  const auto& pairs = study_.options.pairs;
  const bool reversed =
      std::ranges::find(pairs, std::pair(pair_.second, pair_.first)) != pairs.end();
  const auto other = reversed            ? std::pair(pair_.second, pair_.first)
                     : pairs.size() == 1 ? pair_
                                         : (pairs[0] == pair_ ? pairs[1] : pairs[0]);
  return {figure("1", pair_.first, pair_.second), figure("2", other.first, other.second)};
}

std::vector<Figure> EvaluationFigures::scores(const std::string& number, const std::string& title,
                                              const std::vector<StudyExperiment>& experiments,
                                              const std::string& by, const Axis& axis) {
  const auto data = score_data(experiments, by);
  const std::string colour = by == "references" ? "selection" : by;
  std::vector<Figure> figures;
  for (const ScoreKind& kind : score_kinds()) {
    const std::string column = kind.column;
    const bool is_mse = kind.member == &EvaluationRow::mse_kwh2;
    const bool is_far = column == "r2" && has_value_below(data->column(column + "_lowest"), -1.0);
    const bool is_cut = is_far && has_value_below(data->column(column + "_lowest"), kLeastShown);
    Figure figure{
        number + kind.letter,
        fmt::format("Figure {}{}. {} {}.", number, kind.letter, kind.title, title),
        with_provenance(fmt::format(
            "{} over {} random splits, for each pair of machines; bars of error go from "
            "the lowest to the highest of the splits.{}{}",
            is_mse ? "Mean, on a logarithmic axis," : "Mean", study_.options.splits,
            is_far ? " The axis is linear near 0 and logarithmic far from it, so that "
                     "negative values can be shown."
                   : "",
            is_cut ? fmt::format(" What lies below {:g} runs into the edge.", kLeastShown) : "")),
        fmt::format("{} {} for each pair of machines.", kind.title, title),
        data,
        {{is_mse ? Glyph::point : Glyph::bar, by, column, {}, {}, colour},
         {Glyph::interval, by, column + "_lowest", {}, column + "_highest"}},
        axis,
        {kind.title, is_mse   ? Scale::logarithmic
                     : is_far ? Scale::symmetric
                              : Scale::linear}};
    if (is_cut) figure.y.cut_below = kLeastShown;
    figure.key_title = colour;
    // A regression is a rule too, and looks like it in the figures of errors.
    figure.key = keyring_.entries(colour == "regression" ? "rule" : colour,
                                  distinct(data->column(colour).texts()));
    figure.side_by_side = colour != by;
    figure.pickers = {grouping_picker()};
    if (study_.options.pairs.size() <= kPanels) {
      figure.facet = "pair";
    } else {
      figure.pickers.push_back({"pair", "pair", pair_text(pair_.first, pair_.second)});
    }
    figures.push_back(std::move(figure));
  }
  return figures;
}

std::vector<Figure> EvaluationFigures::references() {
  return scores("3", "by references", study_.references, "references",
                {"references, % of the training part", Scale::category});
}

std::vector<Figure> EvaluationFigures::regressions() {
  const std::vector<bool> is_shown = shown("Figure 4", held(predictions_in(study_.regressions)));
  DataBuilder data;
  data.text("pair", "pair").text("left_out", "left out").text("regression", "regression");
  data.text("workload", "workload").text("family", "family").text("role", "role");
  data.text("curve", "of the curve");
  data.number("source_j", "energy on the source, J").number("target_j", "energy on the target, J");
  data.number("predicted_j", "predicted energy, J");
  for (const StudyExperiment& experiment : study_.regressions) {
    for (const StudyPrediction& prediction : experiment.predictions) {
      const EvaluationRow& row = experiment.rows[prediction.row];
      if (!is_shown[prediction.workload] || !holds(row.source)) continue;
      const std::size_t source = dataset_.machine(row.source);
      data.row({pair_text(row.source, row.target), std::string(grouping_text(experiment.grouping)),
                row.normalizer, study_.summary.workloads[prediction.workload],
                family_of(prediction.workload), std::string(prediction.is_reference ? "" : "test"),
                std::string("yes"),
                point(dataset_.cell(workloads_[prediction.workload], source)->energy.in(joule)),
                point(prediction.truth_j), point(prediction.predicted_j)});
    }
  }
  const std::string colour = has_families_ ? "family" : "";
  Figure figure{
      "4",
      "Figure 4. Three regressions on one split of a pair.",
      with_provenance("Points are the true energies, rings mark the workloads of the test "
                      "part, which the regression has not seen; the line goes through its "
                      "predictions. The first random split."),
      "Scatter plots of target against source energy with the fitted line, polynomial "
      "and support vector regression.",
      data.take(),
      {{Glyph::line, "source_j", "predicted_j"},
       {Glyph::point, "source_j", "target_j", {}, {}, colour},
       {Glyph::ring, "source_j", "target_j", {}, {}, {}, "role"}},
      {"energy on the source, J", Scale::logarithmic},
      {"energy on the target, J", Scale::logarithmic}};
  figure.facet = "regression";
  figure.key_title = "family";
  figure.key = family_key();
  figure.pickers = {{"pair", "pair", pair_text(pair_.first, pair_.second)}, grouping_picker()};
  std::vector<Figure> figures{std::move(figure)};
  for (Figure& score : scores("5", "by regression", study_.regressions, "regression",
                              {"regression", Scale::category}))
    figures.push_back(std::move(score));
  return figures;
}

std::vector<Figure> EvaluationFigures::plane() {
  const std::vector<bool> is_shown = shown("Figure 7", held(predictions_in(study_.metrics)) / 2);
  DataBuilder data;
  data.text("pair", "pair").text("left_out", "left out").text("workload", "workload");
  data.text("kind", "").text("role", "role");
  data.number("source_j", "energy on the source, J").number("flops", "forward FLOP");
  data.number("energy_j", "energy on the target, J").number("truth_j", "true energy, J");
  for (const StudyExperiment& experiment : study_.metrics) {
    for (const StudyPrediction& prediction : experiment.predictions) {
      const EvaluationRow& row = experiment.rows[prediction.row];
      const bool is_plane_fit = row.features == "energy+flops" && holds(row.source);
      if (!is_plane_fit || !is_shown[prediction.workload]) continue;
      const std::size_t place = workloads_[prediction.workload];
      const double source_j = dataset_.cell(place, dataset_.machine(row.source))->energy.in(joule);
      const double flops = dataset_.workloads()[place].flops->in(flop);
      for (const char* kind : {"true energy", "plane"}) {
        const bool is_plane = std::string_view(kind) == "plane";
        data.row({pair_text(row.source, row.target),
                  std::string(grouping_text(experiment.grouping)),
                  study_.summary.workloads[prediction.workload], std::string(kind),
                  std::string(prediction.is_reference || is_plane ? "" : "test"), point(source_j),
                  point(flops), point(is_plane ? prediction.predicted_j : prediction.truth_j),
                  is_plane ? point(prediction.truth_j) : Number()});
      }
    }
  }
  const auto shared = data.take();
  if (shared->rows() == 0) return {};
  std::vector<Figure> figures;
  for (const auto& [letter, column, axis] :
       {std::tuple{"a", "source_j", "energy on the source, J"},
        std::tuple{"b", "flops", "forward FLOP of one sample"}}) {
    Figure figure{fmt::format("7{}", letter),
                  fmt::format("Figure 7{}. The plane over energy and FLOPs, seen along {}.", letter,
                              std::string_view(letter) == "a" ? "FLOPs" : "energy"),
                  with_provenance("A plane fitted to the training part of the first split predicts "
                                  "the target's energy from energy and FLOPs. Each true energy is "
                                  "tied to its point on the plane; rings mark the test part."),
                  "Scatter plot of true energies and of the fitted plane's.",
                  shared,
                  {{Glyph::interval, column, "energy_j", {}, "truth_j"},
                   {Glyph::point, column, "energy_j", {}, {}, "kind"},
                   {Glyph::ring, column, "energy_j", {}, {}, {}, "role"}},
                  {axis, Scale::logarithmic},
                  {"energy on the target, J", Scale::logarithmic}};
    figure.key = keyring_.entries("kind", {"true energy", "plane"});
    figure.pickers = {{"pair", "pair", pair_text(pair_.first, pair_.second)}, grouping_picker()};
    figures.push_back(std::move(figure));
  }
  return figures;
}

std::vector<Figure> EvaluationFigures::metrics() {
  std::vector<Figure> figures =
      scores("6", "by set of metrics", study_.metrics, "features", {"metrics", Scale::category});
  for (Figure& figure : plane()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace isojoule
