#include "isojoule/sensor/amd/amd.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/sensor/amd/board.hpp"
#include "isojoule/sensor/amd/self_test.hpp"
#include "isojoule/sensor/amd/source.hpp"
#include "isojoule/sensor/detail/presence.hpp"
#include "isojoule/sensor/detail/visible_devices.hpp"

namespace isojoule {
namespace {

using amd::address_of;
using amd::Board;
using amd::kMicrowatt;
using amd::PowerKind;
using amd::Source;

constexpr double kTransientFactor = 2.0;  // bursts above the highest cap
constexpr const char* kVendor = "0x1002";
constexpr const char* kUnknownAveraging =
    "over how long AMD's powers are averaged is not published";

/// The same for all partitions of a board: bits 28 to 31 tell a partition.
std::uint64_t place_on_bus(std::uint64_t pci_id) {
  return pci_id & ~std::uint64_t{0xf0000000} & ~std::uint64_t{0x7};
}

std::string place_of(const Board& board) { return address_of(board.identity.pci_id); }

struct Survey {
  std::unique_ptr<Source> source;
  std::vector<Board> boards;
  std::vector<Channel> channels;
  Probe probe;
  bool is_absent = false;  ///< the library
};

Channel make_channel(const Board& board, const char* quantity,
                     std::variant<Energy, Power, Gauge> unit, std::optional<Power> bound) {
  Channel channel;
  channel.id = fmt::format("amd:{}:{}", place_of(board), quantity);
  channel.component = "gpu-" + place_of(board);
  channel.label = board.identity.name;
  channel.scope = Scope::gpu;
  channel.unit = std::move(unit);
  channel.max_power = bound;
  channel.caveat = channel.is_power() ? kUnknownAveraging : board.doubt;
  return channel;
}

/// Why a board that shows no energy of its own is not measured; empty if it is.
std::string why_left_out(const Source& source, const Board& board, const amd::PowerCap& cap) {
  const auto power = source.power(board.index);
  if (power && power->microwatts == 0)
    return "0 W, so that it has no energy of its own: the second die of a board (MI250), whose "
           "first die reports the energy of both";
  if (cap.is_absent)
    return "it has no power cap, as the graphics inside a processor, whose power is that of the "
           "whole package";
  return {};
}

/// Adds the channels of a board; says in words what it shows.
std::string add_board(Survey& found, Board& board) {
  const amd::PowerCap cap = found.source->cap(board.index);
  const std::string why_not = why_left_out(*found.source, board, cap);
  if (!why_not.empty()) return why_not;
  std::optional<Power> bound;
  if (cap.most) bound = kTransientFactor * *cap.most;
  const auto add = [&found](Channel channel) {
    found.channels.push_back(std::move(channel));
    return found.channels.size() - 1;
  };
  std::vector<std::string> abilities;
  if (board.resolution > Energy{}) {
    board.energy = add(make_channel(board, "energy", board.resolution, bound));
    abilities.push_back("energy counter");
  }
  if (board.power_kind) {
    const bool is_average = *board.power_kind == PowerKind::average;
    board.power =
        add(make_channel(board, is_average ? "power-average" : "power-instant", kMicrowatt, bound));
    abilities.push_back("power");
  }
  if (abilities.empty())
    return fmt::format("neither energy ({}) nor power ({})", board.no_counter, board.no_power);
  if (!board.power_kind && !board.no_power.empty())
    return fmt::format("energy counter only; no power: {}", board.no_power);
  if (board.energy) return fmt::format("{}", fmt::join(abilities, ", "));
  return fmt::format("power only; no energy counter: {}", board.no_counter);
}

Board find_board(const Source& source, std::uint32_t index) {
  Board board;
  board.index = index;
  board.identity = source.identity(index);
  if (board.identity.name.empty()) board.identity.name = "AMD board";
  return board;
}

/// Leaves the boards that a job sees; says how many of how many, and why.
std::vector<std::string> leave_visible(const Environment& environment, std::vector<Board>& boards) {
  std::vector<std::string> texts;
  const auto leave = [&](const char* variable) {
    const auto list = environment.get(variable);
    if (!list) return false;
    std::vector<std::string> ids;
    for (const Board& board : boards) ids.push_back(board.identity.unique_id);
    std::vector<Board> left;
    for (const std::size_t place : detail::listed_devices(*list, ids).places)
      left.push_back(boards[place]);
    texts.push_back(
        fmt::format("{} of {} boards, by {}={}", left.size(), boards.size(), variable, *list));
    boards = std::move(left);
    return true;
  };
  leave("ROCR_VISIBLE_DEVICES");  // the others count among those that it leaves
  if (!leave("HIP_VISIBLE_DEVICES")) leave("CUDA_VISIBLE_DEVICES");
  return texts;
}

/// Marks the partitions of divided boards.
void mark_parts(std::vector<Board>& boards) {
  for (Board& board : boards) {
    board.is_part =
        std::ranges::count_if(boards, [&board](const Board& other) {
          return place_on_bus(other.identity.pci_id) == place_on_bus(board.identity.pci_id);
        }) > 1;
  }
}

void take_boards(Survey& found, const World& world, std::uint32_t count) {
  std::vector<Board> boards;
  for (std::uint32_t index = 0; index < count; ++index)
    boards.push_back(find_board(*found.source, index));
  mark_parts(boards);
  std::vector<std::string> texts = leave_visible(*world.environment, boards);
  const auto leave_out = [&](const Board& board, const std::string& reason) {
    const std::string name = fmt::format("{} {}", board.identity.name, place_of(board));
    texts.push_back(name + ": " + reason);
    found.probe.unmeasured.push_back({name, reason, ""});
  };
  std::erase_if(boards, [&](const Board& board) {
    if (board.is_part) leave_out(board, "a partition of a board, which has no energy of its own");
    return board.is_part;
  });
  amd::test_counters(*found.source, *world.clock, kAmdSelfTest, boards);
  for (Board& board : boards) {
    const std::string text = add_board(found, board);
    if (board.energy || board.power) {
      texts.push_back(fmt::format("{} {}: {}", board.identity.name, place_of(board), text));
      found.boards.push_back(std::move(board));
    } else {
      leave_out(board, text);
    }
  }
  found.probe.reason = fmt::format("{}", fmt::join(texts, "; "));
  found.probe.usable = !found.channels.empty();
}

/// What one of the libraries shows.
Survey survey_by(amd::Started started, const World& world) {
  Survey found;
  found.source = std::move(started.source);
  found.probe = std::move(started.why_not);
  found.is_absent = started.is_absent;
  if (!found.source) return found;
  const auto count = found.source->count();
  if (!count) {
    found.probe.reason = found.source->name() + " cannot count its boards: " + count.refused;
  } else if (*count == 0) {
    found.probe = {false, found.source->name() + " sees no boards",
                   "in a container: docker run --device /dev/kfd --device /dev/dri; elsewhere, "
                   "lspci -d 1002: shows whether the machine has one"};
  } else {
    take_boards(found, world, *count);
    found.probe.reason += "; by " + found.source->name();
  }
  return found;
}

/// By AMD SMI; by ROCm SMI, which it succeeds, where that gives nothing. What is absent has nothing
/// to say beside what is not.
Survey survey(const World& world) {
  Survey found = survey_by(amd::start_amd_smi(world), world);
  if (found.probe.usable) return found;
  Survey older = survey_by(amd::start_rocm_smi(world), world);
  Survey& first = older.probe.usable || (found.is_absent && !older.is_absent) ? older : found;
  Survey& second = &first == &older ? found : older;
  if (first.is_absent || !second.is_absent) first.probe.reason += "; " + second.probe.reason;
  // A library that is not there says nothing of a board: graphics inside a processor need none.
  if (!first.source && !first.is_absent && detail::has_pci_device(world, kVendor))
    first.probe.unmeasured.push_back({"AMD boards", first.probe.reason, first.probe.remedy});
  return std::move(first);
}

class AmdSensor final : public Sensor {
 public:
  explicit AmdSensor(Survey found)
      : Sensor("amd"), source_(std::move(found.source)), boards_(std::move(found.boards)) {
    channels_ = std::move(found.channels);
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    std::optional<Fault> fault;
    for (const Board& board : boards_) {
      if (board.energy) {
        const auto reading = source_->counter(board.index);
        if (reading) samples[*board.energy] = reading->count;
        note(reading.refused, board, *board.energy, fault);
      }
      if (board.power) {
        const auto reading = source_->power(board.index);
        if (reading) samples[*board.power] = reading->microwatts;
        note(reading.refused, board, *board.power, fault);
      }
    }
    return fault;
  }

  /// Keeps the first of the faults.
  void note(const std::string& refused, const Board& board, std::size_t channel,
            std::optional<Fault>& fault) const {
    if (refused.empty() || fault) return;
    fault = Fault{FaultKind::retry, Instant{}, channels_[channel].id,
                  board.identity.name + ": " + refused};
  }

  std::unique_ptr<Source> source_;
  std::vector<Board> boards_;
};

}  // namespace

Probe probe_amd(const World& world) { return survey(world).probe; }

std::unique_ptr<Sensor> open_amd(const World& world, const Subject&, Probe& probe) {
  Survey found = survey(world);
  probe = found.probe;
  if (!probe.usable) return nullptr;
  return std::make_unique<AmdSensor>(std::move(found));
}

}  // namespace isojoule
