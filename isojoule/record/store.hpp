// Where records and profiles are kept: one SQLite file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

/// A store in write-ahead mode (where the file system can; docs/formats/store.md); each call is one
/// transaction, so that a process killed in the middle leaves the store as before or after it.
/// Several processes may use one file; a locked store is waited for 10 s. Not for sharing between
/// threads.
class Store {
 public:
  /// Opens, and makes if need be, the file and its directory. Throws Error(io) if that cannot be
  /// done or it is not a store; Error(bad_input) if its schema is newer than this program's.
  explicit Store(const std::filesystem::path& file);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  const std::filesystem::path& file() const { return file_; }

  /// Throws Error(io) if it cannot be written, also for an id that is there already.
  void add(const Record& record);
  /// Replaces a profile of the same name.
  void put(const MachineProfile& profile);

  /// Oldest first.
  std::vector<Record> records() const;
  /// By id, by an unambiguous prefix of one (4 characters at least), in capitals or not, or
  /// "latest". Throws Error(unknown_name), Error(usage) for a prefix that is ambiguous or too
  /// short.
  Record record(const std::string& id) const;
  /// By name.
  std::vector<MachineProfile> profiles() const;
  std::optional<MachineProfile> profile(const std::string& name) const;

 private:
  struct Database;
  std::filesystem::path file_;
  std::unique_ptr<Database> database_;
};

/// $XDG_DATA_HOME/isojoule/store.sqlite, or ~/.local/share/isojoule/store.sqlite. Throws Error(io)
/// where neither XDG_DATA_HOME nor HOME is set to an absolute path (others count as not set).
std::filesystem::path default_store_file(const Environment& environment);

}  // namespace isojoule
