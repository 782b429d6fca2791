#include "isojoule/sensor/hwmon/hwmon.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/sensor/detail/polled_file.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"
#include "isojoule/sensor/hwmon/sources.hpp"

namespace isojoule {
namespace {

using detail::PolledFile;
using detail::ReadChannel;
using hwmon::Source;

constexpr const char* kBackend = "hwmon";

struct Survey {
  std::vector<ReadChannel> channels;
  std::vector<std::string> left_out;  ///< in words
  std::vector<std::string> denied;    ///< files that root only may read
  bool has_devices = false;
  std::size_t root_length = 0;  ///< of the root folder in a path
};

using OpenTerms = std::vector<std::vector<PolledFile>>;

/// The sum over the terms of the product of the files' numbers.
Sample read_terms(const OpenTerms& terms, std::string& why_not) {
  std::uint64_t sum = 0;
  for (const std::vector<PolledFile>& files : terms) {
    std::uint64_t product = 1;
    for (const PolledFile& file : files) {
      const Sample count = detail::read_count(file, why_not);
      if (!count) return std::nullopt;
      if (__builtin_mul_overflow(product, *count, &product)) {
        why_not = "too large a number";
        return std::nullopt;
      }
    }
    if (__builtin_add_overflow(sum, product, &sum)) {
      why_not = "too large a number";
      return std::nullopt;
    }
  }
  return sum;
}

/// Opens a source's files. Empty if that fails, which is then noted.
std::shared_ptr<OpenTerms> open_terms(const std::string& driver, const Source& source,
                                      Survey& survey) {
  auto terms = std::make_shared<OpenTerms>();
  for (const auto& paths : source.terms) {
    terms->emplace_back();
    for (const std::filesystem::path& path : paths) {
      const int error = terms->back().emplace_back(path).error();
      if (error == 0) continue;
      if (error == EACCES || error == EPERM) {
        survey.denied.push_back(path.string().substr(survey.root_length));
      } else {
        survey.left_out.push_back(fmt::format("{} ({}: {})", driver, path.filename().string(),
                                              detail::describe_errno(error)));
      }
      return nullptr;
    }
  }
  return terms;
}

/// Opens a source, and reads it unless that may be slow: a power meter asks a controller over a
/// bus.
std::optional<ReadChannel> open_source(const std::string& driver, Source source, Survey& survey) {
  auto terms = open_terms(driver, source, survey);
  if (!terms) return std::nullopt;
  const bool is_slow = driver == "power_meter" || source.channel.scope == Scope::node;
  std::string why_not;
  if (!is_slow && !read_terms(*terms, why_not)) {
    survey.left_out.push_back(fmt::format(
        "{} ({}: {})", driver, source.terms.front().front().filename().string(), why_not));
    return std::nullopt;
  }
  return ReadChannel{std::move(source.channel), [terms = std::move(terms)](std::string& why) {
                       return read_terms(*terms, why);
                     }};
}

void add_group(hwmon::Group group, Survey& survey) {
  std::vector<ReadChannel> channels;
  for (Source& source : group.sources) {
    std::optional<ReadChannel> channel = open_source(group.driver, std::move(source), survey);
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
  result.root_length = world.path("/").string().size() - 1;
  const std::vector<hwmon::Device> devices = hwmon::find_devices(world);
  result.has_devices = !devices.empty();
  hwmon::Sources sources = hwmon::find_sources(world, devices);
  result.left_out = std::move(sources.left_out);
  for (hwmon::Group& group : sources.groups) add_group(std::move(group), result);
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
