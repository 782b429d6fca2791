#include "isojoule/report/evaluation_tables.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/evaluate/resampling.hpp"
#include "isojoule/page/csv.hpp"
#include "isojoule/stats/paired_test.hpp"
#include "isojoule/stats/quantile.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;
using Groups = std::vector<EvaluationGroup>;
using Member = std::optional<double> EvaluationRow::*;

constexpr double kSignificance = 0.05;

auto pair_of(const EvaluationRow& row) { return std::tie(row.source, row.target); }

/// What makes a configuration, apart from its pair.
auto configuration_of(const EvaluationRow& row) {
  return std::tie(row.selection, row.count, row.normalizer, row.features);
}

std::optional<Score> score_of(const std::vector<EvaluationRow>& rows, Member member) {
  std::vector<double> values;
  for (const EvaluationRow& row : rows) {
    if (row.*member) values.push_back(*(row.*member));
  }
  if (values.empty()) return std::nullopt;
  return Score{*mean(values), standard_deviation(values)};
}

bool is_complete(const EvaluationGroup& group) {
  return std::ranges::all_of(group.rows,
                             [](const EvaluationRow& row) { return row.mdape.has_value(); });
}

std::vector<double> mdapes(const EvaluationGroup& group) {
  std::vector<double> values;
  for (const EvaluationRow& row : group.rows) values.push_back(*row.mdape);
  return values;
}

/// Whether chance alone may make the difference. With one split nothing can be told.
bool may_be_equal(const EvaluationGroup& a, const EvaluationGroup& b) {
  const auto test =
      corrected_resampled_t_test(mdapes(a), mdapes(b), a.first.test_rows, a.first.train_rows);
  return !test || test->p_value >= kSignificance;
}

void mark_best(Groups& groups) {
  std::map<std::tuple<std::string, std::string>, EvaluationGroup*> best;
  for (EvaluationGroup& group : groups) {
    if (!is_complete(group)) continue;
    EvaluationGroup*& leader = best[pair_of(group.first)];
    if (leader == nullptr || group.mdape->mean < leader->mdape->mean) leader = &group;
  }
  for (auto& [pair, leader] : best) leader->best = true;
  for (EvaluationGroup& group : groups) {
    if (!is_complete(group) || group.best) continue;
    group.near_best = may_be_equal(group, *best.at(pair_of(group.first)));
  }
}

std::string score_text(const std::optional<Score>& score,
                       const std::function<std::string(double)>& format) {
  if (!score) return "-";
  std::string text = format(score->mean);
  if (score->sd) text += " (" + format(*score->sd) + ")";
  return text;
}

std::string plain(double value) {
  return std::abs(value) < 100.0 ? fmt::format("{:.2f}", value) : fmt::format("{:.1e}", value);
}
std::string scientific(double value) { return fmt::format("{:.1e}", value); }
std::string percent(double value) {
  return value < 10.0 ? fmt::format("{:.1f}", 100.0 * value) : fmt::format("{:.0e}", 100.0 * value);
}
std::string whole_percent(double value) { return fmt::format("{:.0f}", 100.0 * value); }

/// A column of a configuration, left out and said in the title where all groups share it.
struct Setting {
  const char* title;
  Align align;
  std::function<std::string(const EvaluationGroup&)> text;
};

/// "4", or "22-25" where whole families make training parts of different size.
std::string k_text(const EvaluationGroup& group) {
  const auto [least, most] = std::ranges::minmax_element(group.rows, {}, &EvaluationRow::k);
  return least->k == most->k ? std::to_string(least->k) : fmt::format("{}-{}", least->k, most->k);
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all{
      {"selection", Align::left,
       [](const EvaluationGroup& group) { return group.first.selection; }},
      {"k", Align::right, k_text},
      {"normalizer", Align::left,
       [](const EvaluationGroup& group) { return group.first.normalizer; }},
      {"features", Align::left, [](const EvaluationGroup& group) { return group.first.features; }}};
  return all;
}

