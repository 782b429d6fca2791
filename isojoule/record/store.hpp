// Where records, profiles and campaigns are kept: what a store does, whatever it is made of. The
// room `store` opens one (isojoule/store/open_store.hpp).
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/record/campaign_entry.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/record/record_summary.hpp"

namespace isojoule {

/// Folders on this machine for what belongs to a store and is not kept in it. They need not exist.
struct StoreFolders {
  std::filesystem::path traces;  ///< the readings of each run
  std::filesystem::path locks;   ///< a file for each campaign that runs here
};

/// A store to look into. Each answer is of one moment; two of them need not be of the same. Not for
/// sharing between threads. All functions throw Error(io) where the store cannot be read, and
/// Error(bad_input) for what is in it and cannot be understood.
///
///   const auto store = open_store_to_read("measured.sqlite");
///   const Record newest = store->record("latest");
class StoreReader {
 public:
  StoreReader() = default;
  StoreReader(const StoreReader&) = delete;
  StoreReader& operator=(const StoreReader&) = delete;
  virtual ~StoreReader() = default;

  virtual StoreFolders folders() const = 0;

  /// Calls `look` with each record, in the order in which they were added (clocks have no say in
  /// it), one at a time: memory does not grow with their number. `look` may read from this store.
  virtual void for_each_record(const std::function<void(Record)>& look) const = 0;
  /// All of them at once.
  std::vector<Record> records() const;
  /// In the same way what a list shows of each. Reads no more of a record than that, so that it is
  /// quick, and does not see what else may be wrong with one.
  virtual void for_each_summary(const std::function<void(RecordSummary)>& look) const = 0;
  /// By id, by an unambiguous prefix of one (4 characters at least), in capitals or not, or
  /// "latest", the one added last of those that no campaign made (a calibration is one). Throws
  /// Error(unknown_name), Error(usage) for a prefix that is ambiguous or too short.
  Record record(const std::string& id) const;

  /// In the order in which they were put there.
  virtual std::vector<MachineProfile> profiles() const = 0;
  virtual std::optional<MachineProfile> profile(const std::string& name) const = 0;

  /// In the order in which they began.
  virtual std::vector<CampaignEntry> campaigns() const = 0;
  /// By its plan's name (the newest of that name), or by id as record() does, "latest" being the
  /// one that began last. Throws likewise.
  CampaignEntry campaign(const std::string& id) const;

 protected:
  enum class Kept { record, campaign };

  /// The identifiers that begin in one way.
  struct Ids {
    std::size_t count = 0;
    std::vector<std::string> first;  ///< the oldest of them
  };

 private:
  /// By the whole id, letter for letter.
  virtual std::optional<Record> find_record(const std::string& id) const = 0;
  virtual std::optional<CampaignEntry> find_campaign(const std::string& id) const = 0;
  /// At most `most` of them are named. Takes no longer the more there are of others.
  virtual Ids ids_from(Kept kept, const std::string& prefix, std::size_t most) const = 0;
  /// The id of the record added last of those that are of no cell and have no kCampaignContext (a
  /// run that failed and was repeated is of no cell any more).
  virtual std::optional<std::string> latest_record() const = 0;
  virtual std::optional<std::string> latest_campaign() const = 0;
  /// The id of the newest campaign whose plan has that name.
  virtual std::optional<std::string> campaign_named(const std::string& name) const = 0;

  std::string meant_by_latest() const;
  /// The one id that `given` begins, which is none as it stands.
  std::string only_id(Kept kept, const std::string& given) const;
};

/// A store to keep things in. Each call is one transaction, so that a process killed in the middle
/// leaves the store as before or after it. All functions throw Error(io) where the store cannot be
/// written.
class Store : public StoreReader {
 public:
  /// Takes the place of a record of the same id that was cut off, as recovered while its run went
  /// on. Throws Error(io) for another id that is there already.
  virtual void add(const Record& record) = 0;
  /// Replaces a profile of the same name.
  virtual void put(const MachineProfile& profile) = 0;
  /// A campaign that begins; its cells are not looked at.
  virtual void add(const CampaignEntry& campaign) = 0;
  /// Keeps, in one transaction, how a cell of a campaign ended and its record, if there is one: a
  /// process that is killed leaves both or none. Takes the place of a cell that failed or was
  /// skipped. Throws Error(io), and keeps nothing, if the cell is done already.
  virtual void end_cell(const std::string& campaign, const CampaignCell& cell,
                        const Record* record) = 0;
};

}  // namespace isojoule
