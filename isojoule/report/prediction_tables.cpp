#include "isojoule/report/prediction_tables.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/answer_tables.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

std::string remarks(const Answer& answer) {
  if (!answer.energy) return "refused: " + answer.energy.refused;
  if (!answer.unlike.empty()) return "unlike the references: " + answer.unlike;
  return answer.extrapolated ? "extrapolated" : "";
}

std::string error_text(const Answer& answer) {
  if (!answer.energy || !answer.truth) return "-";
  return fmt::format("{:+.1f} %", 100.0 * (answer.energy->point / *answer.truth - 1.0));
}

}  // namespace

Table predictions_table(const Question& question, const std::vector<Answer>& answers) {
  Table table;
  table.title = fmt::format("From {} to {}, {} on {}", question.from.front(), question.to,
                            to_string(question.normalizer),
                            features_text(question.normalizer, to_string(question.features)));
  table.columns = {{"workload"},
                   {"on " + question.from.front(), Align::right},
                   {"on " + question.to, Align::right},
                   {"90 % interval"},
                   {"known", Align::right},
                   {"off by", Align::right},
                   {""}};
  for (const Answer& answer : answers)
    table.rows.push_back({answer.workload, to_text(answer.source),
                          answer.energy ? to_text(answer.energy->point) : "-",
                          answer.energy ? to_text(answer.energy->interval.value, "-") : "-",
                          answer.truth ? to_text(*answer.truth) : "-", error_text(answer),
                          remarks(answer)});
  table.notes.push_back(fmt::format("References: {}.", fmt::join(question.references, ", ")));
  if (!answers.empty() && answers.front().fit->others == 0)
    table.notes.push_back("No other machine to learn from: " + answers.front().fit->normalizer +
                          " is based on its priors and the references.");
  for (std::string& note : no_interval_notes(answers)) table.notes.push_back(std::move(note));
  return table;
}

Json predictions_to_json(const Question& question, const std::vector<Answer>& answers) {
  Json list = Json::array();
  for (const Answer& answer : answers) list.push_back(answer_to_json(answer));
  return Json{{"schema", schema_text("isojoule.predictions", 1)},
              {"from", question.from.front()},
              {"to", question.to},
              {"normalizer", to_string(question.normalizer)},
              {"features", features_text(question.normalizer, to_string(question.features))},
              {"references", question.references},
              {"answers", std::move(list)}};
}

}  // namespace isojoule
