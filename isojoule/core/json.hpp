// JSON forms of the nouns that stand in more than one file format (traces, records, profiles).
//
// Every key that holds a quantity carries its unit (_j, _s, _w). What is missing is null or left
// out, never 0. Readers throw Error(bad_input) that names the key.
#pragma once

#include <nlohmann/json.hpp>

#include "isojoule/core/basis.hpp"
#include "isojoule/core/channel.hpp"
#include "isojoule/core/cost.hpp"
#include "isojoule/core/host_info.hpp"
#include "isojoule/core/measurement.hpp"

namespace isojoule {

using Json = nlohmann::ordered_json;

Json channel_to_json(const Channel& channel);
Channel channel_from_json(const Json& json);

Json host_to_json(const HostInfo& host);
HostInfo host_from_json(const Json& json);

Json cost_to_json(const Cost& cost);
Cost cost_from_json(const Json& json);

Json basis_to_json(const Basis& basis);
Basis basis_from_json(const Json& json);

Json measurement_to_json(const Measurement& measurement);
Measurement measurement_from_json(const Json& json);

/// Parses a document; `where` names it in the Error(bad_input).
Json parse_json(std::string_view text, const std::string& where);

/// Throws Error(bad_input) unless json["schema"] is `name`/1 .. `name`/`version`. A newer version
/// is named as such, with the advice to update.
void require_schema(const Json& json, const std::string& name, int version,
                    const std::string& where);

/// A member that must be there, as T. Throws Error(bad_input) naming the key and what is wrong.
template <class T>
T required(const Json& json, const char* key);

/// A member that may be absent or null.
template <class T>
std::optional<T> maybe(const Json& json, const char* key);

[[noreturn]] void throw_bad_member(const char* key, const std::string& what);

template <class T>
T required(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) throw_bad_member(key, "is missing");
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
    throw_bad_member(key, "has the wrong type");
  }
}

template <class T>
std::optional<T> maybe(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return std::nullopt;
  return required<T>(json, key);
}

/// null for an empty optional.
template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace isojoule
