// The record's file format, docs/formats/record.md.
#pragma once

#include <string>

#include "isojoule/core/json.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

inline constexpr const char* kRecordSchema = "isojoule.record";
inline constexpr int kRecordVersion = 2;

/// With what follows from the record beside it: `per_step`, the energy per step.
Json record_to_json(const Record& record);

/// steps, energy_per_step_j, sd_per_step_j, duration_per_step_s: as records and profiles write
/// them.
Json step_energy_to_json(const StepEnergy& energy);

/// The member `outcome` by itself. Throws Error(bad_input).
CommandOutcome outcome_from_json(const Json& json);

/// `where` names the document in an Error(bad_input): wrong schema, newer schema, a missing or
/// mistyped key.
Record record_from_json(const Json& json, const std::string& where);

}  // namespace isojoule
