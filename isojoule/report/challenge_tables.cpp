#include "isojoule/report/challenge_tables.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/csv.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

constexpr const char* kSchemaKey = "schema";  // of the JSON alone

/// Three significant digits: 0.358, 12.3; of larger numbers all before the point: 1234.
std::string number_text(double value) {
  constexpr double kLeast = 1e-5;  // beyond the two, exponents are easier to read
  constexpr double kMost = 1e7;
  if (value == 0) return "0";
  if (value < kLeast || value >= kMost) return fmt::format("{:.2e}", value);
  const int magnitude = static_cast<int>(std::floor(std::log10(value)));
  return fmt::format("{:.{}f}", value, std::max(0, 2 - magnitude));
}

std::string possible_text(const Possible<double>& possible) {
  if (!possible.upper) return fmt::format("from {}", number_text(possible.lower));
  return fmt::format("{}-{}", number_text(possible.lower), number_text(*possible.upper));
}

std::string text_of(const std::optional<double>& value,
                    const std::optional<Possible<double>>& possible) {
  if (!possible) return "-";
  return fmt::format("{} ({})", value ? number_text(*value) : "-", possible_text(*possible));
}

std::optional<double> in_kwh(const std::optional<Energy>& energy) {
  if (!energy) return std::nullopt;
  return energy->in(kilowatt_hour);
}

std::optional<Possible<double>> in_kwh(const std::optional<Possible<Energy>>& possible) {
  if (!possible) return std::nullopt;
  return Possible<double>{possible->lower.in(kilowatt_hour), in_kwh(possible->upper)};
}

std::string rank_text(const RankedSubmission& one) {
  if (!one.rank) return "-";
  const auto [best, worst] = *one.rank;
  return best == worst ? fmt::format("{}", best) : fmt::format("{}-{}", best, worst);
}

/// One character for the long word, so that long names fit beside it.
std::string verdict_text(const RankedSubmission& one) {
  if (!one.against_next) return "-";
  return *one.against_next == Verdict::indistinguishable ? "~" : to_string(*one.against_next);
}

std::string_view first_word(std::string_view name) {
  return name.substr(0, name.find_first_of("_- ."));
}

/// Whether the names tell the teams.
bool teams_are_told(const std::vector<Submission>& submissions) {
  return std::ranges::all_of(submissions, [](const Submission& submission) {
    return submission.team.empty() || first_word(submission.name) == first_word(submission.team);
  });
}

/// For each reason, those that it holds for.
std::vector<std::string> unranked_notes(const std::vector<Submission>& submissions,
                                        const ChallengeRanking& ranking) {
  std::map<std::string, std::vector<std::string>> names;
  for (const RankedSubmission& one : ranking.ranked)
    if (!one.rank) names[one.rank.refused].push_back(submissions[one.submission].name);
  std::vector<std::string> notes;
  for (const auto& [reason, systems] : names)
    notes.push_back(fmt::format("Unranked, {}: {}.", reason, fmt::join(systems, ", ")));
  return notes;
}

std::vector<std::string> reading_notes(const ChallengeRanking& ranking) {
  const bool by_score = ranking.order == ChallengeOrder::ew_score;
  std::vector<std::string> notes{
      ranking.normalizer.empty()
          ? "In parentheses everything that is possible, given only the digits that were reported. "
            "That is no probability."
          : fmt::format("In parentheses the 90 % interval of {}, widened by the digits that were "
                        "reported; ranks take it for all that is possible.",
                        ranking.normalizer),
      fmt::format("Ranks go from the best to the worst that is possible. next: {} than the system "
                  "below for sure; ~ is indistinguishable from it.",
                  by_score ? "a higher EW-score (more)" : "a lower energy (less)")};
  if (ranking.rule.published_rounding || ranking.normalizer.empty())
    notes.emplace_back(
        ranking.rule.published_rounding
            ? "Published rounding: divided by normalized energies of three decimals, not by exact "
              "ones."
            : "Between systems of one team that report the same baseline, its rounding cancels.");
  return notes;
}

Json bounds_json(const std::optional<Possible<double>>& possible) {
  return possible ? Json(possible->lower) : Json(nullptr);
}

/// Adds the value, its bounds, and whether there is no upper one.
void put_possible(Json& row, const std::string& key, const std::string& unit,
                  const std::optional<double>& value,
                  const std::optional<Possible<double>>& possible) {
  row[key + unit] = or_null(value);
  row[key + "_lower" + unit] = bounds_json(possible);
  row[key + "_upper" + unit] = possible ? or_null(possible->upper) : Json(nullptr);
  row[key + "_unbounded"] = possible ? Json(!possible->upper) : Json(nullptr);
}

void put_reported(Json& row, const std::string& key, const std::string& unit,
                  const std::optional<Reported<double>>& reported) {
  row[key + unit] = reported ? Json(reported->value) : Json(nullptr);
  row[key + "_lower" + unit] = reported ? Json(reported->lower) : Json(nullptr);
  row[key + "_upper" + unit] = reported ? Json(reported->upper) : Json(nullptr);
}

