// One board: what it can tell, and how that is read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/host_info.hpp"
#include "isojoule/core/instant.hpp"
#include "isojoule/sensor/nvml/gauges.hpp"
#include "isojoule/sensor/nvml/nvml_api.hpp"

namespace isojoule::nvml {

struct BoardGauge {
  HeldGauge gauge;
  std::size_t channel;   ///< its place among the sensor's channels
  bool is_told = false;  ///< a failed reading has been told of
};

/// A board and its readings; a place is one among the sensor's channels.
struct Board {
  Device device = nullptr;
  std::string uuid;
  std::string name;
  std::vector<FieldValue> fields;           ///< asked in one call
  std::vector<std::size_t> field_channels;  ///< the place of each
  std::optional<std::size_t> energy;        ///< by a function of its own, where no field has it
  std::optional<std::size_t> power;         ///< likewise
  std::vector<BoardGauge> gauges;
  bool lost = false;

  bool has_readings() const { return !fields.empty() || energy || power; }
};

/// Where a board's channels go, and what is said of it.
struct BoardSurvey {
  std::vector<Channel>& channels;
  const std::filesystem::path& cgroup;  ///< as in Subject
  Instant now;
  std::string text;    ///< what it can tell, or why it is not measured
  std::string remedy;  ///< empty if nothing can be done
  std::vector<MachineSetting>&
      settings;  ///< power limit, clocks, ECC, MIG, as far as the board tells
};

/// Finds out what `board`, of which device, uuid and name are known, can tell, and adds a channel
/// for each. A board that is divided (MIG) or virtual has none: what its counter shows is not, or
/// not only, of whom it is measured for.
/// Its settings are told all the same.
void find_readings(const Session& session, Board& board, BoardSurvey& survey);

}  // namespace isojoule::nvml
