#include "isojoule/report/answer_tables.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace isojoule {
namespace {

bool has_interval(const Answer& answer) { return answer.energy && answer.energy->interval.value; }

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Json lower_to_json(const Answer& answer) {
  return has_interval(answer) ? Json(answer.energy->interval->lower.in(joule)) : Json(nullptr);
}

Json upper_to_json(const Answer& answer) {
  return has_interval(answer) ? Json(answer.energy->interval->upper.in(joule)) : Json(nullptr);
}

Json answer_to_json(const Answer& answer) {
  return Json{{"normalizer", answer.fit->normalizer},
              {"workload", answer.workload},
              {"source_energy_j", answer.source.in(joule)},
              {"energy_j", answer.energy ? Json(answer.energy->point.in(joule)) : Json(nullptr)},
              {"lower_j", lower_to_json(answer)},
              {"upper_j", upper_to_json(answer)},
              {"no_interval", text_or_null(answer.energy ? answer.energy->interval.refused : "")},
              {"known_energy_j", answer.truth ? Json(answer.truth->in(joule)) : Json(nullptr)},
              {"extrapolated", answer.extrapolated},
              {"unlike", text_or_null(answer.unlike)},
              {"references", answer.fit->used},
              {"other_machines", or_null(answer.fit->others)},
              {"refused", text_or_null(answer.energy.refused)}};
}

std::string others_text(const FitFacts& fit) {
  if (!fit.others) return {};
  if (*fit.others == 0) return ", no other machine to learn from";
  return fmt::format(", learnt from {} other machine{}", *fit.others, *fit.others == 1 ? "" : "s");
}

std::vector<std::string> no_interval_notes(const std::vector<Answer>& answers) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const Answer& answer : answers) {
    if (!answer.energy || answer.energy->interval) continue;
    const std::string& reason = answer.energy->interval.refused;
    auto found = std::ranges::find(reasons, reason,
                                   &std::pair<std::string, std::vector<std::string>>::first);
    if (found == reasons.end()) found = reasons.insert(found, {reason, {}});
    std::vector<std::string>& names = found->second;
    if (std::ranges::find(names, answer.fit->normalizer) == names.end())
      names.push_back(answer.fit->normalizer);
  }
  std::vector<std::string> notes;
  for (const auto& [reason, normalizers] : reasons)
    notes.push_back(fmt::format("No interval for {}: {}.", fmt::join(normalizers, ", "), reason));
  return notes;
}

}  // namespace isojoule
