// The figures of relative errors: see evaluation_figures.hpp.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/report/detail/evaluation_data.hpp"
#include "isojoule/report/evaluation_figures.hpp"
#include "isojoule/stats/quantile.hpp"

namespace isojoule {
namespace {

using detail::grouping_picker;
using detail::grouping_text;
using detail::kMostSplitRows;
using detail::point;
using detail::predictions_in;
using detail::references_text;
using Number = std::optional<double>;

}  // namespace

Figure EvaluationFigures::predictions() {
  // Of splits as many as fit, one at least; of its workloads as many as fit then.
  const std::size_t rows = held(predictions_in(study_.rules));
  const auto splits = static_cast<std::size_t>(study_.options.splits);
  const std::size_t most =
      std::clamp(kMostSplitRows * splits / std::max<std::size_t>(rows, 1), std::size_t{1}, splits);
  if (most < splits)
    remarks_.push_back(
        most == 1 ? fmt::format("Figure 8 shows the first of {} splits.", splits)
                  : fmt::format("Figure 8 shows the first {} of {} splits.", most, splits));
  const std::vector<bool> is_shown = shown("Figure 8", most * rows / splits);
  DataBuilder data;
  data.text("pair", "pair").text("rule", "rule").text("references", "references");
  data.text("left_out", "left out").text("split", "split").text("workload", "workload");
  data.text("family", "family").text("role", "role");
  data.number("target_j", "energy on the target, J").number("predicted_j", "predicted energy, J");
  data.number("lower_j", "lower end of the 90 % interval, J");
  data.number("upper_j", "upper end of the 90 % interval, J");
  for (const StudyExperiment& experiment : study_.rules) {
    for (const StudyPrediction& prediction : experiment.predictions) {
      const EvaluationRow& row = experiment.rows[prediction.row];
      if (static_cast<std::size_t>(row.split) >= most || !holds(row.source)) continue;
      // Where all of the training part are references, they are the many, and fitted to.
      if (prediction.is_reference ? row.count == "all" : !is_shown[prediction.workload]) continue;
      data.row({pair_text(row.source, row.target), row.normalizer, references_text(row),
                std::string(grouping_text(experiment.grouping)), std::to_string(row.split + 1),
                study_.summary.workloads[prediction.workload], family_of(prediction.workload),
                std::string(prediction.is_reference ? "reference" : ""), point(prediction.truth_j),
                point(prediction.predicted_j), point(prediction.lower_j),
                point(prediction.upper_j)});
    }
  }
  const std::string colour = has_families_ ? "family" : "";
  Figure figure{"8",
                "Figure 8. Predictions of a rule.",
                with_provenance("Predicted against true energies of one split, with intervals of "
                                "90 % where the rule has honest ones; rings mark references, where "
                                "they are few."),
                "Scatter plot of predicted against true energies with the line of equality.",
                data.take(),
                {{Glyph::interval, "target_j", "lower_j", {}, "upper_j"},
                 {Glyph::point, "target_j", "predicted_j", {}, {}, colour},
                 {Glyph::ring, "target_j", "predicted_j", {}, {}, {}, "role"}},
                {"energy on the target, J", Scale::logarithmic},
                {"predicted energy, J", Scale::logarithmic}};
  figure.key_title = "family";
  figure.key = family_key();
  figure.identity_line = true;
  const auto first = [&figure](const char* column) {
    const TextValues& texts = figure.data->column(column).texts();
    return texts.empty() ? std::string() : texts.front();
  };
  figure.pickers = {{"pair", "pair", pair_text(pair_.first, pair_.second)},
                    {"rule", "rule", first("rule")},
                    {"references", "references", first("references")},
                    grouping_picker(),
                    {"split", "split", "1"}};
  return figure;
}

std::vector<Figure> EvaluationFigures::aggregated_errors() {
  using Key = std::tuple<std::size_t, std::string, std::string, std::string>;
  const auto percent = [](const StudyPrediction& p) {
    return 100.0 * std::abs(p.predicted_j / p.truth_j - 1.0);
  };
  const std::size_t lines =
      workloads_.size() * 3 * study_.options.rules.size() * study_.rules.size();
  const std::vector<bool> is_shown = shown("Figure 9", lines);
  const auto collect = [&](const std::function<std::string(std::size_t)>& what, bool all) {
    std::map<Key, std::vector<double>> errors;
    for (std::size_t e = 0; e < study_.rules.size(); ++e) {
      for (const StudyPrediction& prediction : study_.rules[e].predictions) {
        if (prediction.is_reference || !(all || is_shown[prediction.workload])) continue;
        const EvaluationRow& row = study_.rules[e].rows[prediction.row];
        errors[{e, references_text(row), row.normalizer, what(prediction.workload)}].push_back(
            percent(prediction));
      }
    }
    return errors;
  };
  const auto table = [&](const std::string& name, const std::map<Key, std::vector<double>>& errors,
                         bool with_family) {
    std::map<std::string, std::size_t> places;
    for (std::size_t w = 0; w < workloads_.size(); ++w) places[study_.summary.workloads[w]] = w;
    DataBuilder data;
    data.text("left_out", "left out").text("references", "references").text("rule", "rule");
    data.text(name, name).text("family_of", "family").number("predictions", "predictions");
    data.number("median_percent", "median error, %").number("lower_percent", "lower quartile, %");
    data.number("upper_percent", "upper quartile, %").number("mean_j", "geometric mean energy, J");
    for (const auto& [key, values] : errors) {
      const auto& [experiment, references, rule, value] = key;
      Number mean_j;
      if (with_family) {
        double sum = 0.0;
        for (const std::string& machine : study_.summary.machines)
          sum += std::log(dataset_.cell(workloads_[places.at(value)], dataset_.machine(machine))
                              ->energy.in(joule));
        mean_j = std::exp(sum / static_cast<double>(study_.summary.machines.size()));
      }
      data.row({std::string(grouping_text(study_.rules[experiment].grouping)), references, rule,
                value, with_family ? family_of(places.at(value)) : value,
                Number(static_cast<double>(values.size())), point(quantile(values, 0.5)),
                point(quantile(values, 0.25)), point(quantile(values, 0.75)), point(mean_j)});
    }
    return data.take();
  };
  const std::string references = study_.rules.empty() || study_.rules.front().rows.empty()
                                     ? ""
                                     : references_text(study_.rules.front().rows.front());
  const auto workload = [&](std::size_t w) { return study_.summary.workloads[w]; };
  Figure by_workload{
      "9",
      "Figure 9. Relative errors by workload.",
      with_provenance("Median of |prediction/truth - 1| over all pairs and the splits "
                      "in which the workload is in the test part, with quartiles, "
                      "against its geometric mean energy over the machines."),
      "Scatter plot of the median relative error of each workload against its "
      "energy.",
      table("workload", collect(workload, false), true),
      {{Glyph::interval, "mean_j", "lower_percent", {}, "upper_percent"},
       {Glyph::point, "mean_j", "median_percent", {}, {}, has_families_ ? "family_of" : ""}},
      {"energy, J", Scale::logarithmic},
      {"relative error, %", Scale::logarithmic}};
  by_workload.key_title = "family";
  by_workload.key = family_key();
  std::string rule = study_.options.rules.empty() ? "" : to_string(study_.options.rules.back());
  by_workload.pickers = {
      {"rule", "rule", rule}, {"references", "references", references}, grouping_picker()};
  std::vector<Figure> figures{std::move(by_workload)};
  if (!has_families_) return figures;
  Figure by_family{
      "10",
      "Figure 10. Relative errors by family.",
      with_provenance("Median of |prediction/truth - 1| over the workloads of a family, "
                      "all pairs and all splits, with quartiles."),
      "Bars of the median relative error of each family and rule.",
      table("family", collect([this](std::size_t w) { return family_of(w); }, true), false),
      {{Glyph::bar, "family", "median_percent", {}, {}, "rule"},
       {Glyph::interval, "family", "lower_percent", {}, "upper_percent"}},
      {"family", Scale::category},
      {"relative error, %", Scale::linear}};
  TextValues names;
  for (const Normalizer& spec : study_.options.rules) names.push_back(to_string(spec));
  by_family.key_title = "rule";
  by_family.key = keyring_.entries("rule", names);
  by_family.side_by_side = true;
  by_family.pickers = {{"references", "references", references}, grouping_picker()};
  figures.push_back(std::move(by_family));
  return figures;
}

std::vector<Figure> EvaluationFigures::errors() {
  std::vector<Figure> figures{predictions()};
  for (Figure& figure : aggregated_errors()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace isojoule
