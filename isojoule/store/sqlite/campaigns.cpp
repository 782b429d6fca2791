#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/store/sqlite/detail/database.hpp"
#include "isojoule/store/store.hpp"

namespace isojoule {
namespace {

constexpr const char* kCells =
    "SELECT workload, repeat, state, record, reason, attempts, took_s FROM cells "
    "WHERE campaign = ? ORDER BY rowid";

std::vector<CampaignCell> cells_of(SQLite::Database& database, const std::string& campaign) {
  SQLite::Statement statement(database, kCells);
  statement.bind(1, campaign);
  std::vector<CampaignCell> cells;
  while (statement.executeStep()) {
    const auto text = [&statement](int column) { return statement.getColumn(column).getString(); };
    cells.push_back({text(0), statement.getColumn(1).getInt(), cell_state_from_string(text(2)),
                     statement.getColumn(3).isNull() ? "" : text(3), text(4),
                     statement.getColumn(5).getInt(), statement.getColumn(6).getDouble() * second});
  }
  return cells;
}

/// The plan, or its text where that is no JSON: who reads it tells, and the others are there.
Json plan_of(const std::string& text) {
  try {
    return parse_json(text, "the plan");
  } catch (const Error&) {
    return text;
  }
}

/// The row of a cell; a done one is not replaced. False if there is a done one.
bool put_cell(SQLite::Database& database, const std::string& campaign, const CampaignCell& cell) {
  SQLite::Statement statement(
      database,
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

}  // namespace

std::vector<CampaignEntry> StoreReader::campaigns() const {
  return detail::guarded(file_, "read", [this]() -> std::vector<CampaignEntry> {
    if (!database_ || detail::version_of(database_->sqlite) < detail::kFirstVersionWithCampaigns)
      return {};
    SQLite::Statement statement(database_->sqlite,
                                "SELECT id, name, created, plan FROM campaigns ORDER BY rowid");
    std::vector<CampaignEntry> campaigns;
    while (statement.executeStep()) {
      const auto text = [&statement](int column) {
        return statement.getColumn(column).getString();
      };
      campaigns.push_back(
          {text(0), text(1), text(2), plan_of(text(3)), cells_of(database_->sqlite, text(0))});
    }
    return campaigns;
  });
}

CampaignEntry StoreReader::campaign(const std::string& id) const {
  std::vector<CampaignEntry> all = campaigns();
  // The newest of a name goes before ids.
  for (CampaignEntry& entry : std::views::reverse(all)) {
    if (entry.name == id) return std::move(entry);
  }
  std::vector<std::string> ids;
  for (const CampaignEntry& entry : all) ids.push_back(entry.id);
  const std::string found = resolve_id("campaign", ids, id);
  for (CampaignEntry& entry : all) {
    if (entry.id == found) return std::move(entry);
  }
  throw unknown_name("campaign", id, ids);
}

void Store::add(const CampaignEntry& campaign) {
  detail::guarded(file_, "written", [&] {
    database_->run("INSERT INTO campaigns(id, name, created, plan) VALUES (?, ?, ?, ?)",
                   {campaign.id, campaign.name, campaign.created, campaign.plan.dump()});
  });
}

void Store::end_cell(const std::string& campaign, const CampaignCell& cell, const Record* record) {
  detail::guarded(file_, "written", [&] {
    SQLite::Transaction transaction(database_->sqlite, SQLite::TransactionBehavior::IMMEDIATE);
    if (record != nullptr) add_record(database_->sqlite, file_, *record);
    if (!put_cell(database_->sqlite, campaign, cell))
      throw Error(ErrorCode::io, fmt::format("campaign {} has measured {} {} already", campaign,
                                             cell.workload, cell.repeat));
    transaction.commit();
  });
}

}  // namespace isojoule
