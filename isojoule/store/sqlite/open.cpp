#include <sqlite3.h>

#include <string>
#include <system_error>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/store/sqlite/detail/sqlite_store.hpp"
#include "isojoule/store/sqlite/sqlite_store.hpp"

namespace isojoule {
namespace {

using detail::guarded;
using detail::kBusyTimeoutMs;

/// Empty where the file is still empty.
std::unique_ptr<SQLite::Database> open_if_made(const std::string& name, int flags,
                                               const std::filesystem::path& file) {
  auto database = std::make_unique<SQLite::Database>(name, flags, kBusyTimeoutMs);
  // One transaction, so that all answers are of the same moment.
  SQLite::Transaction transaction(*database);
  if (detail::is_new(*database, file)) return nullptr;
  return database;
}

std::unique_ptr<SQLite::Database> open_file(const std::filesystem::path& file) {
  try {
    // Where the file may not be written, SQLite takes this for reading only; where it may,
    // closing it leaves nothing beside it.
    return open_if_made(file.string(), SQLite::OPEN_READWRITE, file);
  } catch (const SQLite::Exception& error) {
    // A log is opened even to read, which fails in a directory of somebody else's; without one
    // there is nobody who writes, and the file may be read as it stands.
    const int code = error.getErrorCode();
    if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || detail::has_log(file)) throw;
    return open_if_made(detail::unchanging_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI,
                        file);
  }
}

std::unique_ptr<SQLite::Database> make_file(const std::filesystem::path& file) {
  auto database = std::make_unique<SQLite::Database>(
      file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
  bool complete = false;
  {
    // One transaction, so that all answers are of the same moment.
    SQLite::Transaction transaction(*database);
    complete =
        !detail::is_new(*database, file) && detail::version_of(*database) == detail::kStoreVersion;
  }
  if (!complete) detail::make_tables(*database, file);
  detail::use_write_ahead_log(*database);
  return database;
}

/// Who wants to keep something must know before there is something to keep. SQLite opens a file
/// that may only be read without a word, and then begins even a write transaction.
void require_writable(SQLite::Database& database, const std::filesystem::path& file) {
  if (sqlite3_db_readonly(database.getHandle(), "main") != 0)
    throw Error(ErrorCode::io,
                fmt::format("store '{}' cannot be written: it may only be read", file.string()));
  guarded(file, "written", [&database] {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  });
}

}  // namespace

std::unique_ptr<StoreReader> open_sqlite_to_read(const std::string& given) {
  const std::filesystem::path file = std::filesystem::absolute(given);
  std::error_code ignored;  // SQLite says it better
  if (std::filesystem::status(file, ignored).type() == std::filesystem::file_type::not_found)
    return std::make_unique<detail::SqliteStore>(file, nullptr);
  detail::require_store_or_nothing(file);
  auto database = guarded(file, "opened", [&file] { return open_file(file); });
  return std::make_unique<detail::SqliteStore>(file, std::move(database));
}

std::unique_ptr<Store> open_sqlite_to_write(const std::string& given) {
  const std::filesystem::path file = std::filesystem::absolute(given);
  detail::make_room_for(file);
  auto database = guarded(file, "opened", [&file] { return make_file(file); });
  require_writable(*database, file);
  return std::make_unique<detail::SqliteStore>(file, std::move(database));
}

}  // namespace isojoule
