#include "isojoule/table/observation_json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"
#include "isojoule/table/detail/column_keys.hpp"
#include "isojoule/table/detail/json_items.hpp"
#include "isojoule/table/detail/reader_list.hpp"

namespace isojoule {
namespace {

using detail::ColumnKey;
using detail::JsonItems;
using detail::JsonMember;
using detail::Role;

/// Ignored keys are listed up to here: a file may make up new ones without end.
constexpr std::size_t kMaxIgnoredKeys = 1000;

/// The names of an object's members, and what is under them.
class Keys {
 public:
  Keys(const ColumnMap& map, std::string where) : where_(std::move(where)) {
    detail::check_column_map(map);
    for (const Role role : detail::kRoles) {
      if (const ColumnKey* const key = detail::mapped_key(map, role)) {
        keys_[map.at(std::string(key->name))].push_back(key);
        unseen_.insert(map.at(std::string(key->name)));
      } else {
        for (const ColumnKey& one : detail::column_keys())
          if (one.role == role) keys_[std::string(one.name)].push_back(&one);
      }
    }
    refuse_ambiguous_ = detail::mapped_key(map, Role::energy) == nullptr;
  }

  /// Of a member; empty if it has no meaning. Throws Error(bad_input) for energy_mj.
  const std::vector<const ColumnKey*>& meanings(const std::string& name) {
    static const std::vector<const ColumnKey*> kNone;
    const auto found = keys_.find(name);
    if (found != keys_.end()) {
      unseen_.erase(name);
      has_energy_ |= found->second.back()->role == Role::energy;
      return found->second;
    }
    if (refuse_ambiguous_ && name == detail::kAmbiguousKey)
      throw Error(ErrorCode::bad_input, fmt::format("{}: {}", where_, detail::kWhyAmbiguous));
    if (ignored_.size() < kMaxIgnoredKeys && known_ignored_.insert(name).second)
      ignored_.push_back(name);
    return kNone;
  }

  /// The ignored keys, in the order in which they came. Throws for what no object had.
  std::vector<std::string> finish() {
    if (!unseen_.empty())
      throw Error(ErrorCode::unknown_name,
                  where_ + ": " + unknown_name("key", *unseen_.begin(), ignored_).what());
    if (!has_energy_)
      throw Error(ErrorCode::bad_input,
                  fmt::format("{}: no object has a key {}", where_, detail::keys_of(Role::energy)));
    return std::move(ignored_);
  }

 private:
  std::string where_;
  std::map<std::string, std::vector<const ColumnKey*>> keys_;
  std::set<std::string> unseen_;  ///< mapped names that no object had yet
  std::vector<std::string> ignored_;
  std::set<std::string> known_ignored_;
  bool refuse_ambiguous_ = false;
  bool has_energy_ = false;
};

/// The objection to a value that cannot stand under the key; empty: none.
std::string put_member(const ColumnKey& key, const JsonMember& member, Observation& row) {
  using Type = JsonMember::Type;
  if (member.type == Type::null) return {};
  if (key.text == nullptr && member.type == Type::number)
    return detail::put_number(key, member.number, row);
  if (key.text != nullptr &&
      (member.type == Type::text || (key.role == Role::run && member.type == Type::number)))
    return detail::put_text(key, member.text, row);
  return key.text == nullptr ? "is not a number" : "is not a text";
}

/// What is wrong with a member or the whole object.
struct Wrong {
  std::string key;
  std::string reason;
};

std::optional<Wrong> read_item(const std::vector<JsonMember>& members, Keys& keys,
                               Observation& row) {
  std::map<Role, const std::string*> given;
  std::optional<Wrong> wrong;
  for (const JsonMember& member : members) {
    for (const ColumnKey* const key : keys.meanings(member.key)) {
      std::string reason;
      const auto [first, is_new] = given.emplace(key->role, &member.key);
      if (!is_new) {
        reason = *first->second == member.key
                     ? "stands twice"
                     : fmt::format("stands beside {}: choose one by --map", *first->second);
      } else {
        reason = put_member(*key, member, row);
      }
      if (!reason.empty() && !wrong) wrong = Wrong{member.key, std::move(reason)};
    }
  }
  if (wrong) return wrong;
  if (row.workload.empty()) return Wrong{"workload", "is missing"};
  if (row.hardware.empty()) return Wrong{"hardware", "is missing"};
  return std::nullopt;
}

constexpr std::array<std::string_view, 3> kEndings{".json", ".jsonl", ".ndjson"};
constexpr std::array kOptions{kMapOption};

/// Any objects may be observations, their keys having other names; with their own names they are.
FormatMatch recognise(std::string_view beginning) {
  const std::size_t first = beginning.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (beginning[first] != '[' && beginning[first] != '{'))
    return FormatMatch::none;
  const auto has = [beginning](std::string_view key) {
    return beginning.find(key) != std::string_view::npos;
  };
  return has("\"workload\"") && has("\"hardware\"") ? FormatMatch::certain : FormatMatch::possible;
}

TableSummary read(std::istream& in, const std::string& where, const ReaderValues& values,
                  const ObservationSinks& sinks) {
  return read_observations_json(in, where, parse_column_map(values.at("map")), sinks);
}

}  // namespace

constinit const TableReader detail::json_reader{{"json", kEndings, kOptions, recognise}, read};

TableSummary read_observations_json(std::istream& in, const std::string& where,
                                    const ColumnMap& map, const ObservationSinks& sinks) {
  Keys keys(map, where);
  JsonItems items(in, where, kMaxJsonItemBytes);
  TableSummary summary;
  while (items.next()) {
    ++summary.rows;
    Observation row;
    row.line = items.line();
    if (auto wrong = read_item(items.members(), keys, row)) {
      ++summary.faulty;
      sinks.fault({where, row.line, 0, std::move(wrong->key), std::move(wrong->reason)});
    } else {
      sinks.row(std::move(row));
    }
  }
  if (summary.rows == 0) throw Error(ErrorCode::bad_input, where + ": holds no objects");
  summary.ignored_columns = keys.finish();
  return summary;
}

}  // namespace isojoule
