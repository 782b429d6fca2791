#include "isojoule/sensor/nvml/visible_boards.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace isojoule::nvml {
namespace {

constexpr const char* kVisible = "CUDA_VISIBLE_DEVICES";
constexpr const char* kOrder = "CUDA_DEVICE_ORDER";

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

/// The one board that an entry names.
std::optional<std::size_t> place_of(std::string_view entry,
                                    const std::vector<BoardIdentity>& boards) {
  if (const auto index = index_in(entry)) return *index < boards.size() ? index : std::nullopt;
  if (!entry.starts_with("GPU-")) return std::nullopt;
  const auto is_meant = [entry](const BoardIdentity& board) {
    return board.uuid.starts_with(entry);
  };
  const auto found = std::ranges::find_if(boards, is_meant);
  if (found == boards.end() || std::ranges::count_if(boards, is_meant) > 1) return std::nullopt;
  return static_cast<std::size_t>(found - boards.begin());
}

bool are_alike(const std::vector<BoardIdentity>& boards) {
  return std::ranges::all_of(
      boards, [&boards](const BoardIdentity& board) { return board.name == boards.front().name; });
}

}  // namespace

VisibleBoards visible_boards(const Environment& environment,
                             const std::vector<BoardIdentity>& boards) {
  VisibleBoards visible;
  const auto list = environment.get(kVisible);
  if (!list) {
    visible.places.resize(boards.size());
    std::iota(visible.places.begin(), visible.places.end(), std::size_t{0});
    return visible;
  }
  bool by_index = false;
  for (const std::string_view entry : entries_of(*list)) {
    if (entry.starts_with("MIG-"))
      return {{},
              fmt::format("{} names a part of a board ({}), which has no energy of its own",
                          kVisible, entry)};
    const auto place = place_of(entry, boards);
    if (!place) break;
    by_index = by_index || index_in(entry);
    if (std::ranges::find(visible.places, *place) == visible.places.end())
      visible.places.push_back(*place);
  }
  visible.reason = fmt::format("{} of {} boards, by {}={}", visible.places.size(), boards.size(),
                               kVisible, *list);
  if (by_index && !are_alike(boards) && environment.get(kOrder) != "PCI_BUS_ID")
    visible.reason += fmt::format(
        ", in the order of the PCI bus, in which CUDA counts only with {}=PCI_BUS_ID", kOrder);
  return visible;
}

}  // namespace isojoule::nvml
