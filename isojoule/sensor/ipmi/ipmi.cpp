#include "isojoule/sensor/ipmi/ipmi.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "isojoule/sensor/detail/polled_file.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"

namespace isojoule {
namespace {

constexpr const char* kBackend = "ipmi";
constexpr std::array kDevices{"/dev/ipmi0", "/dev/ipmi/0", "/dev/ipmidev/0"};

// Get Power Reading: DCMI 1.5, section 6.6.1.
constexpr std::uint8_t kGroupExtension = 0x2C;  // network function
constexpr std::uint8_t kDcmi = 0xDC;            // the group
constexpr std::uint8_t kGetPowerReading = 0x02;
constexpr std::array<std::uint8_t, 4> kSystemPower{kDcmi, 0x01, 0x00, 0x00};
constexpr std::size_t kAnswerBytes = 19;
constexpr std::size_t kStateByte = 18;
constexpr std::uint8_t kIsMeasuring = 1U << 6;

// Only to tell nonsense (65535 W) from power: more than any machine of one controller uses.
constexpr Power kMost = 30'000.0 * watt;

/// Watts in an answer; empty, with the reason, if it has none.
Sample parse(const std::vector<std::uint8_t>& answer, std::string& why_not) {
  if (answer.empty()) {
    why_not = "the controller's answer is empty";
    return std::nullopt;
  }
  if (answer[0] != 0) {
    why_not =
        fmt::format("the controller refuses Get Power Reading of DCMI with 0x{:02X}", answer[0]);
    return std::nullopt;
  }
  if (answer.size() < kAnswerBytes || answer[1] != kDcmi) {
    why_not = "the controller's answer cannot be understood";
    return std::nullopt;
  }
  if ((answer[kStateByte] & kIsMeasuring) == 0) {
    why_not = "the controller does not measure power now";
    return std::nullopt;
  }
  const std::uint64_t watts = answer[2] + 256U * answer[3];
  if (watts == 0) {
    why_not = "the controller reports 0 W, which no running machine uses";
    return std::nullopt;
  }
  return watts;
}

Sample ask(IpmiDevice& device, Duration patience, std::string& why_not) {
  const auto answer =
      device.ask(kGroupExtension, kGetPowerReading, kSystemPower, patience, why_not);
  return answer ? parse(*answer, why_not) : std::nullopt;
}

/// Asks anew when the last answer has grown old.
class Reader {
 public:
  Reader(std::unique_ptr<IpmiDevice> device, Clock& clock, Sample first)
      : device_(std::move(device)), clock_(clock), asked_(clock.now()), last_(first) {}

  Sample read(std::string& why_not) {
    const Instant now = clock_.now();
    if (now - asked_ >= kIpmiRefresh) {
      asked_ = now;
      why_not_ = {};
      last_ = ask(*device_, kIpmiPatience, why_not_);
    }
    why_not = why_not_;
    return last_;
  }

 private:
  std::unique_ptr<IpmiDevice> device_;
  Clock& clock_;
  Instant asked_;
  Sample last_;
  std::string why_not_;
};

struct Survey {
  std::unique_ptr<IpmiDevice> device;
  Sample watts;
  Probe probe;
};

/// A management controller that is there and cannot be read.
Probe unread(std::string reason, std::string remedy = {}) {
  return {false, reason, remedy, {}, {{"the whole machine (ipmi)", reason, remedy}}};
}

Probe denied(const char* device) {
  return unread(
      fmt::format("permission denied: {} may be used by root only", device),
      fmt::format("run as root, or sudo setfacl -m u:$USER:rw {} (until the next boot; it also "
                  "gives the right to switch the machine off)",
                  device));
}

Survey survey(const World& world) {
  for (const char* name : kDevices) {
    std::error_code none;
    if (!std::filesystem::exists(world.path(name), none)) continue;
    int error = 0;
    std::unique_ptr<IpmiDevice> device = world.ipmi->open(world.path(name), error);
    if (device == nullptr) {
      if (error == EACCES || error == EPERM) return {nullptr, {}, denied(name)};
      return {nullptr,
              {},
              unread(fmt::format("{} cannot be opened: {}", name, detail::describe_errno(error)))};
    }
    std::string why_not;
    const Sample watts = ask(*device, kIpmiOpeningPatience, why_not);
    if (!watts) return {nullptr, {}, unread(fmt::format("{}: {}", name, why_not))};
    return {std::move(device),
            watts,
            {true, fmt::format("power of the whole machine by {}, {} W now", name, *watts), ""}};
  }
  return {nullptr,
          {},
          {false, fmt::format("there is no {}", kDevices.front()),
           "on a server with a management controller: sudo modprobe -a ipmi_si ipmi_devintf"}};
}

}  // namespace

Probe probe_ipmi(const World& world) { return survey(world).probe; }

std::unique_ptr<Sensor> open_ipmi(const World& world, const Subject&, Probe& probe) {
  Survey found = survey(world);
  probe = std::move(found.probe);
  if (!probe.usable) return nullptr;

  Channel channel;
  channel.id = fmt::format("{}:node", kBackend);
  channel.component = "node";
  channel.label = "whole machine (IPMI)";
  channel.scope = Scope::node;
  channel.unit = watt;
  channel.max_power = kMost;
  channel.refresh = kIpmiRefresh;
  channel.caveat = "over how long the controller averages is not known";
  auto reader = std::make_shared<Reader>(std::move(found.device), *world.clock, found.watts);
  return detail::make_sensor(
      kBackend, {{std::move(channel), [reader = std::move(reader)](std::string& why_not) {
                    return reader->read(why_not);
                  }}});
}

}  // namespace isojoule
