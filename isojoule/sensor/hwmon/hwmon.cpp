#include "isojoule/sensor/hwmon/hwmon.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/sensor/detail/polled_file.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"
#include "isojoule/sensor/hwmon/devices.hpp"

namespace isojoule {
namespace {

using detail::PolledFile;
using detail::ReadChannel;
using hwmon::Device;
using hwmon::Source;

constexpr const char* kBackend = "hwmon";

struct Survey {
  std::vector<ReadChannel> channels;
  std::vector<std::string> left_out;  ///< in words
  std::vector<std::string> denied;    ///< files that root only may read
  bool has_devices = false;
};

/// The product of the files' numbers.
Sample read_product(const std::vector<PolledFile>& files, std::string& why_not) {
  std::uint64_t product = 1;
  for (const PolledFile& file : files) {
    const Sample count = detail::read_count(file, why_not);
    if (!count) return std::nullopt;
    if (__builtin_mul_overflow(product, *count, &product)) {
      why_not = "too large a number";
      return std::nullopt;
    }
  }
  return product;
}

/// Opens a source's files, and reads them unless they may be slow: a meter of the whole machine
/// asks a controller over a bus. Empty if that fails, which is then noted.
std::optional<ReadChannel> open_source(const Device& device, Source source, Survey& survey) {
  auto files = std::make_shared<std::vector<PolledFile>>();
  for (const std::string& name : source.files) {
    files->emplace_back(device.path / name);
    const int error = files->back().error();
    if (error == EACCES || error == EPERM) {
      survey.denied.push_back(
          fmt::format("/sys/class/hwmon/{}/{}", device.path.filename().string(), name));
      return std::nullopt;
    }
    if (error != 0) {
      survey.left_out.push_back(
          fmt::format("{} ({}: {})", device.driver, name, detail::describe_errno(error)));
      return std::nullopt;
    }
  }
  std::string why_not;
  if (source.channel.scope != Scope::node && !read_product(*files, why_not)) {
    survey.left_out.push_back(
        fmt::format("{} ({}: {})", device.driver, source.files.front(), why_not));
    return std::nullopt;
  }
  return ReadChannel{std::move(source.channel), [files = std::move(files)](std::string& why) {
                       return read_product(*files, why);
                     }};
}

/// All sources of a device or none: some packages without the others would look like a total.
void add_device(const World& world, const Device& device, Survey& survey) {
  std::vector<ReadChannel> channels;
  for (Source& source : hwmon::find_sources(world, device, survey.left_out)) {
    std::optional<ReadChannel> channel = open_source(device, std::move(source), survey);
    if (!channel) return;
    channels.push_back(std::move(*channel));
  }
  for (ReadChannel& channel : channels) survey.channels.push_back(std::move(channel));
}

/// Two devices of one driver that both mean the whole machine mean parts of it.
void drop_ambiguous(Survey& survey) {
  std::map<std::string, int> times;
  for (const ReadChannel& channel : survey.channels) ++times[channel.channel.id];
  for (const auto& [id, count] : times)
    if (count > 1)
      survey.left_out.push_back(fmt::format("{} (there are {}, none is the whole)", id, count));
  std::erase_if(survey.channels,
                [&](const ReadChannel& channel) { return times[channel.channel.id] > 1; });
}

Survey survey(const World& world) {
  Survey result;
  for (const Device& device : hwmon::find_devices(world)) {
    result.has_devices = true;
    add_device(world, device, result);
  }
  drop_ambiguous(result);
  return result;
}

Probe judge(const Survey& survey) {
  Probe probe;
  std::vector<std::string> parts;
  for (const ReadChannel& channel : survey.channels)
    parts.push_back(fmt::format("{} of {}", channel.channel.is_counter() ? "energy" : "power",
                                channel.channel.id.substr(std::string_view(kBackend).size() + 1)));
  probe.usable = !parts.empty();
  std::vector<std::string> said;
  if (probe.usable) said.push_back(fmt::format("{}", fmt::join(parts, ", ")));
  if (!survey.denied.empty()) {
    said.push_back(fmt::format("permission denied: {} may be read by root only",
                               fmt::join(survey.denied, ", ")));
    probe.remedy =
        fmt::format("sudo chmod a+r {} (until the next boot)", fmt::join(survey.denied, " "));
    probe.unmeasured.push_back({"energies of hwmon", said.back(), probe.remedy});
  }
  if (!probe.usable && survey.denied.empty())
    said.push_back(survey.has_devices ? "no device under /sys/class/hwmon reports a known energy"
                                      : "there are no devices under /sys/class/hwmon");
  if (!survey.left_out.empty())
    said.push_back(fmt::format("left out: {}", fmt::join(survey.left_out, ", ")));
  probe.reason = fmt::format("{}", fmt::join(said, "; "));
  return probe;
}

}  // namespace

Probe probe_hwmon(const World& world) { return judge(survey(world)); }

std::unique_ptr<Sensor> open_hwmon(const World& world, const Subject&, Probe& probe) {
  Survey found = survey(world);
  probe = judge(found);
  if (!probe.usable) return nullptr;
  return detail::make_sensor(kBackend, std::move(found.channels));
}

}  // namespace isojoule
