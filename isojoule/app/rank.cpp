#include "isojoule/app/rank.hpp"

#include <iostream>
#include <utility>

#include "isojoule/challenge/challenge_prediction.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/core/file_stream.hpp"

namespace isojoule {
namespace {

/// What a score is weighted with, in kWh.
constexpr double kTrainingScoreKwh = 1.39;
constexpr double kTestScoreKwh = 0.019;

ChallengeRule rule_of(const RankChoice& choice) {
  const double by_phase = choice.phase == "test" ? kTestScoreKwh : kTrainingScoreKwh;
  return {choice.reference_kwh * kilowatt_hour,
          choice.score_reference_kwh.value_or(by_phase) * kilowatt_hour, choice.published_rounding};
}

ChallengeColumns columns_of(const RankChoice& choice) {
  ChallengeColumns columns = choice.columns;
  columns.energy = choice.energy.empty() ? "energy_" + choice.phase + "_kwh" : choice.energy;
  if (!choice.baseline.empty()) {
    columns.baseline = choice.baseline;
  } else if (choice.normalizer != kBaseline) {
    columns.baseline.reset();
  }
  if (!choice.team.empty()) columns.team = choice.team;
  if (!choice.macs.empty()) columns.macs = choice.macs;
  if (choice.normalizer != kBaseline) columns.machine = choice.machine;
  return columns;
}

}  // namespace

RankQuestion make_rank_question(const RankChoice& choice) {
  RankQuestion question;
  question.columns = columns_of(choice);
  question.rule = rule_of(choice);
  question.order = choice.sort == "energy" ? ChallengeOrder::energy : ChallengeOrder::ew_score;
  if (choice.normalizer != kBaseline) question.normalizer = parse_normalizer(choice.normalizer);
  question.to = choice.on;
  return question;
}

std::vector<Submission> read_submissions_file(const std::string& file,
                                              const ChallengeColumns& columns) {
  if (file == "-") return read_submissions(std::cin, "standard input", columns);
  InputStream stream(real_files(), file);
  if (stream.error())
    throw Error(ErrorCode::io, file + ": cannot be opened: " + reason_of(stream.error()));
  return read_submissions(stream, file, columns);
}

RankedChallenge rank_challenge(std::vector<Submission> submissions, const RankQuestion& question,
                               std::span<const Observation> references) {
  RankedChallenge ranked;
  ranked.submissions = std::move(submissions);
  if (question.normalizer)
    predict_submissions(ranked.submissions, references, question.to, *question.normalizer);
  ranked.remarks = find_challenge_remarks(ranked.submissions, question.rule);
  const auto& scores = question.columns.scores;
  for (std::size_t i = 0; i < scores.size(); ++i)
    ranked.rankings.push_back(
        {scores[i], i, question.rule, question.order,
         question.normalizer ? to_string(*question.normalizer) : std::string(),
         rank_submissions(ranked.submissions, i, question.rule, question.order)});
  return ranked;
}

Json ranked_to_json(const RankedChallenge& ranked) {
  Json rows = Json::array();
  for (const ChallengeRanking& ranking : ranked.rankings) {
    for (Json& row : challenge_to_json(ranked.submissions, ranking, ranked.remarks))
      rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace isojoule
