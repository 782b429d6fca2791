// JSON forms of the nouns that stand in more than one file format (traces, records, profiles).
//
// Every key that holds a quantity carries its unit (_j, _s, _w). What is missing is null or left
// out, never 0. Readers throw Error(bad_input) that names the key.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "isojoule/core/basis.hpp"
#include "isojoule/core/channel.hpp"
#include "isojoule/core/cost.hpp"
#include "isojoule/core/error.hpp"
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

/// "isojoule.record/1"
std::string schema_text(const std::string& name, int version);

/// Throws Error(bad_input) unless json["schema"] is `name`/1 .. `name`/`version`. A newer version
/// is named as such, with the advice to update.
void require_schema(const Json& json, const std::string& name, int version,
                    const std::string& where);

/// A document whose strings and keys are UTF-8, as JSON demands: bytes that are not (of a command
/// line, a vendor's label) become U+FFFD.
Json with_valid_utf8(const Json& json);

/// A member that must be there, as T. Throws Error(bad_input) naming the key and what is wrong; a
/// whole number must be one and fit T.
template <class T>
T required(const Json& json, const char* key);

/// A member that may be absent or null.
template <class T>
std::optional<T> maybe(const Json& json, const char* key);

/// A member whose text `parse` turns into a value of a closed set.
template <class Parse>
auto required_parsed(const Json& json, const char* key, Parse parse);

/// The object json[key], read by `read`. An Error of it names the place: "key: ...".
template <class Read>
auto required_member(const Json& json, const char* key, Read read);

/// The same for a member that may be absent or null.
template <class Read>
auto maybe_member(const Json& json, const char* key, Read read)
    -> std::optional<decltype(read(json))>;

/// The array json[key], each item read by `read`. An Error of it names the place: "key[2]: ...".
template <class Read>
auto required_array(const Json& json, const char* key, Read read);

/// The array of the items, each written by `to_json`.
template <class T, class ToJson>
Json json_array(const std::vector<T>& items, ToJson to_json) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(to_json(item));
  return array;
}

/// Calls `read`; its Error becomes a bad_input that begins with `where` and a colon.
template <class Read>
auto read_within(const std::string& where, Read read);

[[noreturn]] void throw_bad_member(const char* key, const std::string& what);

template <class T>
T required(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) throw_bad_member(key, "is missing");
  if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    if (!found->is_number_integer()) throw_bad_member(key, "is not a whole number");
    const bool fits = found->is_number_unsigned()
                          ? std::in_range<T>(found->template get<std::uint64_t>())
                          : std::in_range<T>(found->template get<std::int64_t>());
    if (!fits) throw_bad_member(key, "is out of range");
  }
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

template <class Parse>
auto required_parsed(const Json& json, const char* key, Parse parse) {
  const auto text = required<std::string>(json, key);
  return read_within("key '" + std::string(key) + "'", [&] { return parse(text); });
}

template <class Read>
auto required_member(const Json& json, const char* key, Read read) {
  const auto found = json.find(key);
  if (found == json.end()) throw_bad_member(key, "is missing");
  if (!found->is_object()) throw_bad_member(key, "has the wrong type");
  return read_within(key, [&] { return read(*found); });
}

template <class Read>
auto maybe_member(const Json& json, const char* key, Read read)
    -> std::optional<decltype(read(json))> {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return std::nullopt;
  return required_member(json, key, read);
}

template <class Read>
auto required_array(const Json& json, const char* key, Read read) {
  const auto found = json.find(key);
  if (found == json.end()) throw_bad_member(key, "is missing");
  if (!found->is_array()) throw_bad_member(key, "has the wrong type");
  std::vector<decltype(read(*found))> items;
  for (const Json& item : *found) {
    const std::string place = std::string(key) + "[" + std::to_string(items.size()) + "]";
    items.push_back(read_within(place, [&] { return read(item); }));
  }
  return items;
}

template <class Read>
auto read_within(const std::string& where, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_input, where + ": " + error.what());
  }
}

/// null for an empty optional.
template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace isojoule
