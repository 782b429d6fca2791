#include "isojoule/store/sqlite/detail/file.hpp"

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <fstream>
#include <string_view>
#include <system_error>
#include <thread>

#include "isojoule/core/files.hpp"

namespace isojoule::detail {
namespace {

constexpr int kApplicationId =
    0x69736f6a;  // "isoj"; how a store is told from any other SQLite file
constexpr std::string_view kSqliteHeader("SQLite format 3\0", 16);

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

constexpr const char* kCampaignSchema = R"(
CREATE TABLE campaigns(
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  created TEXT NOT NULL,
  plan TEXT NOT NULL
) STRICT;
CREATE TABLE cells(
  campaign TEXT NOT NULL REFERENCES campaigns(id),
  workload TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  state TEXT NOT NULL,
  record TEXT REFERENCES records(id),
  reason TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  took_s REAL NOT NULL,
  PRIMARY KEY(campaign, workload, repeat)
) STRICT;
)";

int number(SQLite::Database& database, const char* query) {
  return database.execAndGet(query).getInt();
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

/// Stores were once made as the umask said. Where this cannot be changed it stays.
void keep_others_out(Files& files, const std::filesystem::path& file) {
  constexpr mode_t kOthers = 0007;
  std::error_code error;
  const FileStatus status = files.status(file, error);
  if (!error && (status.mode & kOthers) != 0) files.set_mode(file, status.mode & ~kOthers);
}

}  // namespace

void bind_all(SQLite::Statement& statement, const Values& values) {
  int index = 0;
  for (const std::string& value : values) statement.bind(++index, value);
}

void require_store_or_nothing(const std::filesystem::path& file) {
  const std::string why_not = why_no_store_here(file);
  if (!why_not.empty())
    throw Error(ErrorCode::io,
                fmt::format("store '{}' cannot be opened: {}", file.string(), why_not));
}

void make_room_for(const std::filesystem::path& file) {
  Files& files = real_files();
  if (const std::error_code error = make_private_directories(files, file.parent_path()))
    throw Error(ErrorCode::io, fmt::format("directory '{}' of the store cannot be made: {}",
                                           file.parent_path().string(), reason_of(error)));
  require_store_or_nothing(file);
  // SQLite would make it as the umask says, and its journals as the file is.
  std::error_code error;
  const mode_t mode = private_file_mode(files, file.parent_path());
  if (files.open_to_write(file, Opening::make_new, mode, error)) {
    files.set_mode(file, mode);
  } else {
    keep_others_out(files, file);
  }
}

int version_of(SQLite::Database& database) { return number(database, "PRAGMA user_version"); }

bool is_new(SQLite::Database& database, const std::filesystem::path& file) {
  const int application = number(database, "PRAGMA application_id");
  const int version = version_of(database);
  if (application == 0 && version == 0 &&
      number(database, "SELECT count(*) FROM sqlite_schema") == 0)
    return true;
  if (application != kApplicationId)
    throw Error(ErrorCode::io,
                fmt::format("'{}' is a database of another program, not a store of isojoule",
                            file.string()));
  if (version > kStoreVersion)
    throw Error(ErrorCode::bad_input,
                fmt::format("store '{}' is of the newer schema {}; this program reads up to {}, "
                            "update isojoule",
                            file.string(), version, kStoreVersion));
  return false;
}

void make_tables(SQLite::Database& database, const std::filesystem::path& file) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  if (is_new(database, file)) {
    database.exec(kSchema);
    database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  }
  if (version_of(database) < kFirstVersionWithCampaigns) database.exec(kCampaignSchema);
  database.exec(fmt::format("PRAGMA user_version = {}", kStoreVersion));
  transaction.commit();
}

void use_write_ahead_log(SQLite::Database& database) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyTimeoutMs);
  while (true) {
    const int result = database.tryExec("PRAGMA journal_mode = WAL");
    if (result == SQLITE_OK) return;
    if (result != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline)
      throw SQLite::Exception(database.getHandle(), result);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

bool has_log(const std::filesystem::path& file) {
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(file.string() + "-wal", missing);
  return !missing && bytes > 0;
}

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

}  // namespace isojoule::detail
