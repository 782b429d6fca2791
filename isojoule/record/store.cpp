#include "isojoule/record/store.hpp"

#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

constexpr const char* kLatest = "latest";
constexpr std::size_t kShortestPrefix = 4;
constexpr std::size_t kMatchesShown = 4;
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

std::string upper_case(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// What has the id `given`, in capitals or not, or else the one that it begins.
template <class Find, class OnlyId>
auto chosen(const std::string& given, Find find, OnlyId only_id) {
  for (const std::string& id : {given, upper_case(given)}) {
    if (auto found = find(id)) return *std::move(found);
  }
  return find(only_id(given)).value();
}

}  // namespace

std::vector<Record> StoreReader::records() const {
  std::vector<Record> records;
  for_each_record([&records](Record record) { records.push_back(std::move(record)); });
  return records;
}

std::string StoreReader::only_id(Kept kept, const std::string& given) const {
  const std::string_view what = kept == Kept::record ? "record" : "campaign";
  const Ids found = ids_from(kept, upper_case(given), kMatchesShown);
  if (found.count == 0) throw unknown_name(what, given, ids_from(kept, "", kAll).first);
  if (given.size() < kShortestPrefix)
    throw Error(ErrorCode::usage,
                fmt::format("'{}' is too short for the beginning of a {}'s identifier; give {} "
                            "characters or more",
                            given, what, kShortestPrefix));
  if (found.count == 1) return found.first.front();
  throw Error(ErrorCode::usage,
              fmt::format("'{}' begins the identifiers of {} {}s, such as {}; give more "
                          "characters",
                          given, found.count, what, fmt::join(found.first, ", ")));
}

std::string StoreReader::meant_by_latest() const {
  if (auto id = latest_record()) return *std::move(id);
  if (ids_from(Kept::record, "", 0).count > 0)
    throw Error(ErrorCode::unknown_name,
                "no record is the latest: campaigns made all that the store has; name one by its "
                "id, as isojoule records list shows it");
  return kLatest;
}

Record StoreReader::record(const std::string& id) const {
  return chosen(
      id == kLatest ? meant_by_latest() : id,
      [this](const std::string& whole) { return find_record(whole); },
      [this](const std::string& given) { return only_id(Kept::record, given); });
}

CampaignEntry StoreReader::campaign(const std::string& id) const {
  std::string wanted = campaign_named(id).value_or(id);
  if (wanted == kLatest) wanted = latest_campaign().value_or(wanted);
  return chosen(
      wanted, [this](const std::string& whole) { return find_campaign(whole); },
      [this](const std::string& given) { return only_id(Kept::campaign, given); });
}

}  // namespace isojoule
