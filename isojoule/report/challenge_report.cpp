#include "isojoule/report/challenge_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"

namespace isojoule {
namespace {

using Number = std::optional<double>;

constexpr const char* kFront = "on the Pareto front";
constexpr const char* kBehind = "behind it";

Number kwh(const std::optional<Energy>& energy) {
  return energy ? Number(energy->in(kilowatt_hour)) : std::nullopt;
}

/// Whether no other system has a score as high with less energy, or a higher one with as little.
bool is_on_front(const std::vector<Submission>& submissions, const ChallengeRanking& ranking,
                 const RankedSubmission& one) {
  const auto& own_score = submissions[one.submission].scores[ranking.score_at];
  if (!own_score || !one.weighted.normalized) return false;
  return std::ranges::none_of(ranking.ranked, [&](const RankedSubmission& other) {
    const auto& score = submissions[other.submission].scores[ranking.score_at];
    if (!score || !other.weighted.normalized) return false;
    const bool as_good =
        score->value >= own_score->value && *other.weighted.normalized <= *one.weighted.normalized;
    return as_good && (score->value > own_score->value ||
                       *other.weighted.normalized < *one.weighted.normalized);
  });
}

std::shared_ptr<const DataTable> data_of(const std::vector<Submission>& submissions,
                                         const ChallengeRanking& ranking) {
  DataBuilder data;
  data.text("system", "system").text("team", "team").text("front", "").text("is_front", "");
  data.number("normalized_kwh", "normalized energy, kWh");
  data.number("normalized_lower_kwh", "from, kWh").number("normalized_upper_kwh", "to, kWh");
  data.number("score", ranking.score).number("score_lower", "score from");
  data.number("score_upper", "score to").number("place", "place");
  data.number("rank_best", "best rank").number("rank_worst", "worst rank");
  double place = 0.0;
  for (const RankedSubmission& one : ranking.ranked) {
    const Submission& submission = submissions[one.submission];
    const auto& score = submission.scores[ranking.score_at];
    const auto& possible = one.weighted.normalized_possible;
    const bool front = is_on_front(submissions, ranking, one);
    place += 1.0;
    data.row({submission.name, submission.team, std::string(front ? kFront : kBehind),
              std::string(front ? "yes" : ""), kwh(one.weighted.normalized.value),
              possible ? kwh(possible->lower) : Number(),
              possible ? kwh(possible->upper) : Number(), score ? Number(score->value) : Number(),
              score ? Number(score->lower) : Number(), score ? Number(score->upper) : Number(),
              Number(place), one.rank ? Number(static_cast<double>(one.rank->best)) : Number(),
              one.rank ? Number(static_cast<double>(one.rank->worst)) : Number()});
  }
  return data.take();
}

bool is_by_energy(const ChallengeRanking& ranking) {
  return ranking.order == ChallengeOrder::energy;
}

std::string heading_of(const ChallengeRanking& ranking) {
  return is_by_energy(ranking) ? "By normalized energy, beside " + ranking.score
                               : "By energy-weighted " + ranking.score;
}

std::string bars_text(const ChallengeRanking& ranking) {
  if (ranking.normalizer.empty())
    return "Bars of error go over everything that is possible, given the digits that were "
           "reported, which is no probability; where there is no upper bound, there is none.";
  return fmt::format(
      "Bars of error are the 90 % intervals of {}, widened by the digits that were reported.",
      ranking.normalizer);
}

std::string methods_text(const ChallengeRanking& ranking, const std::string& program) {
  const ChallengeRule& rule = ranking.rule;
  const std::string normalized =
      ranking.normalizer.empty()
          ? fmt::format(
                "an energy is normalized by {:.6g} kWh over the baseline's energy on the "
                "team's machine",
                rule.reference.in(kilowatt_hour))
          : fmt::format(
                "an energy is normalized by {} on the energies of reference "
                "workloads, from the machine that a system names to the organisers'",
                ranking.normalizer);
  return fmt::format(
      "After Ronchini and Serizel, Performance and energy balance (ICASSP 2024): {}{}; a score is "
      "weighted by {:.6g} kWh over the normalized energy. Made with {} by:",
      normalized,
      rule.published_rounding ? ", and rounded to three decimals, as the organisers did" : "",
      rule.score_reference.in(kilowatt_hour), program);
}

std::vector<Figure> figures_of(const std::vector<Submission>& submissions,
                               const ChallengeRanking& ranking, std::size_t number) {
  const auto data = data_of(submissions, ranking);
  Figure scatter{fmt::format("scores-{}", number),
                 ranking.score + " against normalized energy.",
                 bars_text(ranking) +
                     " Nothing has a higher score with less energy than what is on the Pareto "
                     "front. Energies are as their teams reported them.",
                 "Scatter plot of scores against normalized energies.",
                 data,
                 {{Glyph::interval, "normalized_lower_kwh", "score", "normalized_upper_kwh"},
                  {Glyph::interval, "normalized_kwh", "score_lower", {}, "score_upper"},
                  {Glyph::stairs, "normalized_kwh", "score", {}, {}, {}, "is_front"},
                  {Glyph::point, "normalized_kwh", "score", {}, {}, "front"}},
                 {"normalized energy, kWh", Scale::logarithmic},
                 {ranking.score}};
  scatter.key = Keyring().entries("front", {kFront, kBehind});
  Figure ranks{fmt::format("ranks-{}", number),
               is_by_energy(ranking) ? "Ranks by normalized energy."
                                     : "Ranks by energy-weighted " + ranking.score + ".",
               "From the best to the worst rank that is possible, in the order of the table.",
               "Ranges of ranks of the systems.",
               data,
               {{Glyph::interval, "place", "rank_best", {}, "rank_worst"},
                {Glyph::point, "place", "rank_best"}},
               {"place in the table"},
               {"rank"}};
  return {std::move(scatter), std::move(ranks)};
}

}  // namespace

Document make_challenge_document(const std::vector<Submission>& submissions,
                                 const std::vector<ChallengeRanking>& rankings,
                                 const std::vector<ChallengeRemark>& remarks,
                                 const ReportOrigin& origin) {
  Document document;
  document.title = "Challenge: " + origin.data;
  const std::string rule_name = rankings.empty() ? "" : rankings.front().normalizer;
  document.summary =
      fmt::format("{} systems, their energies normalized by {}.", submissions.size(),
                  rule_name.empty() ? "the baseline that each team trained on its own machine"
                                    : "the rule " + rule_name + " on reference workloads");
  document.made_by = origin.program;
  std::size_t number = 0;
  for (const ChallengeRanking& ranking : rankings) {
    ++number;
    Section section{fmt::format("ranking-{}", number), heading_of(ranking), {}};
    section.blocks.emplace_back(NamedTable{section.id, challenge_table(submissions, ranking)});
    for (Figure& figure : figures_of(submissions, ranking, number))
      section.blocks.emplace_back(std::move(figure));
    document.sections.push_back(std::move(section));
  }
  Section notes{"remarks", "Remarks", {}};
  if (remarks.empty()) {
    notes.blocks.emplace_back("No remarks on what was reported.");
  } else {
    notes.blocks.emplace_back(NamedTable{"remarks", challenge_remarks_table(submissions, remarks)});
  }
  document.sections.push_back(std::move(notes));
  Section methods{"methods", "Methods", {}};
  methods.blocks.emplace_back(
      methods_text(rankings.empty() ? ChallengeRanking{} : rankings.front(), origin.program));
  methods.blocks.emplace_back(Verbatim{origin.command});
  document.sections.push_back(std::move(methods));
  return document;
}

}  // namespace isojoule