/// The settings that differ; those that do not are added to the title. That one takes what is
/// known, beside others that all take the same features, is no difference that needs a column.
std::vector<Setting> varying(const Groups& groups, std::string& title) {
  std::vector<Setting> result;
  for (const Setting& setting : settings()) {
    std::set<std::string> values;
    for (const EvaluationGroup& group : groups) values.insert(setting.text(group));
    if (values.size() == 2) values.erase(kAllThatIsKnown);
    if (values.size() > 1) {
      result.push_back(setting);
    } else if (!values.empty()) {
      title += fmt::format(", {} {}", setting.title, *values.begin());
    }
  }
  return result;
}

std::vector<std::string> refusal_notes(const Groups& groups) {
  std::map<std::string, std::size_t> reasons;
  for (const EvaluationGroup& group : groups) {
    for (const EvaluationRow& row : group.rows)
      if (!row.refused.empty())
        ++reasons[row.normalizer + " on " + row.features + ": " + row.refused];
  }
  std::vector<std::string> notes;
  constexpr std::size_t kShown = 6;
  for (const auto& [reason, count] : reasons) {
    if (notes.size() == kShown) {
      notes.push_back(
          fmt::format("Refused for {} more reasons; see --json.", reasons.size() - kShown));
      break;
    }
    notes.push_back(fmt::format("Refused in {} fit{}: {}.", count, count == 1 ? "" : "s", reason));
  }
  return notes;
}

/// `summarize` over all pairs and splits; a dash where one of them has no score.
std::string summary_text(const std::vector<const EvaluationGroup*>& groups, Member member,
                         const std::function<double(std::span<const double>)>& summarize,
                         const std::function<std::string(double)>& format) {
  std::vector<double> values;
  for (const EvaluationGroup* group : groups) {
    for (const EvaluationRow& row : group->rows) {
      if (!(row.*member)) return "-";
      values.push_back(*(row.*member));
    }
  }
  return format(summarize(values));
}

double median_of(std::span<const double> values) { return *quantile(values, 0.5); }
double mean_of(std::span<const double> values) { return *mean(values); }

}  // namespace

Groups group_by_fit(const std::vector<EvaluationRow>& rows) {
  Groups groups;
  const auto key_of = [](const EvaluationRow& row) {  // refers to the row
    return std::tuple_cat(pair_of(row), configuration_of(row));
  };
  std::map<decltype(key_of(rows.front())), std::size_t> places;
  for (const EvaluationRow& row : rows) {
    const auto [place, is_new] = places.emplace(key_of(row), groups.size());
    if (is_new) groups.push_back({row, {}, {}, {}, {}, {}, false, false});
    groups[place->second].rows.push_back(row);
  }
  for (EvaluationGroup& group : groups) {
    group.r2 = score_of(group.rows, &EvaluationRow::r2);
    group.mse_kwh2 = score_of(group.rows, &EvaluationRow::mse_kwh2);
    group.mdape = score_of(group.rows, &EvaluationRow::mdape);
    group.coverage90 = score_of(group.rows, &EvaluationRow::coverage90);
  }
  mark_best(groups);
  return groups;
}

