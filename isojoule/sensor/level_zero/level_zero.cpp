#include "isojoule/sensor/level_zero/level_zero.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/sensor/detail/read_channel.hpp"
#include "isojoule/sensor/level_zero/session.hpp"

namespace isojoule {
namespace {

using detail::ReadChannel;
using level_zero::Board;
using level_zero::call;
using level_zero::Domain;
using level_zero::PowerDomain;
using level_zero::Result;
using level_zero::Session;
using level_zero::Visible;

constexpr const char* kBackend = "level-zero";
constexpr double kTransientFactor = 2.0;  // bursts above the highest limit
constexpr Power kMostOfABoard = 3000.0 * watt;

/// One counter of a board.
struct Meter {
  PowerDomain handle = nullptr;
  Domain domain = Domain::unknown;
  bool on_tile = false;
  std::uint32_t tile = 0;
  std::optional<Power> limit;
};

std::vector<Meter> find_meters(const level_zero::Api& api, const Board& board) {
  std::uint32_t count = 0;
  if (call(api.power_domains, board.device, &count, static_cast<PowerDomain*>(nullptr)) !=
      Result::success)
    return {};
  std::vector<PowerDomain> handles(count);
  if (count == 0 ||
      call(api.power_domains, board.device, &count, handles.data()) != Result::success)
    return {};
  std::vector<Meter> meters;
  for (const PowerDomain handle : handles) {
    level_zero::PowerExtension extension;
    level_zero::PowerProperties properties;
    properties.next = &extension;
    if (call(api.power_properties, handle, &properties) != Result::success) continue;
    Meter meter{handle, extension.domain, properties.on_subdevice != 0, properties.subdevice, {}};
    if (properties.greatest_limit > 0)
      meter.limit = static_cast<double>(properties.greatest_limit) * milliwatt;
    meters.push_back(meter);
  }
  return meters;
}

/// The best counter of a whole board: the card's, else its package's, else one of which the library
/// does not show which it is.
const Meter* meter_of_board(const std::vector<Meter>& meters) {
  for (const Domain domain : {Domain::card, Domain::package, Domain::unknown}) {
    const auto found = std::ranges::find_if(
        meters, [domain](const Meter& meter) { return meter.domain == domain && !meter.on_tile; });
    if (found != meters.end()) return &*found;
  }
  return nullptr;
}

const Meter* meter_of_tile(const std::vector<Meter>& meters, std::uint32_t tile) {
  const auto found = std::ranges::find_if(
      meters, [tile](const Meter& meter) { return meter.on_tile && meter.tile == tile; });
  return found == meters.end() ? nullptr : &*found;
}

struct Survey {
  std::shared_ptr<Session> session;
  std::vector<ReadChannel> channels;
  std::vector<std::string> texts;
  Probe probe;
};

Channel make_channel(const Board& board, const Meter& meter) {
  Channel channel;
  channel.id = fmt::format("{}:{}:energy", kBackend, board.address);
  channel.component = "gpu-" + board.address;
  channel.label = board.name;
  channel.scope = Scope::gpu;
  channel.unit = microjoule;
  channel.max_power = meter.limit ? kTransientFactor * *meter.limit : kMostOfABoard;
  return channel;
}

/// Adds a counter that can be read; says in words what it is, or why it cannot.
std::string add_meter(Survey& found, const Meter& meter, Channel channel, std::string what) {
  const auto session = found.session;
  level_zero::EnergyCounter counter;
  const Result result = call(session->api().energy, meter.handle, &counter);
  if (result != Result::success) {
    if (result == Result::permission)
      found.probe.remedy =
          "sudo chmod a+r /sys/class/hwmon/hwmon*/energy*_input (until the next "
          "boot), or run as root";
    return fmt::format("{}: {}", what, describe(result));
  }
  const auto read = [session, handle = meter.handle](std::string& why_not) -> Sample {
    level_zero::EnergyCounter now;
    const Result answer = call(session->api().energy, handle, &now);
    if (answer == Result::success) return now.microjoules;
    why_not = describe(answer);
    return std::nullopt;
  };
  found.channels.push_back({std::move(channel), read});
  return what;
}

std::string add_board(Survey& found, const Board& board, const std::vector<Meter>& meters) {
  const Meter* meter = meter_of_board(meters);
  if (meter == nullptr) return "it has no energy counter of its own";
  Channel channel = make_channel(board, *meter);
  std::string what = "energy counter";
  if (meter->domain == Domain::package) {
    channel.label += ", its GPU package";
    channel.caveat = "it is of the GPU's package: the board's memory and losses are not in it";
    what = "energy counter of its GPU package";
  } else if (meter->domain == Domain::unknown) {
    channel.caveat = "the library does not show whether it is the card's or its package's";
  }
  return add_meter(found, *meter, std::move(channel), std::move(what));
}

std::string add_tiles(Survey& found, const Board& board, const Visible& visible,
                      const std::vector<Meter>& meters) {
  if (visible.tiles.empty())
    return fmt::format("ZE_AFFINITY_MASK leaves a part of its {} tiles, and not which",
                       board.tiles());
  std::vector<std::string> texts;
  for (const std::uint32_t tile : visible.tiles) {
    std::string what = fmt::format("tile {} of {}", tile, board.tiles());
    const Meter* meter = meter_of_tile(meters, tile);
    if (meter == nullptr) {
      texts.push_back(what + ": it has no energy of its own, and the board's is not the job's");
      continue;
    }
    Channel channel = make_channel(board, *meter);
    channel.id = fmt::format("{}:{}:tile-{}-energy", kBackend, board.address, tile);
    channel.component += fmt::format("-tile-{}", tile);
    channel.label += ", " + what;
    channel.caveat = "it is of a tile: what the board uses outside of its tiles is not in it";
    texts.push_back(add_meter(found, *meter, std::move(channel), "energy counter of " + what));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

void take(Survey& found, const Visible& visible) {
  const Board& board = found.session->boards()[visible.board];
  const std::size_t before = found.channels.size();
  std::string text;
  if ((board.properties.core.flags & level_zero::kIntegrated) != 0) {
    text = "a processor's own graphics, whose energy is in the package's";
  } else if (board.address.empty()) {
    text = "it has no PCI address";
  } else {
    const std::vector<Meter> meters = find_meters(found.session->api(), board);
    text = visible.is_whole ? add_board(found, board, meters)
                            : add_tiles(found, board, visible, meters);
  }
  const std::string name = fmt::format("{} {}", board.name, board.address);
  found.texts.push_back(name + ": " + text);
  const bool is_integrated = (board.properties.core.flags & level_zero::kIntegrated) != 0;
  if (found.channels.size() == before && !is_integrated)
    found.probe.unmeasured.push_back({name, text, found.probe.remedy});
}

Survey survey(const World& world) {
  Survey found;
  found.session = Session::start(world, found.probe);
  if (!found.session) return found;
  const std::size_t boards = found.session->boards().size();
  std::string trouble;
  const std::vector<Visible> visible = found.session->visible(world, trouble);
  if (const auto mask = world.environment->get("ZE_AFFINITY_MASK"))
    found.texts.push_back(
        fmt::format("{} of {} boards, by ZE_AFFINITY_MASK={}", visible.size(), boards, *mask));
  if (!trouble.empty()) {
    found.texts.push_back(trouble);
    found.probe.unmeasured.push_back({"Intel boards", trouble, ""});
  }
  for (const Visible& entry : visible) take(found, entry);
  if (boards == 0) {
    found.texts = {"Level Zero sees no boards"};
    found.probe.remedy =
        "in a container: docker run --device /dev/dri; elsewhere, lspci -d 8086: shows whether the "
        "machine has one";
  }
  found.probe.reason = fmt::format("{}", fmt::join(found.texts, "; "));
  found.probe.usable = !found.channels.empty();
  return found;
}

}  // namespace

Probe probe_level_zero(const World& world) { return survey(world).probe; }

std::unique_ptr<Sensor> open_level_zero(const World& world, const Subject&, Probe& probe) {
  Survey found = survey(world);
  probe = found.probe;
  if (!probe.usable) return nullptr;
  return detail::make_sensor(kBackend, std::move(found.channels));
}

}  // namespace isojoule
