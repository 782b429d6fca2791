// The store behind open_sqlite_to_read and open_sqlite_to_write.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "isojoule/record/store.hpp"
#include "isojoule/store/sqlite/detail/file.hpp"

namespace isojoule::detail {

/// Opened to read, it is handed out as a StoreReader: nobody calls what writes.
class SqliteStore final : public Store {
 public:
  /// `database` empty: there is no file, nothing is held.
  SqliteStore(std::filesystem::path file, std::unique_ptr<SQLite::Database> database)
      : file_(std::move(file)), database_(std::move(database)) {}

  StoreFolders folders() const override;
  void for_each_record(const std::function<void(Record)>& look) const override;
  void for_each_summary(const std::function<void(RecordSummary)>& look) const override;
  std::vector<MachineProfile> profiles() const override;
  std::optional<MachineProfile> profile(const std::string& name) const override;
  std::vector<CampaignEntry> campaigns() const override;

  void add(const Record& record) override;
  void put(const MachineProfile& profile) override;
  void add(const CampaignEntry& campaign) override;
  void end_cell(const std::string& campaign, const CampaignCell& cell,
                const Record* record) override;

 private:
  std::optional<Record> find_record(const std::string& id) const override;
  std::optional<CampaignEntry> find_campaign(const std::string& id) const override;
  Ids ids_from(Kept kept, const std::string& prefix, std::size_t most) const override;
  std::optional<std::string> latest_record() const override;
  std::optional<std::string> latest_campaign() const override;
  std::optional<std::string> campaign_named(const std::string& name) const override;

  /// Version 1 had no campaigns.
  bool has_campaigns() const;
  bool has(Kept kept) const;
  /// Calls `look` with the statement at each row of the answer.
  void for_each_row(const std::string& query, const Values& values,
                    const std::function<void(SQLite::Statement&)>& look) const;
  /// The first column of the first row.
  std::optional<std::string> first_text(const std::string& query, const Values& values) const;
  std::vector<CampaignEntry> campaigns_where(const std::string& condition,
                                             const Values& values) const;
  /// How many rows the command changed.
  int run(const char* command, const Values& values);
  /// Within a transaction of the caller's.
  void add_row(const Record& record);
  bool put_cell(const std::string& campaign, const CampaignCell& cell);

  std::filesystem::path file_;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace isojoule::detail
