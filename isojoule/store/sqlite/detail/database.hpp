// What stands behind a StoreReader.
#pragma once

#include <memory>
#include <string>

#include "isojoule/store/sqlite/detail/file.hpp"
#include "isojoule/store/store.hpp"

namespace isojoule {

/// A document of the store and the name that it goes by there.
struct StoreReader::Row {
  std::string name;
  std::string document;
};

struct StoreReader::Database {
  Database(const std::string& name, int flags) : sqlite(name, flags, detail::kBusyTimeoutMs) {}

  /// How many rows the command changed.
  int run(const char* command, const detail::Values& values) {
    SQLite::Statement statement(sqlite, command);
    detail::bind_all(statement, values);
    return statement.exec();
  }

  SQLite::Database sqlite;
};

/// Adds a record, as Store::add does, within a transaction of the caller's.
void add_record(SQLite::Database& database, const std::filesystem::path& file,
                const Record& record);

/// Which of the ids, oldest first, is meant by a whole one, the beginning of one or "latest": see
/// StoreReader::record. `what` is "record".
std::string resolve_id(const std::string& what, const std::vector<std::string>& ids,
                       const std::string& given);

}  // namespace isojoule
