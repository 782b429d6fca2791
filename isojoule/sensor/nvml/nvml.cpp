#include "isojoule/sensor/nvml/nvml.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/text.hpp"
#include "isojoule/sensor/nvml/board.hpp"
#include "isojoule/sensor/nvml/fields.hpp"
#include "isojoule/sensor/nvml/nvml_api.hpp"
#include "isojoule/sensor/nvml/visible_boards.hpp"

namespace isojoule {
namespace {

using nvml::Board;
using nvml::BoardGauge;
using nvml::call;
using nvml::Result;
using nvml::Session;

constexpr unsigned int kTextBytes = 96;  // NVML's own limit on names and UUIDs

struct Survey {
  std::unique_ptr<Session> session;
  std::vector<Board> boards;
  std::vector<Channel> channels;
  Probe probe;
};

/// What `ask(buffer, size)` writes; `otherwise` if it fails.
template <class Ask>
std::string query_text(Ask ask, std::string otherwise) {
  std::array<char, kTextBytes> text{};
  if (ask(text.data(), kTextBytes) != Result::success) return otherwise;
  text.back() = '\0';
  return valid_utf8(text.data());
}

std::string query_text(Result (*query)(nvml::Device, char*, unsigned int), nvml::Device device,
                       std::string otherwise) {
  return query_text([=](char* text, unsigned int size) { return call(query, device, text, size); },
                    std::move(otherwise));
}

/// Without a device, and with the reason for its name, if the board does not answer.
Board find_board(const Session& session, unsigned int index) {
  const nvml::Api& api = session.api();
  Board board;
  const Result result = call(api.device_by_index, index, &board.device);
  if (result != Result::success) {
    board.device = nullptr;
    board.name = fmt::format("board {}: {}", index, session.describe(result));
    return board;
  }
  board.uuid = query_text(api.uuid, board.device, fmt::format("index-{}", index));
  board.name = query_text(api.name, board.device, "NVIDIA board");
  return board;
}

/// Whether the job is to use no board at all: nothing is missing then.
bool hides_boards(const Environment& environment) {
  const auto visible = environment.get("CUDA_VISIBLE_DEVICES");
  return visible && (visible->empty() || *visible == "-1" || *visible == "NoDevFiles");
}

/// Takes the boards that a job sees.
void take_boards(Survey& found, const World& world, const Subject& subject, unsigned int count) {
  std::vector<Board> boards;
  std::vector<nvml::BoardIdentity> identities;
  for (unsigned int index = 0; index < count; ++index) {
    boards.push_back(find_board(*found.session, index));
    identities.push_back({boards.back().uuid, boards.back().name});
  }
  const nvml::VisibleBoards visible = nvml::visible_boards(*world.environment, identities);
  std::vector<std::string> texts;
  std::string remedy;
  if (!visible.reason.empty()) texts.push_back(visible.reason);
  for (const std::size_t place : visible.places) {
    Board& board = boards[place];
    if (board.device == nullptr) {
      texts.push_back(board.name);
      found.probe.unmeasured.push_back({"NVIDIA board", board.name, ""});
      continue;
    }
    nvml::BoardSurvey survey{found.channels,      subject.cgroup, world.clock->now(), "", "",
                             found.probe.settings};
    nvml::find_readings(*found.session, board, survey);
    texts.push_back(fmt::format("{} {}: {}", board.name, board.uuid, survey.text));
    if (remedy.empty()) remedy = survey.remedy;
    if (board.has_readings()) {
      found.boards.push_back(std::move(board));
    } else {
      found.probe.unmeasured.push_back({board.name + " " + board.uuid, survey.text, survey.remedy});
    }
  }
  const auto driver_version = found.session->api().driver_version;
  const std::string driver = query_text(
      [=](char* text, unsigned int size) { return call(driver_version, text, size); }, "");
  if (!driver.empty()) {
    texts.push_back("driver " + driver);
    found.probe.settings.push_back({"nvidia", "driver", driver});
  }
  found.probe.reason = fmt::format("{}", fmt::join(texts, "; "));
  found.probe.usable = !found.channels.empty();
  if (visible.places.empty()) {
    remedy = "name whole boards in CUDA_VISIBLE_DEVICES, or unset it";
    if (!hides_boards(*world.environment))
      found.probe.unmeasured.push_back({"NVIDIA boards", visible.reason, remedy});
  }
  if (!found.probe.usable) found.probe.remedy = remedy;
}

Survey survey(const World& world, const Subject& subject) {
  Survey found;
  found.session = Session::start(world, found.probe);
  if (!found.session) return found;
  unsigned int count = 0;
  const Result result = call(found.session->api().device_count, &count);
  if (result != Result::success) {
    found.probe.reason = "NVML cannot count its boards: " + found.session->describe(result);
    found.probe.unmeasured.push_back({"NVIDIA boards", found.probe.reason, ""});
    return found;
  }
  if (count == 0) {
    found.probe = {false, "NVML sees no boards",
                   "in a container: docker run --gpus all; elsewhere, lspci -d 10de: shows whether "
                   "the machine has one"};
    return found;
  }
  take_boards(found, world, subject, count);
  return found;
}

class NvmlSensor final : public Sensor {
 public:
  NvmlSensor(Survey found, const Clock& clock)
      : Sensor("nvml"),
        clock_(clock),
        session_(std::move(found.session)),
        boards_(std::move(found.boards)) {
    channels_ = std::move(found.channels);
    settings_ = std::move(found.probe.settings);
  }

