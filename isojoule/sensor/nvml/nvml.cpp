#include "isojoule/sensor/nvml/nvml.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/text.hpp"
#include "isojoule/sensor/nvml/nvml_api.hpp"
#include "isojoule/sensor/nvml/visible_boards.hpp"

namespace isojoule {
namespace {

using nvml::call;
using nvml::Device;
using nvml::Result;
using nvml::Session;

// Above the board's highest power limit, because transients of up to twice the limit are known.
constexpr double kTransientFactor = 2.0;

constexpr unsigned int kTextBytes = 96;  // NVML's own limit on names and UUIDs

struct Board {
  Device device = nullptr;
  std::string uuid;
  std::string name;
  std::optional<std::size_t> energy;  ///< its place among the channels
  std::optional<std::size_t> power;
  bool lost = false;
};

struct Survey {
  std::unique_ptr<Session> session;
  std::vector<Board> boards;
  std::vector<Channel> channels;
  Probe probe;
};

std::string query_text(Result (*query)(Device, char*, unsigned int), Device device,
                       std::string otherwise) {
  std::array<char, kTextBytes> text{};
  if (call(query, device, text.data(), kTextBytes) != Result::success) return otherwise;
  text.back() = '\0';
  return valid_utf8(text.data());
}

std::optional<Power> power_bound(const nvml::Api& api, Device device) {
  unsigned int least = 0;
  unsigned int most = 0;
  if (call(api.power_limits, device, &least, &most) != Result::success &&
      call(api.enforced_power_limit, device, &most) != Result::success)
    return std::nullopt;
  if (most == 0) return std::nullopt;  // no limit at all, or none that is told
  return kTransientFactor * static_cast<double>(most) * milliwatt;
}

std::size_t add_channel(Survey& found, const Board& board, const char* quantity,
                        std::variant<Energy, Power, Gauge> unit) {
  Channel channel;
  channel.id = fmt::format("nvml:{}:{}", board.uuid, quantity);
  channel.component = "gpu-" + board.uuid;
  channel.label = board.name;
  channel.scope = Scope::gpu;
  channel.unit = unit;
  channel.max_power = power_bound(found.session->api(), board.device);
  found.channels.push_back(std::move(channel));
  return found.channels.size() - 1;
}

/// Adds a board's channels; says in words what it can tell.
std::string add_board(Survey& found, Board board) {
  const nvml::Api& api = found.session->api();
  unsigned long long millijoules = 0;
  unsigned int milliwatts = 0;
  const Result energy = call(api.total_energy, board.device, &millijoules);
  const Result power = call(api.power_usage, board.device, &milliwatts);
  if (energy == Result::success) board.energy = add_channel(found, board, "energy", millijoule);
  if (power == Result::success) board.power = add_channel(found, board, "power", milliwatt);

  std::string abilities;
  if (board.energy && board.power) {
    abilities = "energy counter and power";
  } else if (board.energy) {
    abilities = "energy counter only";
  } else if (board.power) {
    abilities = "power only";
  } else {
    abilities = "neither energy (" + found.session->describe(energy) + ") nor power (" +
                found.session->describe(power) + ")";
  }
  std::string text = fmt::format("{} {}: {}", board.name, board.uuid, abilities);
  if (board.energy || board.power) found.boards.push_back(std::move(board));
  return text;
}

/// Without a device, and with the reason for its name, if the board does not answer.
Board find_board(const Session& session, unsigned int index) {
  const nvml::Api& api = session.api();
  Board board;
  const Result result = call(api.device_by_index, index, &board.device);
  if (result != Result::success)
    return {nullptr, "", fmt::format("board {}: {}", index, session.describe(result)), {}, {}};
  board.uuid = query_text(api.uuid, board.device, fmt::format("index-{}", index));
  board.name = query_text(api.name, board.device, "NVIDIA board");
  return board;
}

/// Takes the boards that a job sees.
void take_boards(Survey& found, const Environment& environment, unsigned int count) {
  std::vector<Board> boards;
  std::vector<nvml::BoardIdentity> identities;
  for (unsigned int index = 0; index < count; ++index) {
    boards.push_back(find_board(*found.session, index));
    identities.push_back({boards.back().uuid, boards.back().name});
  }
  const nvml::VisibleBoards visible = nvml::visible_boards(environment, identities);
  std::vector<std::string> texts;
  if (!visible.reason.empty()) texts.push_back(visible.reason);
  for (const std::size_t place : visible.places) {
    Board& board = boards[place];
    texts.push_back(board.device == nullptr ? board.name : add_board(found, std::move(board)));
  }
  found.probe.reason = fmt::format("{}", fmt::join(texts, "; "));
  found.probe.usable = !found.channels.empty();
  if (visible.places.empty())
    found.probe.remedy = "name whole boards in CUDA_VISIBLE_DEVICES, or unset it";
}

Survey survey(const World& world) {
  Survey found;
  found.session = Session::start(*world.libraries, found.probe);
  if (!found.session) return found;
  unsigned int count = 0;
  const Result result = call(found.session->api().device_count, &count);
  if (result != Result::success) {
    found.probe.reason = "NVML cannot count its boards: " + found.session->describe(result);
    return found;
  }
  if (count == 0) {
    found.probe = {false, "NVML sees no boards",
                   "in a container: docker run --gpus all; elsewhere, lspci -d 10de: shows whether "
                   "the machine has one"};
    return found;
  }
  take_boards(found, *world.environment, count);
  return found;
}

bool is_lost(Result result) {
  return result == Result::gpu_is_lost || result == Result::reset_required;
}

class NvmlSensor final : public Sensor {
 public:
  explicit NvmlSensor(Survey found)
      : Sensor("nvml"), session_(std::move(found.session)), boards_(std::move(found.boards)) {
    channels_ = std::move(found.channels);
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    const nvml::Api& api = session_->api();
    std::optional<Fault> fault;
    for (Board& board : boards_) {
      read(api.total_energy, board, board.energy, samples, fault);
      read(api.power_usage, board, board.power, samples, fault);
    }
    if (std::ranges::all_of(boards_, &Board::lost)) {
      if (!fault) fault = Fault{FaultKind::fatal, Instant{}, backend(), "every board is lost"};
    } else if (fault && std::ranges::none_of(samples, &Sample::has_value)) {
      // The boards that are left may answer again: without a sample, `fatal` would end the polling.
      fault->kind = FaultKind::retry;
    }
    return fault;
  }

