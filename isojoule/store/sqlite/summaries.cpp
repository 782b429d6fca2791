// Lists of records without reading the records: SQLite takes out of each document what a list
// shows.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/store/sqlite/detail/sqlite_store.hpp"

namespace isojoule::detail {
namespace {

// One call of json_extract for several members is quicker than several: it gives them as an array.
// What is no JSON gives NULL.
constexpr const char* kSummaries = R"(
SELECT id, created, workload,
  CASE WHEN json_valid(document) THEN
    json_extract(document, '$.schema', '$.outcome', '$.whole.elapsed_s') END,
  CASE WHEN json_valid(document) THEN (
    SELECT json_group_array(json_extract(value, '$.channel.component', '$.channel.scope',
                                         '$.channel.kind', '$.channel.counts_of_j', '$.energy_j'))
    FROM json_each(json_extract(document, '$.whole.channels'))) END
FROM records ORDER BY rowid)";

/// A channel, as far as a sum of energies asks for it.
ChannelEnergy channel_of(const Json& json) {
  ChannelEnergy energy;
  Channel& source = energy.channel;
  source.component = json.at(0).get<std::string>();
  source.scope = scope_from_string(json.at(1).get<std::string>());
  source.kind = kind_from_string(json.at(2).get<std::string>());
  if (json.at(3).is_null()) source.unit = watt;  // else a counter, as it is by itself
  if (!json.at(4).is_null()) energy.energy = json.at(4).get<double>() * joule;
  return energy;
}

Measurement whole_of(const Json& channels) {
  Measurement whole;
  for (const Json& channel : channels) whole.channels.push_back(channel_of(channel));
  return whole;
}

/// Empty for a document that this program cannot read.
std::optional<RecordSummary> summary_of(const SQLite::Statement& row) {
  if (row.getColumn(3).isNull()) return std::nullopt;
  try {
    const auto text = [&row](int column) { return row.getColumn(column).getString(); };
    const Json about = Json::parse(text(3));
    require_schema(Json{{"schema", about.at(0)}}, kRecordSchema, kRecordVersion, "");
    return RecordSummary{text(0),
                         text(1),
                         WorkloadId(text(2)),
                         outcome_from_json(about.at(1)),
                         about.at(2).get<double>() * second,
                         listed_total(whole_of(Json::parse(text(4))))};
  } catch (const Error&) {
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

void SqliteStore::for_each_summary(const std::function<void(RecordSummary)>& look) const {
  for_each_row(kSummaries, {}, [&](SQLite::Statement& row) {
    if (auto summary = summary_of(row)) return look(*std::move(summary));
    // The record as a whole says what is wrong with it.
    if (const auto record = find_record(row.getColumn(0).getString()))
      look(isojoule::summary_of(*record));
  });
}

}  // namespace isojoule::detail