std::optional<Reported<double>> in_kwh(const std::optional<Reported<Energy>>& energy) {
  if (!energy) return std::nullopt;
  return Reported<double>{energy->value.in(kilowatt_hour), energy->lower.in(kilowatt_hour),
                          energy->upper.in(kilowatt_hour), energy->text};
}

Json row_json(const Submission& submission, const ChallengeRanking& ranking,
              const RankedSubmission& one) {
  Json row{{kSchemaKey, schema_text("isojoule.ranking", 1)},
           {"score_column", ranking.score},
           {"rank_best", one.rank ? Json(one.rank->best) : Json(nullptr)},
           {"rank_worst", one.rank ? Json(one.rank->worst) : Json(nullptr)},
           {"submission", submission.name},
           {"team", submission.team.empty() ? Json(nullptr) : Json(submission.team)}};
  put_reported(row, "score", "", submission.scores[ranking.score_at]);
  put_reported(row, "energy", "_kwh", in_kwh(submission.energy));
  put_reported(row, "baseline_energy", "_kwh", in_kwh(submission.baseline));
  row["macs"] = or_null(submission.macs);
  const WeightedScore& weighted = one.weighted;
  put_possible(row, "normalized_energy", "_kwh", in_kwh(weighted.normalized.value),
               in_kwh(weighted.normalized_possible));
  put_possible(row, "ew_score", "", weighted.ew_score.value, weighted.ew_score_possible);
  row["verdict_against_next"] =
      one.against_next ? Json(to_string(*one.against_next)) : Json(nullptr);
  row["normalizer"] = ranking.normalizer.empty() ? Json(nullptr) : Json(ranking.normalizer);
  row["unranked"] = one.rank ? Json(nullptr) : Json(one.rank.refused);
  row["remarks"] = Json::array();
  return row;
}

std::string csv_text(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array())
    return fmt::format("{}", fmt::join(value.get<std::vector<std::string>>(), "; "));
  return value.dump();
}

}  // namespace

Table challenge_table(const std::vector<Submission>& submissions, const ChallengeRanking& ranking) {
  const bool by_score = ranking.order == ChallengeOrder::ew_score;
  const bool with_team = !teams_are_told(submissions);
  Table table;
  table.title = fmt::format("{} submissions by {}", submissions.size(),
                            by_score ? "energy-weighted " + ranking.score : "normalized energy");
  table.columns = {{"rank", Align::right}, {"system"}};
  if (with_team) table.columns.push_back({"team"});
  for (const char* title : {"score", "normalized kWh", "EW-score"})
    table.columns.push_back({title, Align::right});
  table.columns.push_back({"next"});
  for (const RankedSubmission& one : ranking.ranked) {
    const Submission& submission = submissions[one.submission];
    const auto& score = submission.scores[ranking.score_at];
    const WeightedScore& weighted = one.weighted;
    std::vector<std::string> row{rank_text(one), submission.name};
    if (with_team) row.push_back(submission.team);
    row.push_back(score ? score->text : "-");
    row.push_back(text_of(in_kwh(weighted.normalized.value), in_kwh(weighted.normalized_possible)));
    row.push_back(text_of(weighted.ew_score.value, weighted.ew_score_possible));
    row.push_back(verdict_text(one));
    table.rows.push_back(std::move(row));
  }
  table.notes = reading_notes(ranking);
  std::ranges::move(unranked_notes(submissions, ranking), std::back_inserter(table.notes));
  return table;
}

Table challenge_remarks_table(const std::vector<Submission>& submissions,
                              const std::vector<ChallengeRemark>& remarks) {
  Table table;
  table.title = "Remarks on what was reported";
  table.columns = {{"systems"}, {"remark"}};
  for (const ChallengeRemark& remark : remarks) {
    std::vector<std::string> names;
    for (const std::size_t i : remark.submissions) names.push_back(submissions[i].name);
    table.rows.push_back({fmt::format("{}", fmt::join(names, ", ")), remark.text});
  }
  return table;
}

Json challenge_to_json(const std::vector<Submission>& submissions, const ChallengeRanking& ranking,
                       const std::vector<ChallengeRemark>& remarks) {
  std::vector<Json> remarks_on(submissions.size(), Json::array());
  for (const ChallengeRemark& remark : remarks)
    for (const std::size_t i : remark.submissions) remarks_on[i].push_back(remark.text);
  Json rows = Json::array();
  for (const RankedSubmission& one : ranking.ranked) {
    Json row = row_json(submissions[one.submission], ranking, one);
    row["remarks"] = remarks_on[one.submission];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string challenge_csv(const Json& rows) {
  std::vector<std::string> fields;
  for (const auto& [key, value] : rows.front().items()) {
    if (key != kSchemaKey) fields.push_back(csv_field(key));
  }
  std::string text = csv_line(fields);
  for (const Json& row : rows) {
    fields.clear();
    for (const auto& [key, value] : row.items()) {
      if (key != kSchemaKey) fields.push_back(csv_field(csv_text(value)));
    }
    text += csv_line(fields);
  }
  return text;
}

}  // namespace isojoule
