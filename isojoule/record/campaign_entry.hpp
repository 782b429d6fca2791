// What a store keeps of a campaign: its plan, and how each of its cells ended.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// One run of one workload of a campaign, ended.
struct CampaignCell {
  enum class State {
    done,     ///< measured; never run again
    skipped,  ///< cannot be run here: it does not fit into memory
    failed,   ///< ended badly; run again when the campaign is continued
  };
  std::string workload;  ///< its name in the plan
  int repeat = 1;        ///< from 1
  State state = State::done;
  std::string record;  ///< id; empty: none was kept
  std::string reason;  ///< why skipped or failed; of a done one, what disturbed it; empty: nothing
  int attempts = 1;    ///< runs it took: more than one where others disturbed it
  Duration took{};     ///< of all attempts, with the rests between them

  friend bool operator==(const CampaignCell&, const CampaignCell&) = default;
};

std::string_view to_string(CampaignCell::State state);
/// Throws Error(unknown_name).
CampaignCell::State cell_state_from_string(std::string_view text);

struct CampaignEntry {
  std::string id;       ///< as a record's: sorts by time
  std::string name;     ///< of the plan
  std::string created;  ///< wall clock, UTC
  Json plan;  ///< as it was when the campaign began; the campaign room reads it. Its text where
              ///< that is no JSON
  std::vector<CampaignCell> cells = {};  ///< those that have ended, in that order
};

}  // namespace isojoule
