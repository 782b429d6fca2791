// The record's file format, docs/formats/record.md.
#pragma once

#include <string>

#include "isojoule/core/json.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

inline constexpr const char* kRecordSchema = "isojoule.record";
inline constexpr int kRecordVersion = 1;

Json record_to_json(const Record& record);

/// `where` names the document in an Error(bad_input): wrong schema, newer schema, a missing or
/// mistyped key.
Record record_from_json(const Json& json, const std::string& where);

}  // namespace isojoule
