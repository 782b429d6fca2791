#include "isojoule/report/normalization_tables.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/record_tables.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

/// The kind of an answer: modelled as soon as one of the energies it stands on is. The identity
/// stands on the source alone.
Kind answer_kind(const Normalization& normalization, const Normalized& answer) {
  const bool identity = answer.references.empty();
  const bool modelled = normalization.measured.basis.kind == Kind::modelled ||
                        (!identity && (normalization.from->basis.kind == Kind::modelled ||
                                       normalization.to->basis.kind == Kind::modelled));
  return modelled ? Kind::modelled : Kind::measured;
}

std::string kind_text(const Normalization& normalization, const Normalized& answer) {
  return answer_kind(normalization, answer) == Kind::modelled ? "from modelled energies"
                                                              : "from measured energies";
}

std::string pooled_text(std::size_t others) {
  if (others == 0) return ", no other machine to learn from";
  return fmt::format(", learnt from {} other machine{}", others, others == 1 ? "" : "s");
}

std::vector<std::string> answer_row(const Normalization& normalization, const Normalized& answer) {
  const std::string references =
      answer.references.empty() ? "-" : fmt::format("{}", fmt::join(answer.references, " + "));
  if (!answer.energy) return {answer.normalizer, references, "refused", "-", answer.refused};
  std::string remarks = kind_text(normalization, answer);
  if (answer.others) remarks += pooled_text(*answer.others);
  if (answer.extrapolated) remarks += ", extrapolated";
  if (answer.references.empty()) remarks += ", not translated";
  return {answer.normalizer, references, to_text(answer.energy->point),
          to_text(answer.energy->interval, "none"), remarks};
}

std::string range_note(const Normalization& normalization) {
  const auto [lowest, highest] =
      std::ranges::minmax(normalization.references, {}, &ReferencePair::source);
  return fmt::format(
      "Extrapolated: {} on {} lies outside of its references there, {} ({}) to {} ({}).",
      to_text(normalization.source), normalization.from->name, to_text(lowest.source),
      lowest.workload.name(), to_text(highest.source), highest.workload.name());
}

/// Why there is no interval: for each reason, the normalizers that it holds for.
std::vector<std::string> no_interval_notes(const std::vector<Normalized>& answers) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const Normalized& answer : answers) {
    if (!answer.energy || answer.energy->interval) continue;
    const std::string& reason = answer.energy->no_interval;
    auto found = std::ranges::find(reasons, reason,
                                   &std::pair<std::string, std::vector<std::string>>::first);
    if (found == reasons.end()) found = reasons.insert(found, {reason, {}});
    found->second.push_back(answer.normalizer);
  }
  std::vector<std::string> notes;
  for (const auto& [reason, normalizers] : reasons)
    notes.push_back(fmt::format("No interval for {}: {}.", fmt::join(normalizers, ", "), reason));
  return notes;
}

/// Where a profile's energies come from, in words.
std::string footing(const MachineProfile& profile) {
  std::string text = fmt::format("{} ({}): {} {} energy", profile.name, profile.condition,
                                 to_string(profile.basis.kind), to_string(profile.basis.scope));
  const auto model = std::ranges::find_if(
      profile.sensors, [](const Channel& sensor) { return !sensor.model.empty(); });
  if (model != profile.sensors.end()) text += ", " + model->model;
  return text + ".";
}

}  // namespace

Table normalization_table(const Normalization& normalization) {
  Table table;
  table.title = fmt::format("{}, {} steps of batch {}: energy on {}", normalization.workload.name(),
                            normalization.steps, normalization.measured.basis.batch.value_or(0),
                            normalization.to->name);
  table.columns = {
      {"normalizer"}, {"references"}, {"energy", Align::right}, {"interval"}, {"stands on"}};
  for (const Normalized& answer : normalization.answers)
    table.rows.push_back(answer_row(normalization, answer));

  table.notes.push_back(fmt::format("On {}: {} ({} per step over {} steps, scaled to {}).",
                                    normalization.from->name, to_text(normalization.source),
                                    energy_per_step_text(normalization.measured),
                                    normalization.measured.steps, normalization.steps));
  for (const MachineProfile* profile : {normalization.from, normalization.to})
    table.notes.push_back(footing(*profile));
  for (const std::string& remark : normalization.remarks) table.notes.push_back(remark + ".");
  if (std::ranges::any_of(normalization.answers, &Normalized::extrapolated))
    table.notes.push_back(range_note(normalization));
  for (const Normalized& answer : normalization.answers) {
    if (!answer.unlike.empty())
      table.notes.push_back(
          fmt::format("Unlike the references ({}): {}.", answer.normalizer, answer.unlike));
  }
  for (std::string& note : no_interval_notes(normalization.answers))
    table.notes.push_back(std::move(note));
  return table;
}

Json normalization_to_json(const Normalization& normalization) {
  Json references = Json::array();
  for (const ReferencePair& pair : normalization.references)
    references.push_back(Json{{"workload", pair.workload.name()},
                              {"source_energy_j", pair.source.in(joule)},
                              {"target_energy_j", pair.target.in(joule)}});
  Json answers = Json::array();
  for (const Normalized& answer : normalization.answers) {
    const bool interval = answer.energy && answer.energy->interval;
    Json entry{
        {"normalizer", answer.normalizer},
        {"references", answer.references},
        {"energy_j", answer.energy ? Json(answer.energy->point.in(joule)) : Json(nullptr)},
        {"lower_j", interval ? Json(answer.energy->interval->lower.in(joule)) : Json(nullptr)},
        {"upper_j", interval ? Json(answer.energy->interval->upper.in(joule)) : Json(nullptr)}};
    if (answer.energy && !interval) entry["no_interval"] = answer.energy->no_interval;
    entry["kind"] = to_string(answer_kind(normalization, answer));
    entry["extrapolated"] = answer.extrapolated;
    entry["unlike"] = answer.unlike.empty() ? Json(nullptr) : Json(answer.unlike);
    entry["pooled_machines"] = answer.others ? Json(*answer.others) : Json(nullptr);
    entry["refused"] = answer.energy ? Json(nullptr) : Json(answer.refused);
    answers.push_back(std::move(entry));
  }
  return Json{{"workload", normalization.workload.name()},
              {"record", normalization.record},
              {"from", normalization.from->name},
              {"to", normalization.to->name},
              {"steps", normalization.steps},
              {"source_energy_j", normalization.source.in(joule)},
              {"basis", basis_to_json(normalization.measured.basis)},
              {"references", std::move(references)},
              {"remarks", normalization.remarks},
              {"answers", std::move(answers)}};
}

}  // namespace isojoule
