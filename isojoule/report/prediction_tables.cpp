#include "isojoule/report/prediction_tables.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

std::string remarks(const DataAnswer& answer) {
  if (!answer.energy) return "refused: " + answer.refused;
  if (!answer.unlike.empty()) return "unlike the references: " + answer.unlike;
  return answer.extrapolated ? "extrapolated" : "";
}

std::string error_text(const DataAnswer& answer) {
  if (!answer.energy || !answer.truth) return "-";
  return fmt::format("{:+.1f} %", 100.0 * (answer.energy->point / *answer.truth - 1.0));
}

Json joules(const std::optional<Energy>& energy) {
  return energy ? Json(energy->in(joule)) : Json(nullptr);
}

}  // namespace

Table predictions_table(const DataQuestion& question, const std::vector<DataAnswer>& answers) {
  Table table;
  table.title = fmt::format("From {} to {}, {} on {}", question.from, question.to,
                            to_string(question.normalizer),
                            features_text(question.normalizer, to_string(question.features)));
  table.columns = {{"workload"},
                   {"on " + question.from, Align::right},
                   {"on " + question.to, Align::right},
                   {"90 % interval"},
                   {"table says", Align::right},
                   {"off by", Align::right},
                   {""}};
  std::set<std::string> reasons;
  for (const DataAnswer& answer : answers) {
    table.rows.push_back({answer.workload, to_text(answer.source),
                          answer.energy ? to_text(answer.energy->point) : "-",
                          answer.energy ? to_text(answer.energy->interval, "-") : "-",
                          answer.truth ? to_text(*answer.truth) : "-", error_text(answer),
                          remarks(answer)});
    if (answer.energy && !answer.energy->interval) reasons.insert(answer.energy->no_interval);
  }
  table.notes.push_back(fmt::format("References: {}.", fmt::join(question.references, ", ")));
  if (!answers.empty() && answers.front().others == 0)
    table.notes.emplace_back(
        "No other machine to learn from: the pooled rule stands on its priors and the references.");
  for (const std::string& reason : reasons) table.notes.push_back("No interval: " + reason + ".");
  return table;
}

Json predictions_to_json(const DataQuestion& question, const std::vector<DataAnswer>& answers) {
  Json list = Json::array();
  for (const DataAnswer& answer : answers) {
    const bool interval = answer.energy && answer.energy->interval;
    list.push_back(
        Json{{"workload", answer.workload},
             {"source_energy_j", answer.source.in(joule)},
             {"energy_j", answer.energy ? Json(answer.energy->point.in(joule)) : Json(nullptr)},
             {"lower_j", interval ? Json(answer.energy->interval->lower.in(joule)) : Json(nullptr)},
             {"upper_j", interval ? Json(answer.energy->interval->upper.in(joule)) : Json(nullptr)},
             {"known_energy_j", joules(answer.truth)},
             {"extrapolated", answer.extrapolated},
             {"unlike", answer.unlike.empty() ? Json(nullptr) : Json(answer.unlike)},
             {"pooled_machines", answer.others ? Json(*answer.others) : Json(nullptr)},
             {"refused", answer.energy ? Json(nullptr) : Json(answer.refused)}});
  }
  return Json{{"from", question.from},
              {"to", question.to},
              {"normalizer", to_string(question.normalizer)},
              {"features", features_text(question.normalizer, to_string(question.features))},
              {"references", question.references},
              {"answers", std::move(list)}};
}

}  // namespace isojoule
