#include <sqlite3.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/store/sqlite/detail/database.hpp"
#include "isojoule/store/store.hpp"

namespace isojoule {
namespace {

using detail::bind_all;
using detail::guarded;
using detail::has_log;
using detail::is_new;
using detail::make_room_for;
using detail::make_tables;
using detail::require_store_or_nothing;
using detail::unchanging_uri;
using detail::use_write_ahead_log;
using detail::Values;

constexpr std::size_t kShortestPrefix = 4;
constexpr std::size_t kMatchesShown = 4;

std::string upper_case(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

template <class Row>
Record record_of(const Row& row, const std::filesystem::path& file) {
  const std::string where = fmt::format("record {} of store '{}'", row.name, file.string());
  return record_from_json(parse_json(row.document, where), where);
}

template <class Row>
MachineProfile profile_of(const Row& row, const std::filesystem::path& file) {
  const std::string where = fmt::format("profile '{}' of store '{}'", row.name, file.string());
  return profile_from_json(parse_json(row.document, where), where);
}

}  // namespace

std::string resolve_id(const std::string& what, const std::vector<std::string>& ids,
                       const std::string& given) {
  if (given == "latest" && !ids.empty()) return ids.back();
  const std::string prefix = upper_case(given);
  std::vector<std::string> found;
  for (const std::string& id : ids) {
    if (upper_case(id) == prefix) return id;
    if (upper_case(id).starts_with(prefix)) found.push_back(id);
  }
  if (found.empty()) throw unknown_name(what, given, ids);
  if (given.size() < kShortestPrefix)
    throw Error(ErrorCode::usage,
                fmt::format("'{}' is too short for the beginning of a {}'s identifier; give {} "
                            "characters or more",
                            given, what, kShortestPrefix));
  if (found.size() == 1) return found.front();
  const std::size_t shown = std::min(found.size(), kMatchesShown);
  throw Error(ErrorCode::usage,
              fmt::format("'{}' begins the identifiers of {} {}s, such as {}; give more "
                          "characters",
                          given, found.size(), what,
                          fmt::join(found.begin(),
                                    found.begin() + static_cast<std::ptrdiff_t>(shown), ", ")));
}

StoreReader::StoreReader(std::filesystem::path file, std::unique_ptr<Database> database)
    : file_(std::move(file)), database_(std::move(database)) {}

StoreReader::StoreReader(const std::filesystem::path& file)
    : file_(std::filesystem::absolute(file)) {
  std::error_code ignored;  // SQLite says it better
  if (std::filesystem::status(file_, ignored).type() == std::filesystem::file_type::not_found)
    return;
  require_store_or_nothing(file_);
  const auto open = [this](const std::string& name, int flags) {
    auto database = std::make_unique<Database>(name, flags);
    // One transaction, so that all answers are of the same moment.
    SQLite::Transaction transaction(database->sqlite);
    if (!is_new(database->sqlite, file_)) database_ = std::move(database);
  };
  guarded(file_, "opened", [&] {
    try {
      // Where the file may not be written, SQLite takes this for reading only; where it may,
      // closing it leaves nothing beside it.
      open(file_.string(), SQLite::OPEN_READWRITE);
    } catch (const SQLite::Exception& error) {
      // A log is opened even to read, which fails in a directory of somebody else's; without one
      // there is nobody who writes, and the file may be read as it stands.
      const int code = error.getErrorCode();
      if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || has_log(file_)) throw;
      open(unchanging_uri(file_), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    }
  });
}

StoreReader::StoreReader() = default;
StoreReader::~StoreReader() = default;
StoreReader::StoreReader(StoreReader&&) noexcept = default;
StoreReader& StoreReader::operator=(StoreReader&&) noexcept = default;

/// The answer to a query for a name and a document.
std::vector<StoreReader::Row> StoreReader::rows(const char* query, const Values& values) const {
  if (!database_) return {};
  SQLite::Statement statement(database_->sqlite, query);
  bind_all(statement, values);
  std::vector<Row> rows;
  while (statement.executeStep())
    rows.push_back({statement.getColumn(0).getString(), statement.getColumn(1).getString()});
  return rows;
}

Store::Store(const std::filesystem::path& file)
    : StoreReader(std::filesystem::absolute(file), nullptr) {
  make_room_for(file_);
  guarded(file_, "opened", [this] {
    database_ =
        std::make_unique<Database>(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Database& database = database_->sqlite;
    bool complete = false;
    {
      // One transaction, so that all answers are of the same moment.
      SQLite::Transaction transaction(database);
      complete = !is_new(database, file_) && detail::version_of(database) == detail::kStoreVersion;
    }
    if (!complete) make_tables(database, file_);
    use_write_ahead_log(database);
  });
  // Who wants to keep something must know before there is something to keep. SQLite opens a file
  // that may only be read without a word, and then begins even a write transaction.
  if (sqlite3_db_readonly(database_->sqlite.getHandle(), "main") != 0)
    throw Error(ErrorCode::io,
                fmt::format("store '{}' cannot be written: it may only be read", file_.string()));
  guarded(file_, "written", [this] {
    SQLite::Transaction transaction(database_->sqlite, SQLite::TransactionBehavior::IMMEDIATE);
  });
}

void add_record(SQLite::Database& database, const std::filesystem::path& file,
                const Record& record) {
  const Json document = record_to_json(record);
  const auto text = [&document](const char* key) { return required<std::string>(document, key); };
  SQLite::Statement statement(
      database,
      "INSERT INTO records(id, created, workload, state, document) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT(id) DO UPDATE SET created = excluded.created, workload = excluded.workload, "
      "state = excluded.state, document = excluded.document WHERE records.state = 'cut_off'");
  detail::bind_all(statement,
                   {text("id"), text("created"), text("workload"),
                    required<std::string>(document["outcome"], "state"), document.dump()});
  if (statement.exec() == 0)
    throw Error(ErrorCode::io,
                fmt::format("store '{}' holds a record {} already", file.string(), record.id));
}

void Store::add(const Record& record) {
  guarded(file_, "written", [&] {
    SQLite::Transaction transaction(database_->sqlite, SQLite::TransactionBehavior::IMMEDIATE);
    add_record(database_->sqlite, file_, record);
    transaction.commit();
  });
}

void Store::put(const MachineProfile& profile) {
  const std::string document = profile_to_json(profile).dump();
  guarded(file_, "written", [&] {
    database_->run("INSERT OR REPLACE INTO profiles(name, document) VALUES (?, ?)",
                   {profile.name, document});
  });
}

std::vector<Record> StoreReader::records() const {
  return guarded(file_, "read", [this] {
    std::vector<Record> records;
    for (const Row& row : rows("SELECT id, document FROM records ORDER BY rowid"))
      records.push_back(record_of(row, file_));
    return records;
  });
}

Record StoreReader::record(const std::string& id) const {
  return guarded(file_, "read", [&] {
    std::vector<std::string> ids;
    for (Row& row : rows("SELECT id, '' FROM records ORDER BY rowid"))
      ids.push_back(std::move(row.name));
    const char* query = "SELECT id, document FROM records WHERE id = ?";
    return record_of(rows(query, {resolve_id("record", ids, id)}).at(0), file_);
  });
}

std::vector<MachineProfile> StoreReader::profiles() const {
  return guarded(file_, "read", [this] {
    std::vector<MachineProfile> profiles;
    for (const Row& row : rows("SELECT name, document FROM profiles ORDER BY rowid"))
      profiles.push_back(profile_of(row, file_));
    return profiles;
  });
}

std::optional<MachineProfile> StoreReader::profile(const std::string& name) const {
  return guarded(file_, "read", [&]() -> std::optional<MachineProfile> {
    const auto found = rows("SELECT name, document FROM profiles WHERE name = ?", {name});
    if (found.empty()) return std::nullopt;
    return profile_of(found.front(), file_);
  });
}

std::optional<std::filesystem::path> default_store_file(const Environment& environment) {
  const auto directory = [&environment](const char* variable) {
    // A relative path there must be ignored, says the XDG base directory specification.
    const std::filesystem::path path = environment.get(variable).value_or("");
    return path.is_absolute() ? path : std::filesystem::path();
  };
  const std::filesystem::path file = std::filesystem::path("isojoule") / "store.sqlite";
  if (const auto data = directory("XDG_DATA_HOME"); !data.empty()) return data / file;
  if (const auto home = directory("HOME"); !home.empty()) return home / ".local/share" / file;
  return std::nullopt;
}

}  // namespace isojoule
