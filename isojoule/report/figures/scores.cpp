// Figures 3, 5 and 6: R2 (a), MSE (b) and MdAPE (c) by references, by regression, by features.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/report/detail/evaluation_view.hpp"
#include "isojoule/report/evaluation_tables.hpp"

namespace isojoule::detail {
namespace {

using Number = std::optional<double>;

/// Of R2, so that what is good can still be told apart beside what is very bad.
constexpr double kLeastShown = -3.0;

/// Up to so many pairs have a panel each; of more, one is picked.
constexpr std::size_t kPanels = 12;

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

/// What is shown: the figures' number, the experiments, and the setting that they differ in.
struct Scores {
  const char* number;
  const char* title;
  const std::vector<StudyExperiment>& experiments;
  std::string by;  ///< the column of the setting
  std::string EvaluationRow::* setting;
  const char* axis;
  std::string colour;  ///< the column of the key
};

/// Mean, lowest and highest over the splits that have the score.
struct ScoreRange {
  Number mean;
  Number lowest;
  Number highest;
};

ScoreRange range_of(const EvaluationGroup& group, const ScoreKind& kind) {
  ScoreRange range;
  double sum = 0.0;
  double count = 0.0;
  for (const EvaluationRow& row : group.rows) {
    const Number& score = row.*kind.member;
    if (!score) continue;
    const double value = *score * kind.factor;
    sum += value;
    count += 1.0;
    range.lowest = range.lowest ? std::min(*range.lowest, value) : value;
    range.highest = range.highest ? std::max(*range.highest, value) : value;
  }
  if (count > 0.0) range.mean = sum / count;
  return range;
}

DataBuilder score_columns(const Scores& scores) {
  DataBuilder data;
  data.text("left_out", "left out").text("pair", "pair").text(scores.by, scores.by);
  data.text("selection", "selection").number("k", "references");
  data.number("splits", "splits with a score");
  for (const ScoreKind& kind : score_kinds()) {
    const std::string column = kind.column;
    const std::string title = kind.title;
    data.number(column, title);
    data.number(column + "_lowest", title + ", lowest of the splits");
    data.number(column + "_highest", title + ", highest of the splits");
  }
  return data;
}

std::shared_ptr<const DataTable> score_data(const Scores& scores) {
  DataBuilder data = score_columns(scores);
  for (const StudyExperiment& experiment : scores.experiments) {
    for (const EvaluationGroup& group : group_by_fit(experiment.rows)) {
      const auto scored = std::ranges::count_if(
          group.rows, [](const EvaluationRow& row) { return row.refused.empty(); });
      std::vector<DataBuilder::Cell> cells{std::string(grouping_text(experiment.grouping)),
                                           pair_text(group.first.source, group.first.target),
                                           group.first.*scores.setting,
                                           group.first.selection,
                                           Number(static_cast<double>(group.first.k)),
                                           Number(static_cast<double>(scored))};
      for (const ScoreKind& kind : score_kinds()) {
        const ScoreRange range = range_of(group, kind);
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

/// How a score is drawn. R2 that lies far below 0 has an axis for it.
struct ScoreAxis {
  bool is_mse = false;
  bool is_far = false;
  bool is_cut = false;

  Axis axis(const ScoreKind& kind) const {
    Axis axis{kind.title, is_mse ? Scale::logarithmic : is_far ? Scale::symmetric : Scale::linear};
    if (is_cut) axis.cut_below = kLeastShown;
    return axis;
  }

  std::string caption(int splits) const {
    return fmt::format(
        "{} over {} random splits, for each pair of machines; bars of error go from "
        "the lowest to the highest of the splits.{}{}",
        is_mse ? "Mean, on a logarithmic axis," : "Mean", splits,
        is_far ? " The axis is linear near 0 and logarithmic far from it, so that "
                 "negative values can be shown."
               : "",
        is_cut ? fmt::format(" What lies below {:g} runs into the edge.", kLeastShown) : "");
  }
};

ScoreAxis axis_of(const ScoreKind& kind, const DataTable& data) {
  ScoreAxis axis;
  axis.is_mse = kind.member == &EvaluationRow::mse_kwh2;
  if (kind.member != &EvaluationRow::r2) return axis;
  const DataColumn& lowest = data.column(std::string(kind.column) + "_lowest");
  axis.is_far = has_value_below(lowest, -1.0);
  axis.is_cut = axis.is_far && has_value_below(lowest, kLeastShown);
  return axis;
}

Figure score_figure(const EvaluationView& view, const Scores& scores, const ScoreKind& kind,
                    const std::shared_ptr<const DataTable>& data) {
  const std::string column = kind.column;
  const ScoreAxis axis = axis_of(kind, *data);
  const StudyOptions& options = view.study().options;
  Figure figure{
      std::string(scores.number) + kind.letter,
      fmt::format("Figure {}{}. {} {}.", scores.number, kind.letter, kind.title, scores.title),
      view.caption(axis.caption(options.splits)),
      fmt::format("{} {} for each pair of machines.", kind.title, scores.title),
      data,
      {{axis.is_mse ? Glyph::point : Glyph::bar, scores.by, column, {}, {}, scores.colour},
       {Glyph::interval, scores.by, column + "_lowest", {}, column + "_highest"}},
      {scores.axis, Scale::category},
      axis.axis(kind)};
  figure.key_title = scores.colour;
  figure.key =
      scores.setting == &EvaluationRow::normalizer
          ? view.regression_key()
          : Keyring().entries(scores.colour, distinct(data->column(scores.colour).texts()));
  figure.side_by_side = scores.colour != scores.by;
  figure.pickers = {grouping_picker()};
  if (options.pairs.size() <= kPanels) {
    figure.facet = "pair";
  } else {
    figure.pickers.push_back(view.pair_picker());
  }
  return figure;
}

MadeFigures score_figures(const EvaluationView& view, const Scores& scores) {
  const auto data = score_data(scores);
  MadeFigures made;
  for (const ScoreKind& kind : score_kinds())
    made.figures.push_back(score_figure(view, scores, kind, data));
  return made;
}

}  // namespace

MadeFigures scores_by_references(const EvaluationView& view) {
  return score_figures(
      view, {"3", "by references", view.study().references, "references", &EvaluationRow::count,
             "references, % of the training part", "selection"});
}

MadeFigures scores_by_regression(const EvaluationView& view) {
  return score_figures(view, {"5", "by regression", view.study().regressions, "regression",
                              &EvaluationRow::normalizer, "regression", "regression"});
}

MadeFigures scores_by_features(const EvaluationView& view) {
  return score_figures(view, {"6", "by set of metrics", view.study().metrics, "features",
                              &EvaluationRow::features, "metrics", "features"});
}

}  // namespace isojoule::detail
