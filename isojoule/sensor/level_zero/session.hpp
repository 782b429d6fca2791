// Level Zero, started, and what it finds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/level_zero/level_zero_api.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule::level_zero {

/// A board as Sysman knows it: always the whole one, whatever the job has of it.
struct Board {
  Device device = nullptr;
  Driver driver = nullptr;
  DeviceProperties properties;
  std::string address;  ///< "0000:03:00.0"
  std::string name;

  std::uint32_t tiles() const { return std::max<std::uint32_t>(1, properties.subdevices); }
};

/// What a job has.
struct Visible {
  std::size_t board = 0;  ///< in the list of boards
  bool is_whole = true;
  std::vector<std::uint32_t> tiles;  ///< which, where it is not whole; empty: not known
};

/// The library, started in one of two ways: zesInit, where Sysman has devices of its own, which no
/// mask hides; or, before that, zeInit with ZES_ENABLE_SYSMAN=1 in the environment, where the
/// core's devices are Sysman's. There is nothing to end, and the library stays open for the
/// process's life: its threads may go on.
class Session {
 public:
  /// Empty if the library cannot be opened or does not start; `why_not` then says why and what to
  /// do.
  static std::unique_ptr<Session> start(const World& world, Probe& why_not);

  const Api& api() const { return api_; }
  const std::vector<Board>& boards() const { return boards_; }
  /// What ZE_AFFINITY_MASK leaves of them, in the driver's own reading of it, which knows the
  /// hierarchy (FLAT, COMPOSITE, COMBINED); all boards where there is no mask. What cannot be told
  /// is said in `trouble`.
  std::vector<Visible> visible(const World& world, std::string& trouble) const;

 private:
  explicit Session(const Library& library) : api_(load_api(library)) {}
  Result start_sysman();
  Result start_by_core(const World& world);
  void add_board(Driver driver, Device device);
  std::vector<Visible> visible_by_core(const World& world, std::string& trouble) const;
  std::vector<Visible> all() const;
  bool place(Device core_device, std::vector<Visible>& visible) const;
  void place_tile(const Uuid& uuid, std::vector<Visible>& visible, bool& found) const;

  Api api_;
  bool by_core_ = false;
  std::vector<Board> boards_;
};

/// A result in words.
std::string describe(Result result);

}  // namespace isojoule::level_zero
