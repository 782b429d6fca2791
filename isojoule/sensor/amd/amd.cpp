#include "isojoule/sensor/amd/amd.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/text.hpp"
#include "isojoule/sensor/amd/board.hpp"
#include "isojoule/sensor/amd/rocm_api.hpp"
#include "isojoule/sensor/amd/self_test.hpp"
#include "isojoule/sensor/detail/visible_devices.hpp"

namespace isojoule {
namespace {

using rocm::Board;
using rocm::call;
using rocm::CounterReading;
using rocm::kMicrowatt;
using rocm::PowerType;
using rocm::Session;
using rocm::Status;

/// PCI address of a board: domain:bus:device.function. Bits 28 to 31 tell a partition.
std::string address_of(std::uint64_t pci_id) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", pci_id >> 32, pci_id >> 8 & 0xff,
                     pci_id >> 3 & 0x1f, pci_id & 0x7);
}

/// The same for all partitions of a board.
std::uint64_t place_on_bus(std::uint64_t pci_id) {
  return pci_id & ~std::uint64_t{0xf0000000} & ~std::uint64_t{0x7};
}

struct Survey {
  std::unique_ptr<Session> session;
  std::vector<Board> boards;
  std::vector<Channel> channels;
  Probe probe;
};

Channel make_channel(const Board& board, const char* quantity,
                     std::variant<Energy, Power, Gauge> unit, std::optional<Power> bound) {
  Channel channel;
  channel.id = fmt::format("amd:{}:{}", address_of(board.pci_id), quantity);
  channel.component = "gpu-" + address_of(board.pci_id);
  channel.label = board.name;
  channel.scope = Scope::gpu;
  channel.unit = std::move(unit);
  channel.max_power = bound;
  return channel;
}

/// Adds the channels of a board; says in words what it can tell.
std::string add_board(Survey& found, Board& board) {
  const rocm::Api& api = found.session->api();
  std::uint64_t microwatts = 0;
  PowerType type = PowerType::invalid;
  const Status power = rocm::read_power(api, board.index, type, microwatts);
  if (power == Status::success && microwatts == 0)
    return "0 W, so that it has no energy of its own: the second die of a board (MI250), whose "
           "first die reports the energy of both";
  std::optional<Power> bound;
  if (rocm::read_power_bound(api, board.index, bound) == Status::not_supported)
    return "it has no power cap, as the graphics inside a processor, whose power is that of the "
           "whole package";
  const auto add = [&found](Channel channel) {
    found.channels.push_back(std::move(channel));
    return found.channels.size() - 1;
  };
  std::vector<std::string> abilities;
  if (board.resolution > Energy{}) {
    board.energy = add(make_channel(board, "energy", board.resolution, bound));
    abilities.push_back("energy counter");
  }
  if (board.power_type != PowerType::invalid) {
    const bool is_average = board.power_type == PowerType::average;
    board.power =
        add(make_channel(board, is_average ? "power-average" : "power-instant", kMicrowatt, bound));
    abilities.push_back("power");
  }
  if (abilities.empty())
    return fmt::format("neither energy ({}) nor power ({})", board.no_counter,
                       found.session->describe(power));
  if (board.energy) return fmt::format("{}", fmt::join(abilities, ", "));
  return fmt::format("power only; no energy counter: {}", board.no_counter);
}

Board find_board(const Session& session, std::uint32_t index) {
  const rocm::Api& api = session.api();
  Board board;
  board.index = index;
  // Without an address the index stands in for the bus, so that boards are still told apart.
  if (call(api.pci_id, index, &board.pci_id) != Status::success)
    board.pci_id = std::uint64_t{index} << 8;
  std::uint64_t unique_id = 0;
  if (call(api.unique_id, index, &unique_id) == Status::success)
    board.unique_id = fmt::format("GPU-{:016x}", unique_id);
  std::array<char, 128> text{};
  if (call(api.name, index, text.data(), text.size()) == Status::success) {
    text.back() = '\0';
    board.name = valid_utf8(text.data());
  }
  if (board.name.empty()) board.name = "AMD board";
  return board;
}

/// Leaves the boards that a job sees; says how many of how many, and why.
std::vector<std::string> leave_visible(const Environment& environment, std::vector<Board>& boards) {
  std::vector<std::string> texts;
  const auto leave = [&](const char* variable) {
    const auto list = environment.get(variable);
    if (!list) return false;
    std::vector<std::string> ids;
    for (const Board& board : boards) ids.push_back(board.unique_id);
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
    board.is_part = std::ranges::count_if(boards, [&board](const Board& other) {
                      return place_on_bus(other.pci_id) == place_on_bus(board.pci_id);
                    }) > 1;
  }
}

void take_boards(Survey& found, const World& world, std::uint32_t count) {
  std::vector<Board> boards;
  for (std::uint32_t index = 0; index < count; ++index)
    boards.push_back(find_board(*found.session, index));
  mark_parts(boards);
  std::vector<std::string> texts = leave_visible(*world.environment, boards);
  std::erase_if(boards, [&texts](const Board& board) {
    if (board.is_part)
      texts.push_back(fmt::format("{} {}: a partition of a board, which has no energy of its own",
                                  board.name, address_of(board.pci_id)));
    return board.is_part;
  });
  rocm::test_counters(*found.session, *world.clock, kAmdSelfTest, boards);
  for (Board& board : boards) {
    const std::string text = add_board(found, board);
    texts.push_back(fmt::format("{} {}: {}", board.name, address_of(board.pci_id), text));
    if (board.energy || board.power) found.boards.push_back(std::move(board));
  }
  found.probe.reason = fmt::format("{}", fmt::join(texts, "; "));
  found.probe.usable = !found.channels.empty();
}

Survey survey(const World& world) {
  Survey found;
  found.session = Session::start(world, found.probe);
  if (!found.session) return found;
  std::uint32_t count = 0;
  const Status status = call(found.session->api().device_count, &count);
  if (status != Status::success) {
    found.probe.reason = "ROCm SMI cannot count its boards: " + found.session->describe(status);
    return found;
  }
  if (count == 0) {
    found.probe = {false, "ROCm SMI sees no boards",
                   "in a container: docker run --device /dev/kfd --device /dev/dri; elsewhere, "
                   "lspci -d 1002: shows whether the machine has one"};
    return found;
  }
  take_boards(found, world, count);
  return found;
}

class AmdSensor final : public Sensor {
 public:
  explicit AmdSensor(Survey found)
      : Sensor("amd"), session_(std::move(found.session)), boards_(std::move(found.boards)) {
    channels_ = std::move(found.channels);
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    const rocm::Api& api = session_->api();
    std::optional<Fault> fault;
    for (const Board& board : boards_) {
      if (board.energy) {
        CounterReading reading;
        const Status status = rocm::read_counter(api, board.index, reading);
        keep(status, reading.count, board, *board.energy, samples, fault);
      }
      if (board.power) {
        std::uint64_t microwatts = 0;
        PowerType type = PowerType::invalid;
        const Status status = rocm::read_power(api, board.index, type, microwatts);
        keep(status, microwatts, board, *board.power, samples, fault);
      }
    }
    return fault;
  }

  void keep(Status status, std::uint64_t count, const Board& board, std::size_t channel,
            std::span<Sample> samples, std::optional<Fault>& fault) const {
    if (status == Status::success) {
      samples[channel] = count;
    } else if (!fault) {
      fault = Fault{FaultKind::retry, Instant{}, channels_[channel].id,
                    board.name + ": " + session_->describe(status)};
    }
  }

  std::unique_ptr<Session> session_;
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
