#include "isojoule/sensor/detail/visible_devices.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace isojoule::detail {
namespace {

/// The entries of a list, without spaces around them.
std::vector<std::string_view> entries_of(std::string_view list) {
  std::vector<std::string_view> entries;
  while (true) {
    std::string_view entry = list.substr(0, list.find(','));
    const bool last = entry.size() == list.size();
    if (!last) list.remove_prefix(entry.size() + 1);
    entry.remove_prefix(std::min(entry.find_first_not_of(' '), entry.size()));
    entry = entry.substr(0, entry.find_last_not_of(' ') + 1);
    entries.push_back(entry);
    if (last) return entries;
  }
}

std::optional<std::size_t> index_in(std::string_view entry) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), index);
  if (error != std::errc{} || end != entry.data() + entry.size()) return std::nullopt;
  return index;
}

/// The one device that an entry names.
std::optional<std::size_t> place_of(std::string_view entry,
                                    const std::vector<std::string>& unique_ids) {
  if (const auto index = index_in(entry)) return *index < unique_ids.size() ? index : std::nullopt;
  if (!entry.starts_with("GPU-")) return std::nullopt;
  const auto is_meant = [entry](const std::string& id) { return id.starts_with(entry); };
  const auto found = std::ranges::find_if(unique_ids, is_meant);
  if (found == unique_ids.end() || std::ranges::count_if(unique_ids, is_meant) > 1)
    return std::nullopt;
  return static_cast<std::size_t>(found - unique_ids.begin());
}

}  // namespace

DeviceList listed_devices(std::string_view list, const std::vector<std::string>& unique_ids) {
  DeviceList listed;
  for (const std::string_view entry : entries_of(list)) {
    const auto place = place_of(entry, unique_ids);
    if (!place) {
      listed.stopped_at = entry;
      break;
    }
    listed.by_index = listed.by_index || index_in(entry);
    if (std::ranges::find(listed.places, *place) == listed.places.end())
      listed.places.push_back(*place);
  }
  return listed;
}

}  // namespace isojoule::detail
