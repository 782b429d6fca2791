#include "isojoule/record/campaign_entry.hpp"

#include <array>
#include <utility>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using CellState = CampaignCell::State;

constexpr std::array kCellStates{std::pair{CellState::done, "done"},
                                 std::pair{CellState::skipped, "skipped"},
                                 std::pair{CellState::failed, "failed"}};

}  // namespace

std::string_view to_string(CellState state) {
  for (const auto& [candidate, name] : kCellStates) {
    if (candidate == state) return name;
  }
  return "";
}

CellState cell_state_from_string(std::string_view text) {
  std::vector<std::string> known;
  for (const auto& [state, name] : kCellStates) {
    if (text == name) return state;
    known.emplace_back(name);
  }
  throw unknown_name("state of a cell", text, known);
}

}  // namespace isojoule
