#include "isojoule/sensor/cray/cray.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/sensor/detail/polled_file.hpp"

namespace isojoule {
namespace {

namespace fs = std::filesystem;
using detail::PolledFile;

constexpr const char* kBackend = "cray";
constexpr const char* kDirectory = "/sys/cray/pm_counters";
constexpr Duration kStandstill = 1.0 * second;

// Only to tell nonsense from energy.
constexpr Power kMostOfANode = 30'000.0 * watt;
constexpr Power kMostOfAPart = 5000.0 * watt;

constexpr std::array kChoosers{"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES",
                               "CUDA_VISIBLE_DEVICES", "ZE_AFFINITY_MASK"};

/// "0" of "accel0_energy"; empty for other files.
std::string accelerator_number(std::string_view file) {
  constexpr std::string_view kBefore = "accel";
  constexpr std::string_view kAfter = "_energy";
  if (!file.starts_with(kBefore) || !file.ends_with(kAfter)) return {};
  const std::string_view number =
      file.substr(kBefore.size(), file.size() - kBefore.size() - kAfter.size());
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  return std::ranges::all_of(number, is_digit) ? std::string(number) : "";
}

/// "1234 J 1688636131868213 us", or without its time; empty, with the reason, for anything else.
Sample joules_in(std::string_view text, std::string& why_not) {
  const auto space = text.find(' ');
  const auto count = detail::parse_count(text.substr(0, space));
  if (!count) {
    why_not = "not a number";
  } else if (space == text.npos || !text.substr(space).starts_with(" J")) {
    why_not = "not in joules";
  } else {
    return count;
  }
  return std::nullopt;
}

Sample read_joules(const PolledFile& file, std::string& why_not) {
  std::array<char, 96> buffer;
  const auto text = file.read(buffer, why_not);
  return text ? joules_in(*text, why_not) : std::nullopt;
}

/// What counts the whole node's restarts and scans. A node that lacks a file has nothing to show.
std::optional<std::uint64_t> read_number(const PolledFile& file) {
  if (file.error() != 0) return std::nullopt;
  std::string why_not;
  return detail::read_count(file, why_not);
}

struct Counter {
  Channel channel;
  PolledFile file;
};

struct Survey {
  std::vector<Counter> counters;
  std::vector<std::string> left_out;  ///< in words
  std::vector<std::string> denied;
  bool exists = false;
};

std::optional<Channel> make_channel(const std::string& file) {
  Channel channel;
  channel.id = fmt::format("{}:{}", kBackend, file);
  channel.unit = joule;
  channel.max_power = kMostOfAPart;
  const std::string number = accelerator_number(file);
  if (file == "energy") {
    channel.scope = Scope::node;
    channel.component = "node";
    channel.label = "whole machine (Cray)";
    channel.max_power = kMostOfANode;
  } else if (file == "cpu_energy") {
    channel.scope = Scope::package;
    channel.component = "packages";
    channel.label = "all CPU packages (Cray)";
  } else if (file == "memory_energy") {
    channel.scope = Scope::dram;
    channel.component = "dram";
    channel.label = "memory (Cray)";
  } else if (!number.empty()) {
    channel.scope = Scope::gpu;
    channel.component = "gpu-accel" + number;
    channel.label = "accelerator " + number + " (Cray)";
  } else {
    return std::nullopt;
  }
  return channel;
}

void add_counter(const World& world, const std::string& file, Survey& survey) {
  std::optional<Channel> channel = make_channel(file);
  if (!channel) return;
  PolledFile opened(world.path(kDirectory) / file);
  if (opened.error() == EACCES || opened.error() == EPERM) {
    survey.denied.push_back(fmt::format("{}/{}", kDirectory, file));
    return;
  }
  std::string why_not =
      opened.error() == 0 ? std::string() : detail::describe_errno(opened.error());
  Sample first;
  if (why_not.empty()) first = read_joules(opened, why_not);
  if (channel->scope == Scope::gpu) {
    if (first == 0u) why_not = "it shows 0 J: there is no accelerator";
    for (const char* chooser : kChoosers)
      if (world.environment->get(chooser))
        why_not = fmt::format("{} chooses among the boards", chooser);
  }
  if (why_not.empty()) {
    survey.counters.push_back({std::move(*channel), std::move(opened)});
  } else {
    survey.left_out.push_back(fmt::format("{} ({})", file, why_not));
  }
}

Survey survey(const World& world) {
  Survey found;
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(world.path(kDirectory), error), end; !error && entry != end;
       entry.increment(error)) {
    found.exists = true;
    files.push_back(entry->path().filename().string());
  }
  std::ranges::sort(files);
  for (const std::string& file : files) add_counter(world, file, found);
  return found;
}

Probe judge(const Survey& survey) {
  Probe probe;
  if (!survey.exists)
    return {false, fmt::format("there is no {}, which HPE Cray nodes have", kDirectory), ""};
  std::vector<std::string> parts;
  for (const Counter& counter : survey.counters)
    parts.push_back("energy of " + counter.channel.component);
  probe.usable = !parts.empty();
  std::vector<std::string> said;
  if (probe.usable) said.push_back(fmt::format("{}", fmt::join(parts, ", ")));
  if (!probe.usable && survey.denied.empty())
    said.push_back(fmt::format("no counter under {} can be used", kDirectory));
  if (!survey.denied.empty()) {
    said.push_back(fmt::format("permission denied: {}", fmt::join(survey.denied, ", ")));
    probe.remedy =
        fmt::format("sudo chmod a+r {} (until the next boot)", fmt::join(survey.denied, " "));
    probe.unmeasured.push_back({"counters of the node (cray)", said.back(), probe.remedy});
  }
  if (!survey.left_out.empty())
    said.push_back(fmt::format("left out: {}", fmt::join(survey.left_out, ", ")));
  probe.reason = fmt::format("{}", fmt::join(said, "; "));
  return probe;
}

class CraySensor final : public Sensor {
 public:
  CraySensor(const World& world, std::vector<Counter> counters)
      : Sensor(kBackend),
        clock_(*world.clock),
        startup_(world.path(kDirectory) / "startup"),
        freshness_(world.path(kDirectory) / "freshness"),
        started_(read_number(startup_)),
        last_fresh_(read_number(freshness_)),
        counted_(clock_.now()) {
    const PolledFile rate(world.path(kDirectory) / "raw_scan_hz");
    const auto hertz = read_number(rate).value_or(0);
    for (Counter& counter : counters) {
      if (hertz > 0) {
        counter.channel.refresh = 1.0 / static_cast<double>(hertz) * second;
        counter.channel.lag_half_width = *counter.channel.refresh;
      }
      channels_.push_back(std::move(counter.channel));
      files_.push_back(std::move(counter.file));
    }
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    if (const auto startup = read_number(startup_); startup && started_ && startup != started_)
      return Fault{FaultKind::fatal, Instant{}, kBackend, "the node's counters have restarted"};
    if (stands_still())
      return Fault{FaultKind::retry, Instant{}, kBackend,
                   "the node's counters are not renewed: freshness stands still"};
    std::optional<Fault> fault;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      std::string why_not;
      samples[i] = read_joules(files_[i], why_not);
      if (!samples[i] && !fault)
        fault = Fault{FaultKind::retry, Instant{}, channels_[i].id, why_not};
    }
    return fault;
  }

  bool stands_still() {
    const auto fresh = read_number(freshness_);
    const Instant now = clock_.now();
    if (!fresh || fresh != last_fresh_) counted_ = now;
    last_fresh_ = fresh;
    return now - counted_ >= kStandstill;
  }

  const Clock& clock_;
  PolledFile startup_;
  PolledFile freshness_;
  std::optional<std::uint64_t> started_;
  std::optional<std::uint64_t> last_fresh_;
  Instant counted_;  ///< when freshness was last seen to count
  std::vector<PolledFile> files_;
};

}  // namespace

Probe probe_cray(const World& world) { return judge(survey(world)); }

std::unique_ptr<Sensor> open_cray(const World& world, const Subject&, Probe& probe) {
  Survey found = survey(world);
  probe = judge(found);
  if (!probe.usable) return nullptr;
  return std::make_unique<CraySensor>(world, std::move(found.counters));
}

}  // namespace isojoule