  /// Reads one channel, if the board has it and is not lost. Of the faults of a poll the first is
  /// kept, but the loss of a board, which is told only once, goes before a failed reading.
  template <class Count>
  void read(Result (*query)(Device, Count*), Board& board, std::optional<std::size_t> channel,
            std::span<Sample> samples, std::optional<Fault>& fault) {
    if (!channel || board.lost) return;
    Count count = 0;
    const Result result = call(query, board.device, &count);
    if (result == Result::success) {
      samples[*channel] = count;
      return;
    }
    board.lost = is_lost(result);
    if (fault && (fault->kind == FaultKind::fatal || !board.lost)) return;
    fault = Fault{board.lost ? FaultKind::fatal : FaultKind::retry, Instant{},
                  channels_[*channel].id, board.name + ": " + session_->describe(result)};
  }

  std::unique_ptr<Session> session_;
  std::vector<Board> boards_;
};

}  // namespace

Probe probe_nvml(const World& world) { return survey(world).probe; }

std::unique_ptr<Sensor> open_nvml(const World& world, const Subject&, Probe& probe) {
  Survey found = survey(world);
  probe = found.probe;
  if (!probe.usable) return nullptr;
  return std::make_unique<NvmlSensor>(std::move(found));
}

}  // namespace isojoule
