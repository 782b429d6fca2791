#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/store/sqlite/detail/sqlite_store.hpp"

namespace isojoule::detail {
namespace {

constexpr const char* kCells =
    "SELECT workload, repeat, state, record, reason, attempts, took_s FROM cells "
    "WHERE campaign = ? ORDER BY rowid";

CampaignCell cell_of(const SQLite::Statement& row) {
  const auto text = [&row](int column) { return row.getColumn(column).getString(); };
  return {text(0),
          row.getColumn(1).getInt(),
          cell_state_from_string(text(2)),
          row.getColumn(3).isNull() ? "" : text(3),
          text(4),
          row.getColumn(5).getInt(),
          row.getColumn(6).getDouble() * second};
}

/// The plan, or its text where that is no JSON: who reads it tells, and the others are there.
Json plan_of(const std::string& text) {
  try {
    return parse_json(text, "the plan");
  } catch (const Error&) {
    return text;
  }
}

}  // namespace

bool SqliteStore::has_campaigns() const {
  return database_ && guarded(file_, "read", [this] {
           return version_of(*database_) >= kFirstVersionWithCampaigns;
         });
}

bool SqliteStore::has(Kept kept) const {
  return kept == Kept::record ? database_ != nullptr : has_campaigns();
}

std::vector<CampaignEntry> SqliteStore::campaigns_where(const std::string& condition,
                                                        const Values& values) const {
  std::vector<CampaignEntry> campaigns;
  if (!has_campaigns()) return campaigns;
  for_each_row(
      fmt::format("SELECT id, name, created, plan FROM campaigns {} ORDER BY rowid", condition),
      values, [&campaigns](SQLite::Statement& row) {
        const auto text = [&row](int column) { return row.getColumn(column).getString(); };
        campaigns.push_back({text(0), text(1), text(2), plan_of(text(3))});
      });
  for (CampaignEntry& campaign : campaigns)
    for_each_row(kCells, {campaign.id},
                 [&campaign](SQLite::Statement& row) { campaign.cells.push_back(cell_of(row)); });
  return campaigns;
}

std::vector<CampaignEntry> SqliteStore::campaigns() const { return campaigns_where("", {}); }

std::optional<CampaignEntry> SqliteStore::find_campaign(const std::string& id) const {
  std::vector<CampaignEntry> found = campaigns_where("WHERE id = ?", {id});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<std::string> SqliteStore::campaign_named(const std::string& name) const {
  if (!has_campaigns()) return std::nullopt;
  return first_text("SELECT id FROM campaigns WHERE name = ? ORDER BY rowid DESC", {name});
}

std::optional<std::string> SqliteStore::latest_campaign() const {
  if (!has_campaigns()) return std::nullopt;
  return first_text("SELECT id FROM campaigns ORDER BY rowid DESC", {});
}

/// The row of a cell; a done one is not replaced. False if there is a done one.
bool SqliteStore::put_cell(const std::string& campaign, const CampaignCell& cell) {
  SQLite::Statement statement(
      *database_,
      "INSERT INTO cells(campaign, workload, repeat, state, record, reason, attempts, took_s) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, "
      "record = excluded.record, reason = excluded.reason, attempts = excluded.attempts, "
      "took_s = excluded.took_s WHERE cells.state <> 'done'");
  statement.bind(1, campaign);
  statement.bind(2, cell.workload);
  statement.bind(3, cell.repeat);
  statement.bind(4, std::string(to_string(cell.state)));
  if (!cell.record.empty()) statement.bind(5, cell.record);
  statement.bind(6, cell.reason);
  statement.bind(7, cell.attempts);
  statement.bind(8, cell.took.in(second));
  return statement.exec() == 1;
}

void SqliteStore::add(const CampaignEntry& campaign) {
  guarded(file_, "written", [&] {
    run("INSERT INTO campaigns(id, name, created, plan) VALUES (?, ?, ?, ?)",
        {campaign.id, campaign.name, campaign.created, campaign.plan.dump()});
  });
}

void SqliteStore::end_cell(const std::string& campaign, const CampaignCell& cell,
                           const Record* record) {
  guarded(file_, "written", [&] {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    if (record != nullptr) add_row(*record);
    if (!put_cell(campaign, cell))
      throw Error(ErrorCode::io, fmt::format("campaign {} has measured {} {} already", campaign,
                                             cell.workload, cell.repeat));
    transaction.commit();
  });
}

}  // namespace isojoule::detail