 private:
  /// Of the faults of a poll the first is kept, but the loss of a board, which is told only once,
  /// goes before a failed reading.
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    std::optional<Fault> fault;
    for (Board& board : boards_) read_energies(board, samples, fault);
    // After all energies, so that these are read close together.
    for (Board& board : boards_) read_gauges(board, samples, fault);
    if (std::ranges::all_of(boards_, &Board::lost)) {
      if (!fault) fault = Fault{FaultKind::fatal, Instant{}, backend(), "every board is lost"};
    } else if (fault && std::ranges::none_of(samples, &Sample::has_value)) {
      // The boards that are left may answer again: without a sample, `fatal` would end the polling.
      fault->kind = FaultKind::retry;
    }
    return fault;
  }

  void read_energies(Board& board, std::span<Sample> samples, std::optional<Fault>& fault) {
    const nvml::Api& api = session_->api();
    if (!board.lost && !board.fields.empty()) nvml::ask(api, board.device, board.fields);
    for (std::size_t i = 0; i < board.fields.size() && !board.lost; ++i) {
      std::uint64_t count = 0;
      const Result result = nvml::take_count(board.fields[i], count);
      keep(result, count, board, board.field_channels[i], samples, fault);
    }
    read(api.total_energy, board, board.energy, samples, fault);
    read(api.power_usage, board, board.power, samples, fault);
  }

  template <class Number>
  void read(Result (*query)(nvml::Device, Number*), Board& board,
            std::optional<std::size_t> channel, std::span<Sample> samples,
            std::optional<Fault>& fault) {
    if (!channel || board.lost) return;
    std::uint64_t count = 0;
    const Result result = nvml::call_for_count(query, board.device, count);
    keep(result, count, board, *channel, samples, fault);
  }

  void keep(Result result, std::uint64_t count, Board& board, std::size_t channel,
            std::span<Sample> samples, std::optional<Fault>& fault) {
    if (result == Result::success) {
      samples[channel] = count;
    } else {
      note(result, board, channel, fault);
    }
  }

  /// A gauge that fails is told of once: it does not touch the energy.
  void read_gauges(Board& board, std::span<Sample> samples, std::optional<Fault>& fault) {
    const Instant now = clock_.now();
    for (BoardGauge& held : board.gauges) {
      if (board.lost) return;
      if (held.gauge.is_due(now)) {
        const Result result = held.gauge.read(now + nvml::HeldGauge::kPeriod);
        const bool failed = result != Result::success;
        if (failed && (!held.is_told || nvml::is_lost(result)))
          note(result, board, held.channel, fault);
        held.is_told = held.is_told || failed;
      }
      if (!board.lost) samples[held.channel] = held.gauge.value();
    }
  }

  void note(Result result, Board& board, std::size_t channel, std::optional<Fault>& fault) {
    board.lost = nvml::is_lost(result);
    if (fault && (fault->kind == FaultKind::fatal || !board.lost)) return;
    fault = Fault{board.lost ? FaultKind::fatal : FaultKind::retry, Instant{},
                  channels_[channel].id, board.name + ": " + session_->describe(result)};
  }

  const Clock& clock_;
  std::unique_ptr<Session> session_;
  std::vector<Board> boards_;
};

}  // namespace

Probe probe_nvml(const World& world) { return survey(world, Subject{}).probe; }

std::unique_ptr<Sensor> open_nvml(const World& world, const Subject& subject, Probe& probe) {
  Survey found = survey(world, subject);
  probe = found.probe;
  if (!probe.usable) return nullptr;
  return std::make_unique<NvmlSensor>(std::move(found), *world.clock);
}

}  // namespace isojoule
