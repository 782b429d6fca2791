// How a store's file is opened, and what its tables are.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "isojoule/core/error.hpp"

namespace isojoule::detail {

inline constexpr int kStoreVersion = 2;
inline constexpr int kFirstVersionWithCampaigns = 2;
inline constexpr int kBusyTimeoutMs = 10'000;

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

using Values = std::vector<std::string>;

void bind_all(SQLite::Statement& statement, const Values& values);

/// Throws Error(io) where a file must not become a store: a directory, no database.
void require_store_or_nothing(const std::filesystem::path& file);
/// Makes the file's directory; throws as require_store_or_nothing does.
void make_room_for(const std::filesystem::path& file);

/// PRAGMA user_version.
int version_of(SQLite::Database& database);
/// Whether the file is still empty. Throws where it is not a store, or not one for this program.
bool is_new(SQLite::Database& database, const std::filesystem::path& file);
/// Makes the tables of a new store, and those that one of an older version lacks. The question
/// which it is is asked again under the lock: of two processes that open one store at once, the
/// second finds it made.
void make_tables(SQLite::Database& database, const std::filesystem::path& file);
/// SQLite does not wait for locks on its way into write-ahead mode, so this does. On a file system
/// that cannot share memory it keeps its rollback journal, as safe and slower.
void use_write_ahead_log(SQLite::Database& database);

/// Whether somebody may be writing: what is in a log is not in the file yet.
bool has_log(const std::filesystem::path& file);
/// The file as a URI that tells SQLite that nobody writes to it.
std::string unchanging_uri(const std::filesystem::path& file);

}  // namespace isojoule::detail
