#include "isojoule/record/store.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"

namespace isojoule {
namespace {

constexpr int kSchemaVersion = 1;
constexpr int kApplicationId =
    0x69736f6a;  // "isoj"; how a store is told from any other SQLite file
constexpr std::string_view kSqliteHeader("SQLite format 3\0", 16);
constexpr std::chrono::milliseconds kBusyTimeout{10'000};
constexpr std::size_t kShortestPrefix = 4;
constexpr std::size_t kMatchesShown = 4;

// The document is the record; the other columns are copies of what is searched by.
constexpr const char* kSchema = R"(
CREATE TABLE records(
  id TEXT PRIMARY KEY NOT NULL,
  created TEXT NOT NULL,
  workload TEXT NOT NULL,
  state TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX records_by_workload ON records(workload, id);
CREATE TABLE profiles(
  name TEXT PRIMARY KEY NOT NULL,
  document TEXT NOT NULL
) STRICT;
)";

/// Calls `action`; what SQLite refuses becomes one line: "store 'x' cannot be read: disk I/O
/// error".
template <class Action>
auto guarded(const std::filesystem::path& file, const char* done_to_it, Action action) {
  try {
    return action();
  } catch (const SQLite::Exception& error) {
    throw Error(ErrorCode::io, fmt::format("store '{}' cannot be {}: {}", file.string(), done_to_it,
                                           error.what()));
  }
}

/// Why there must be no store at this path; empty if there may.
std::string why_no_store_here(const std::filesystem::path& file) {
  std::error_code ignored;  // SQLite says it better, if there is trouble
  const std::filesystem::file_status status = std::filesystem::status(file, ignored);
  if (!std::filesystem::exists(status)) return {};
  if (std::filesystem::is_directory(status)) return "it is a directory";
  if (!std::filesystem::is_regular_file(status)) return "it is not a regular file";
  // SQLite takes any file shorter than its header for an empty database and writes over it.
  std::array<char, kSqliteHeader.size()> head{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), head.size());
  const auto count = static_cast<std::size_t>(stream.gcount());
  const bool is_database = std::string_view(head.data(), count) == kSqliteHeader;
  return count == 0 || is_database ? "" : "it is not a database";
}

void require_store_or_nothing(const std::filesystem::path& file) {
  const std::string why_not = why_no_store_here(file);
  if (!why_not.empty())
    throw Error(ErrorCode::io,
                fmt::format("store '{}' cannot be opened: {}", file.string(), why_not));
}

void make_room_for(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error)
    throw Error(ErrorCode::io, fmt::format("directory '{}' of the store cannot be made: {}",
                                           file.parent_path().string(), error.message()));
  require_store_or_nothing(file);
}

int number(SQLite::Database& database, const char* query) {
  return database.execAndGet(query).getInt();
}

/// Whether the file is still empty. Throws where it is not a store, or not one for this program.
bool is_new(SQLite::Database& database, const std::filesystem::path& file) {
  const int application = number(database, "PRAGMA application_id");
  const int version = number(database, "PRAGMA user_version");
  if (application == 0 && version == 0 &&
      number(database, "SELECT count(*) FROM sqlite_schema") == 0)
    return true;
  if (application != kApplicationId)
    throw Error(ErrorCode::io,
                fmt::format("'{}' is a database of another program, not a store of isojoule",
                            file.string()));
  if (version > kSchemaVersion)
    throw Error(ErrorCode::bad_input,
                fmt::format("store '{}' is of the newer schema {}; this program reads up to {}, "
                            "update isojoule",
                            file.string(), version, kSchemaVersion));
  return false;
}

/// Makes the tables of a new store. The question whether it is new is asked again under the lock:
/// of two processes that make one store at once, the second finds it made.
void make_tables(SQLite::Database& database, const std::filesystem::path& file) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  if (!is_new(database, file)) return;
  database.exec(kSchema);
  database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  database.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
  transaction.commit();
}

