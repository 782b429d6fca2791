#include "isojoule/sensor/nvml/visible_boards.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "isojoule/sensor/detail/visible_devices.hpp"

namespace isojoule::nvml {
namespace {

constexpr const char* kVisible = "CUDA_VISIBLE_DEVICES";
constexpr const char* kOrder = "CUDA_DEVICE_ORDER";

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
  std::vector<std::string> uuids;
  for (const BoardIdentity& board : boards) uuids.push_back(board.uuid);
  const detail::DeviceList listed = detail::listed_devices(*list, uuids);
  if (listed.stopped_at.starts_with("MIG-"))
    return {{},
            fmt::format("{} names a part of a board ({}), which has no energy of its own", kVisible,
                        listed.stopped_at)};
  visible.places = listed.places;
  visible.reason = fmt::format("{} of {} boards, by {}={}", visible.places.size(), boards.size(),
                               kVisible, *list);
  if (listed.by_index && !are_alike(boards) && environment.get(kOrder) != "PCI_BUS_ID")
    visible.reason += fmt::format(
        ", in the order of the PCI bus, in which CUDA counts only with {}=PCI_BUS_ID", kOrder);
  return visible;
}

}  // namespace isojoule::nvml
