// A store that forgets, for tests of those who use one.
#pragma once

#include <algorithm>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/record/store.hpp"

namespace isojoule {

/// Keeps documents, as other stores do, in vectors. The tests of the room `store` hold it against
/// what a store promises.
class MemoryStore : public Store {
 public:
  explicit MemoryStore(std::filesystem::path folder = {}) : folder_(std::move(folder)) {}

  StoreFolders folders() const override { return {folder_ / "traces", folder_ / "campaigns"}; }

  void for_each_record(const std::function<void(Record)>& look) const override {
    for (const Json& document : records_) look(record_of(document));
  }
  void for_each_summary(const std::function<void(RecordSummary)>& look) const override {
    for (const Json& document : records_) look(summary_of(record_of(document)));
  }
  std::vector<MachineProfile> profiles() const override { return profiles_; }
  std::optional<MachineProfile> profile(const std::string& name) const override {
    const auto found = std::ranges::find(profiles_, name, &MachineProfile::name);
    if (found == profiles_.end()) return std::nullopt;
    return *found;
  }
  std::vector<CampaignEntry> campaigns() const override { return campaigns_; }

  void add(const Record& record) override {
    const auto found = std::ranges::find(records_, record.id, id_of);
    if (found == records_.end()) {
      records_.push_back(record_to_json(record));
      return;
    }
    if (record_of(*found).outcome.state != CommandOutcome::State::cut_off)
      throw Error(ErrorCode::io, "the store holds a record " + record.id + " already");
    *found = record_to_json(record);
  }
  void put(const MachineProfile& profile) override {
    std::erase_if(profiles_, [&](const auto& other) { return other.name == profile.name; });
    profiles_.push_back(profile);
  }
  void add(const CampaignEntry& campaign) override { campaigns_.push_back(campaign); }
  void end_cell(const std::string& campaign, const CampaignCell& cell,
                const Record* record) override {
    std::vector<CampaignCell>& cells =
        std::ranges::find(campaigns_, campaign, &CampaignEntry::id)->cells;
    const auto found = std::ranges::find_if(cells, [&cell](const CampaignCell& other) {
      return other.workload == cell.workload && other.repeat == cell.repeat;
    });
    const bool is_new = found == cells.end();
    if (!is_new && found->state == CampaignCell::State::done)
      throw Error(ErrorCode::io, "campaign " + campaign + " has measured " + cell.workload + " " +
                                     std::to_string(cell.repeat) + " already");
    if (record != nullptr) add(*record);
    if (is_new) {
      cells.push_back(cell);
    } else {
      *found = cell;
    }
  }

 private:
  static std::string id_of(const Json& document) { return document.at("id").get<std::string>(); }
  static Record record_of(const Json& document) {
    return record_from_json(document, "record " + id_of(document));
  }

  std::optional<Record> find_record(const std::string& id) const override {
    const auto found = std::ranges::find(records_, id, id_of);
    if (found == records_.end()) return std::nullopt;
    return record_of(*found);
  }
  std::optional<CampaignEntry> find_campaign(const std::string& id) const override {
    const auto found = std::ranges::find(campaigns_, id, &CampaignEntry::id);
    if (found == campaigns_.end()) return std::nullopt;
    return *found;
  }
  std::vector<std::string> ids(Kept kept) const {
    std::vector<std::string> all;
    if (kept == Kept::record) {
      std::ranges::transform(records_, std::back_inserter(all), id_of);
    } else {
      std::ranges::transform(campaigns_, std::back_inserter(all), &CampaignEntry::id);
    }
    return all;
  }
  Ids ids_from(Kept kept, const std::string& prefix, std::size_t most) const override {
    Ids found;
    for (const std::string& id : ids(kept)) {
      if (!id.starts_with(prefix)) continue;
      ++found.count;
      if (found.first.size() < most) found.first.push_back(id);
    }
    return found;
  }
  bool is_of_a_cell(const std::string& record) const {
    return std::ranges::any_of(campaigns_, [&record](const CampaignEntry& campaign) {
      return std::ranges::find(campaign.cells, record, &CampaignCell::record) !=
             campaign.cells.end();
    });
  }
  std::optional<std::string> latest_record() const override {
    for (const Json& document : std::views::reverse(records_))
      if (!is_of_a_cell(id_of(document)) && !document.at("context").contains(kCampaignContext))
        return id_of(document);
    return std::nullopt;
  }
  std::optional<std::string> latest_campaign() const override {
    if (campaigns_.empty()) return std::nullopt;
    return campaigns_.back().id;
  }
  std::optional<std::string> campaign_named(const std::string& name) const override {
    for (const CampaignEntry& campaign : std::views::reverse(campaigns_))
      if (campaign.name == name) return campaign.id;
    return std::nullopt;
  }

  std::filesystem::path folder_;
  std::vector<Json> records_;
  std::vector<MachineProfile> profiles_;
  std::vector<CampaignEntry> campaigns_;
};

}  // namespace isojoule