/// SQLite does not wait for locks on its way into write-ahead mode, so this does. On a file system
/// that cannot share memory it keeps its rollback journal, as safe and slower.
void use_write_ahead_log(SQLite::Database& database) {
  const auto deadline = std::chrono::steady_clock::now() + kBusyTimeout;
  while (true) {
    const int result = database.tryExec("PRAGMA journal_mode = WAL");
    if (result == SQLITE_OK) return;
    if (result != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline)
      throw SQLite::Exception(database.getHandle(), result);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

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

/// Which of the ids, oldest first, is meant: see Store::record.
std::string resolve(const std::vector<std::string>& ids, const std::string& given) {
  if (given == "latest" && !ids.empty()) return ids.back();
  const std::string prefix = upper_case(given);
  std::vector<std::string> found;
  for (const std::string& id : ids) {
    if (upper_case(id) == prefix) return id;
    if (upper_case(id).starts_with(prefix)) found.push_back(id);
  }
  if (found.empty()) throw unknown_name("record", given, ids);
  if (given.size() < kShortestPrefix)
    throw Error(ErrorCode::usage,
                fmt::format("'{}' is too short for the beginning of a record's identifier; give {} "
                            "characters or more",
                            given, kShortestPrefix));
  if (found.size() == 1) return found.front();
  const std::size_t shown = std::min(found.size(), kMatchesShown);
  throw Error(ErrorCode::usage,
              fmt::format("'{}' begins the identifiers of {} records, such as {}; give more "
                          "characters",
                          given, found.size(),
                          fmt::join(found.begin(),
                                    found.begin() + static_cast<std::ptrdiff_t>(shown), ", ")));
}

/// Whether somebody may be writing: what is in a log is not in the file yet.
bool has_log(const std::filesystem::path& file) {
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(file.string() + "-wal", missing);
  return !missing && bytes > 0;
}

/// The file as a URI that tells SQLite that nobody writes to it.
std::string unchanging_uri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

using Values = std::vector<std::string>;

void bind_all(SQLite::Statement& statement, const Values& values) {
  int index = 0;
  for (const std::string& value : values) statement.bind(++index, value);
}

}  // namespace

/// A document of the store and the name that it goes by there.
struct StoreReader::Row {
  std::string name;
  std::string document;
};

struct StoreReader::Database {
  Database(const std::string& name, int flags)
      : sqlite(name, flags, static_cast<int>(kBusyTimeout.count())) {}

  /// How many rows the command changed.
  int write(const char* command, const Values& values) {
    SQLite::Transaction transaction(sqlite, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement statement(sqlite, command);
    bind_all(statement, values);
    const int changed = statement.exec();
    transaction.commit();
    return changed;
  }

  SQLite::Database sqlite;
};

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
    bool fresh = false;
    {
      // One transaction, so that all answers are of the same moment.
      SQLite::Transaction transaction(database);
      fresh = is_new(database, file_);
    }
    if (fresh) make_tables(database, file_);
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

void Store::add(const Record& record) {
  const Json document = record_to_json(record);
  const auto text = [&document](const char* key) { return required<std::string>(document, key); };
  const int added = guarded(file_, "written", [&] {
    return database_->write(
        "INSERT INTO records(id, created, workload, state, document) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT(id) DO UPDATE SET created = excluded.created, workload = excluded.workload, "
        "state = excluded.state, document = excluded.document WHERE records.state = 'cut_off'",
        {text("id"), text("created"), text("workload"),
         required<std::string>(document["outcome"], "state"), document.dump()});
  });
  if (added == 0)
    throw Error(ErrorCode::io,
                fmt::format("store '{}' holds a record {} already", file_.string(), record.id));
}

void Store::put(const MachineProfile& profile) {
  const std::string document = profile_to_json(profile).dump();
  guarded(file_, "written", [&] {
    return database_->write("INSERT OR REPLACE INTO profiles(name, document) VALUES (?, ?)",
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
    return record_of(rows(query, {resolve(ids, id)}).at(0), file_);
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
