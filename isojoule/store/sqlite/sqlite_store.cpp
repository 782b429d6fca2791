#include "isojoule/store/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/store/sqlite/detail/sqlite_store.hpp"

namespace isojoule::detail {
namespace {

Record record_of(const SQLite::Statement& row, const std::filesystem::path& file) {
  const std::string where =
      fmt::format("record {} of store '{}'", row.getColumn(0).getString(), file.string());
  return record_from_json(parse_json(row.getColumn(1).getString(), where), where);
}

MachineProfile profile_of(const SQLite::Statement& row, const std::filesystem::path& file) {
  const std::string where =
      fmt::format("profile '{}' of store '{}'", row.getColumn(0).getString(), file.string());
  return profile_from_json(parse_json(row.getColumn(1).getString(), where), where);
}

}  // namespace

StoreFolders SqliteStore::folders() const {
  return {file_.parent_path() / "traces", file_.parent_path() / "campaigns"};
}

void SqliteStore::for_each_row(const std::string& query, const Values& values,
                               const std::function<void(SQLite::Statement&)>& look) const {
  if (!database_) return;
  guarded(file_, "read", [&] {
    SQLite::Statement statement(*database_, query);
    bind_all(statement, values);
    while (statement.executeStep()) look(statement);
  });
}

std::optional<std::string> SqliteStore::first_text(const std::string& query,
                                                   const Values& values) const {
  std::optional<std::string> text;
  for_each_row(query + " LIMIT 1", values,
               [&text](SQLite::Statement& row) { text = row.getColumn(0).getString(); });
  return text;
}

int SqliteStore::run(const char* command, const Values& values) {
  SQLite::Statement statement(*database_, command);
  bind_all(statement, values);
  return statement.exec();
}

// Records.

void SqliteStore::for_each_record(const std::function<void(Record)>& look) const {
  for_each_row("SELECT id, document FROM records ORDER BY rowid", {},
               [&](SQLite::Statement& row) { look(record_of(row, file_)); });
}

std::optional<Record> SqliteStore::find_record(const std::string& id) const {
  std::optional<Record> record;
  for_each_row("SELECT id, document FROM records WHERE id = ?", {id},
               [&](SQLite::Statement& row) { record = record_of(row, file_); });
  return record;
}

StoreReader::Ids SqliteStore::ids_from(Kept kept, const std::string& prefix,
                                       std::size_t most) const {
  Ids ids;
  if (!has(kept)) return ids;
  // A range of the primary key: nothing that begins so sorts behind the last code point.
  const std::string condition = fmt::format("FROM {} WHERE id >= ?1 AND id < ?1 || char(0x10ffff)",
                                            kept == Kept::record ? "records" : "campaigns");
  for_each_row("SELECT count(*) " + condition, {prefix}, [&ids](SQLite::Statement& row) {
    ids.count = static_cast<std::size_t>(row.getColumn(0).getInt64());
  });
  constexpr std::size_t kMost = std::numeric_limits<std::int64_t>::max();
  for_each_row(
      fmt::format("SELECT id {} ORDER BY rowid LIMIT {}", condition, std::min(most, kMost)),
      {prefix},
      [&ids](SQLite::Statement& row) { ids.first.push_back(row.getColumn(0).getString()); });
  return ids;
}

std::optional<std::string> SqliteStore::latest_record() const {
  const std::string of_no_cell =
      has_campaigns() ? "id NOT IN (SELECT record FROM cells WHERE record IS NOT NULL) AND " : "";
  return first_text("SELECT id FROM records WHERE " + of_no_cell +
                        "CASE WHEN json_valid(document) THEN "
                        "json_extract(document, '$.context.' || ?) END IS NULL ORDER BY rowid DESC",
                    {kCampaignContext});
}

void SqliteStore::add_row(const Record& record) {
  const Json document = record_to_json(record);
  const auto text = [&document](const char* key) { return required<std::string>(document, key); };
  const int added =
      run("INSERT INTO records(id, created, workload, state, document) VALUES (?, ?, ?, ?, ?) "
          "ON CONFLICT(id) DO UPDATE SET created = excluded.created, workload = excluded.workload, "
          "state = excluded.state, document = excluded.document WHERE records.state = 'cut_off'",
          {text("id"), text("created"), text("workload"),
           required<std::string>(document["outcome"], "state"), document.dump()});
  if (added == 0)
    throw Error(ErrorCode::io,
                fmt::format("store '{}' holds a record {} already", file_.string(), record.id));
}

void SqliteStore::add(const Record& record) {
  guarded(file_, "written", [&] {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    add_row(record);
    transaction.commit();
  });
}

// Profiles.

std::vector<MachineProfile> SqliteStore::profiles() const {
  std::vector<MachineProfile> profiles;
  for_each_row("SELECT name, document FROM profiles ORDER BY rowid", {},
               [&](SQLite::Statement& row) { profiles.push_back(profile_of(row, file_)); });
  return profiles;
}

std::optional<MachineProfile> SqliteStore::profile(const std::string& name) const {
  std::optional<MachineProfile> profile;
  for_each_row("SELECT name, document FROM profiles WHERE name = ?", {name},
               [&](SQLite::Statement& row) { profile = profile_of(row, file_); });
  return profile;
}

void SqliteStore::put(const MachineProfile& profile) {
  const std::string document = profile_to_json(profile).dump();
  guarded(file_, "written", [&] {
    run("INSERT OR REPLACE INTO profiles(name, document) VALUES (?, ?)", {profile.name, document});
  });
}

}  // namespace isojoule::detail