Table evaluation_table(const std::string& title, const Groups& groups) {
  Table table;
  table.title = title;
  const std::vector<Setting> columns = varying(groups, table.title);
  table.columns = {{"pair"}};
  for (const Setting& setting : columns) table.columns.push_back({setting.title, setting.align});
  for (const char* score : {"R2", "MSE, kWh2", "MdAPE, %", "in, %"})
    table.columns.push_back({score, Align::right});
  table.columns.push_back({""});
  std::string previous;
  for (const EvaluationGroup& group : groups) {
    const std::string pair = group.first.source + " -> " + group.first.target;
    std::vector<std::string> row{pair == previous ? "" : pair};
    previous = pair;
    for (const Setting& setting : columns) row.push_back(setting.text(group));
    row.push_back(score_text(group.r2, plain));
    row.push_back(score_text(group.mse_kwh2, scientific));
    row.push_back(is_complete(group) || !group.mdape
                      ? score_text(group.mdape, percent)
                      : score_text(group.mdape, percent) + " partly");
    row.push_back(group.coverage90 ? whole_percent(group.coverage90->mean) : "-");
    row.emplace_back(group.best ? "*" : group.near_best ? "~" : "");
    table.rows.push_back(std::move(row));
  }
  table.notes = {
      "Mean (standard deviation) over the splits. MdAPE: median of |prediction/truth - 1|. "
      "In: share of the 90 % intervals that hold the truth.",
      "* lowest MdAPE of the pair; ~ tied with it (corrected resampled t test, "
      "5 %)."};
  for (std::string& note : refusal_notes(groups)) table.notes.push_back(std::move(note));
  return table;
}

namespace {

using Members = std::vector<const EvaluationGroup*>;

/// For the bootstraps: the same on every machine, as every other random choice.
constexpr std::uint64_t kResamplingSeed = 1;

NormalizerTests tests_of(const Members& members) {
  NormalizerTests tests;
  for (const EvaluationGroup* group : members) {
    tests.emplace_back();
    for (const EvaluationRow& row : group->rows) tests.back().push_back(row.tests);
  }
  return tests;
}

bool is_refused_somewhere(const Members& members) {
  return std::ranges::any_of(members, [](const EvaluationGroup* group) {
    return std::ranges::any_of(group->rows, [](const EvaluationRow& row) { return !row.mdape; });
  });
}

/// Beside the ratio with the same references; "-" where some pair or split lacks one of the two.
std::string to_ratio_text(const Members& members, const std::vector<Members>& configurations) {
  const EvaluationRow& mine = members.front()->first;
  const auto ratio = std::ranges::find_if(configurations, [&mine](const Members& other) {
    const EvaluationRow& row = other.front()->first;
    return row.normalizer == "ratio" && row.features == "energy" &&
           row.selection == mine.selection && row.count == mine.count;
  });
  if (ratio == configurations.end() || is_refused_somewhere(members) ||
      is_refused_somewhere(*ratio))
    return "-";
  const auto found = error_ratio(tests_of(members), tests_of(*ratio), kResamplingSeed);
  if (!found) return "-";
  return fmt::format("{:.2f} ({:.2f}-{:.2f})", found->point, found->interval.lower,
                     found->interval.upper);
}

/// The share of intervals that hold the truth, with its own interval.
std::string coverage_text(const Members& members) {
  std::string share = summary_text(members, &EvaluationRow::coverage90, mean_of, whole_percent);
  const auto interval = coverage_interval(tests_of(members), kResamplingSeed);
  if (share == "-" || !interval) return share;
  return fmt::format("{} ({}-{})", share, whole_percent(interval->lower),
                     whole_percent(interval->upper));
}

/// "pooled takes all that is known. ", of the normalizers that do; empty: none does.
std::string all_known_note(const Groups& groups) {
  std::set<std::string> names;
  for (const EvaluationGroup& group : groups)
    if (group.first.features == kAllThatIsKnown) names.insert(group.first.normalizer);
  if (names.empty()) return {};
  return fmt::format("{} take{} all that is known. ", fmt::join(names, " and "),
                     names.size() == 1 ? "s" : "");
}

bool is_ratio(const Members& members) { return members.front()->first.normalizer == "ratio"; }

}  // namespace

