// Where records, profiles and campaigns are kept: one SQLite file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/record/campaign_entry.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

/// A store to look into. Several processes may use one file; a locked store is waited for 10 s. Not
/// for sharing between threads.
class StoreReader {
 public:
  /// Opens a file without making or changing one; it need not be writable. A file that is not there
  /// is a store that holds nothing. Throws Error(io) if it cannot be read or is not a store;
  /// Error(bad_input) if its schema is newer than this program's.
  explicit StoreReader(const std::filesystem::path& file);
  /// Holds nothing.
  StoreReader();
  ~StoreReader();
  StoreReader(StoreReader&&) noexcept;
  StoreReader& operator=(StoreReader&&) noexcept;

  const std::filesystem::path& file() const { return file_; }

  /// In the order in which they were added; clocks have no say in it.
  std::vector<Record> records() const;
  /// By id, by an unambiguous prefix of one (4 characters at least), in capitals or not, or
  /// "latest", which was added last. Throws Error(unknown_name), Error(usage) for a prefix that is
  /// ambiguous or too short.
  Record record(const std::string& id) const;
  /// In the order in which they were put there.
  std::vector<MachineProfile> profiles() const;
  std::optional<MachineProfile> profile(const std::string& name) const;
  /// In the order in which they began.
  std::vector<CampaignEntry> campaigns() const;
  /// By its plan's name (the newest of that name), or by id as record() does. Throws likewise.
  CampaignEntry campaign(const std::string& id) const;

 protected:
  struct Database;
  struct Row;
  StoreReader(std::filesystem::path file, std::unique_ptr<Database> database);
  std::vector<Row> rows(const char* query, const std::vector<std::string>& values = {}) const;

  std::filesystem::path file_;
  std::unique_ptr<Database> database_;  ///< empty: there is no file
};

/// A store to keep things in: in write-ahead mode, where the file system can
/// (docs/formats/store.md). Each call is one transaction, so that a process killed in the middle
/// leaves the store as before or after it.
class Store : public StoreReader {
 public:
  /// Opens, and makes if need be, the file and its directory. Throws as StoreReader does, and
  /// Error(io) if it cannot be made or written.
  explicit Store(const std::filesystem::path& file);

  /// Takes the place of a record of the same id that was cut off, as recovered while its run went
  /// on. Throws Error(io) if it cannot be written, also for another id that is there already.
  void add(const Record& record);
  /// Replaces a profile of the same name.
  void put(const MachineProfile& profile);
  /// A campaign that begins; its cells are not looked at.
  void add(const CampaignEntry& campaign);
  /// Keeps, in one transaction, how a cell of a campaign ended and its record, if there is one: a
  /// process that is killed leaves both or none. Takes the place of a cell that failed or was
  /// skipped. Throws Error(io), and keeps nothing, if the cell is done already.
  void end_cell(const std::string& campaign, const CampaignCell& cell, const Record* record);
};

/// $XDG_DATA_HOME/isojoule/store.sqlite, or ~/.local/share/isojoule/store.sqlite. Empty where
/// neither XDG_DATA_HOME nor HOME is set to an absolute path (others count as not set).
std::optional<std::filesystem::path> default_store_file(const Environment& environment);

}  // namespace isojoule
