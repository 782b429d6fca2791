#include "isojoule/report/normalization_tables.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/answer_tables.hpp"
#include "isojoule/report/record_tables.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

/// The kind of an answer: modelled as soon as one of the energies it is based on is. The identity
/// is based on the source alone.
Kind answer_kind(const Normalization& normalization, const Answer& answer) {
  const bool identity = answer.fit->used.empty();
  const bool modelled = normalization.measured.basis.kind == Kind::modelled ||
                        (!identity && (normalization.from.basis.kind == Kind::modelled ||
                                       normalization.to.basis.kind == Kind::modelled));
  return modelled ? Kind::modelled : Kind::measured;
}

std::string kind_text(const Normalization& normalization, const Answer& answer) {
  return answer_kind(normalization, answer) == Kind::modelled ? "from modelled energies"
                                                              : "from measured energies";
}

std::vector<std::string> answer_row(const Normalization& normalization, const Answer& answer) {
  const std::string references =
      answer.fit->used.empty() ? "-" : fmt::format("{}", fmt::join(answer.fit->used, " + "));
  if (!answer.energy)
    return {answer.fit->normalizer, references, "refused", "-", answer.energy.refused};
  std::string remarks = kind_text(normalization, answer);
  remarks += others_text(*answer.fit);
  if (answer.extrapolated) remarks += ", extrapolated";
  if (answer.fit->used.empty()) remarks += ", not translated";
  return {answer.fit->normalizer, references, to_text(answer.energy->point),
          to_text(answer.energy->interval.value, "none"), remarks};
}

std::string range_note(const Normalization& normalization) {
  const auto [lowest, highest] =
      std::ranges::minmax(normalization.references, {}, &ReferencePair::source);
  return fmt::format(
      "Extrapolated: {} on {} lies outside of its references there, {} ({}) to {} ({}).",
      to_text(normalization.source), normalization.from.name, to_text(lowest.source),
      lowest.workload, to_text(highest.source), highest.workload);
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
                            normalization.to.name);
  table.columns = {
      {"normalizer"}, {"references"}, {"energy", Align::right}, {"interval"}, {"based on"}};
  for (const Answer& answer : normalization.answers)
    table.rows.push_back(answer_row(normalization, answer));

  table.notes.push_back(fmt::format("On {}: {} ({} per step over {} steps, scaled to {}).",
                                    normalization.from.name, to_text(normalization.source),
                                    energy_per_step_text(normalization.measured),
                                    normalization.measured.steps, normalization.steps));
  for (const MachineProfile* profile : {&normalization.from, &normalization.to})
    table.notes.push_back(footing(*profile));
  for (const std::string& remark : normalization.remarks) table.notes.push_back(remark + ".");
  if (std::ranges::any_of(normalization.answers, &Answer::extrapolated))
    table.notes.push_back(range_note(normalization));
  for (const Answer& answer : normalization.answers) {
    if (!answer.unlike.empty())
      table.notes.push_back(
          fmt::format("Unlike the references ({}): {}.", answer.fit->normalizer, answer.unlike));
  }
  for (std::string& note : no_interval_notes(normalization.answers))
    table.notes.push_back(std::move(note));
  return table;
}

Json normalization_to_json(const Normalization& normalization) {
  Json references = Json::array();
  for (const ReferencePair& pair : normalization.references)
    references.push_back(Json{{"workload", pair.workload},
                              {"source_energy_j", pair.source.in(joule)},
                              {"target_energy_j", pair.target.in(joule)}});
  Json answers = Json::array();
  for (const Answer& answer : normalization.answers) {
    Json entry = answer_to_json(answer);
    entry["kind"] = to_string(answer_kind(normalization, answer));
    answers.push_back(std::move(entry));
  }
  return Json{{"schema", schema_text("isojoule.normalization", 1)},
              {"workload", normalization.workload.name()},
              {"record", normalization.record},
              {"from", normalization.from.name},
              {"to", normalization.to.name},
              {"steps", normalization.steps},
              {"source_energy_j", normalization.source.in(joule)},
              {"basis", basis_to_json(normalization.measured.basis)},
              {"references", std::move(references)},
              {"remarks", normalization.remarks},
              {"answers", std::move(answers)}};
}

}  // namespace isojoule
