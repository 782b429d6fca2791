#include "isojoule/record/campaign_entry.hpp"

#include <array>
#include <utility>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using State = CampaignCell::State;

constexpr std::array kStates{std::pair{State::done, "done"}, std::pair{State::skipped, "skipped"},
                             std::pair{State::failed, "failed"}};

}  // namespace

std::string_view to_string(State state) {
  for (const auto& [candidate, name] : kStates) {
    if (candidate == state) return name;
  }
  return "";
}

State cell_state_from_string(std::string_view text) {
  std::vector<std::string> known;
  for (const auto& [state, name] : kStates) {
    if (text == name) return state;
    known.emplace_back(name);
  }
  throw unknown_name("state of a cell", text, known);
}

}  // namespace isojoule