Table evaluation_summary(const std::string& title, const Groups& groups) {
  Table table;
  table.title = title;
  const std::vector<Setting> columns = varying(groups, table.title);
  for (const Setting& setting : columns) table.columns.push_back({setting.title, setting.align});
  for (const char* score : {"pairs", "R2", "MdAPE, %", "in, %", "best", "or near"})
    table.columns.push_back({score, Align::right});
  std::vector<std::vector<const EvaluationGroup*>> configurations;
  for (const EvaluationGroup& group : groups) {
    const auto same = std::ranges::find_if(configurations, [&group](const auto& members) {
      return configuration_of(members.front()->first) == configuration_of(group.first);
    });
    if (same != configurations.end()) {
      same->push_back(&group);
    } else {
      configurations.push_back({&group});
    }
  }
  const bool against_ratio = std::ranges::any_of(configurations, is_ratio) &&
                             !std::ranges::all_of(configurations, is_ratio);
  if (against_ratio) table.columns.push_back({"to ratio's MdAPE", Align::right});
  for (const auto& members : configurations) {
    std::vector<std::string> row;
    for (const Setting& setting : columns) row.push_back(setting.text(*members.front()));
    row.push_back(std::to_string(members.size()));
    row.push_back(summary_text(members, &EvaluationRow::r2, median_of, plain));
    row.push_back(summary_text(members, &EvaluationRow::mdape, median_of, percent));
    row.push_back(against_ratio
                      ? coverage_text(members)
                      : summary_text(members, &EvaluationRow::coverage90, mean_of, whole_percent));
    row.push_back(std::to_string(std::ranges::count_if(members, &EvaluationGroup::best)));
    row.push_back(std::to_string(std::ranges::count_if(
        members, [](const EvaluationGroup* group) { return group->best || group->near_best; })));
    if (against_ratio)
      row.push_back(is_ratio(members) ? "1" : to_ratio_text(members, configurations));
    table.rows.push_back(std::move(row));
  }
  table.notes = {
      "Medians over all pairs and splits, of In the mean; in how many pairs it is best, "
      "or best or tied."};
  if (against_ratio)
    table.notes.push_back(
        "To ratio's MdAPE: by which part it is that of the geometric-mean ratio with the same "
        "references. " +
        all_known_note(groups) +
        "In parentheses 90 % intervals of a bootstrap over pairs and what is left out together.");
  return table;
}

Json evaluation_row_to_json(const EvaluationRow& row) {
  return Json{{"schema", schema_text("isojoule.evaluation", 1)},
              {"source", row.source},
              {"target", row.target},
              {"split", row.split},
              {"selection", row.selection},
              {"k", row.k},
              {"normalizer", row.normalizer},
              {"features", row.features},
              {"r2", or_null(row.r2)},
              {"mse_kwh2", or_null(row.mse_kwh2)},
              {"mdape", or_null(row.mdape)},
              {"mape", or_null(row.mape)},
              {"p90", or_null(row.p90)},
              {"coverage90", or_null(row.coverage90)},
              {"refused", row.refused.empty() ? Json(nullptr) : Json(row.refused)}};
}

std::string predictions_header() {
  return csv_line({"split", "source", "target", "selection", "k", "normalizer", "features",
                   "workload", "role", "truth_j", "predicted_j", "lower_j", "upper_j", "unlike"});
}

std::string prediction_line(const PredictionRow& prediction) {
  const EvaluationRow& fit = *prediction.fit;
  const Answer& answer = prediction.answer;
  const Estimate<Energy>& energy = *answer.energy;
  const auto joules = [](const std::optional<Energy>& one) {
    return csv_field(one ? std::optional(one->in(joule)) : std::nullopt);
  };
  const auto& interval = energy.interval;
  return csv_line(
      {std::to_string(fit.split), csv_field(fit.source), csv_field(fit.target), fit.selection,
       std::to_string(fit.k), csv_field(fit.normalizer), fit.features, csv_field(answer.workload),
       prediction.is_reference ? "reference" : "test", joules(answer.truth), joules(energy.point),
       joules(interval ? std::optional(interval->lower) : std::nullopt),
       joules(interval ? std::optional(interval->upper) : std::nullopt), csv_field(answer.unlike)});
}

}  // namespace isojoule
