#include "isojoule/sensor/cpu_model/cpu_model.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/host_info.hpp"
#include "isojoule/sensor/cpu_model/cpu_power.hpp"
#include "isojoule/sensor/cpu_model/process_tree.hpp"
#include "isojoule/sensor/detail/polled_file.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"

namespace isojoule {
namespace {

constexpr const char* kStatFile = "/proc/stat";
constexpr const char* kBackend = "cpu-model";

// CPU time is accounted in ticks, so that a step may show a little more than has passed.
constexpr double kTickMargin = 1.2;

/// One number after spaces, removed from the front of `text`; empty if there is none.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// The numbers of the line that begins with `key` and a space; empty if there is no such whole
/// line. A line that is cut off at the end of what was read is not whole: its last number may be,
/// too.
std::optional<std::string_view> numbers_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t length = text.find('\n');
    if (length == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(length + 1);
    if (line.starts_with(key) && line.substr(key.size()).starts_with(' '))
      return line.substr(key.size());
  }
  return std::nullopt;
}

/// Microseconds of CPU time in a cgroup's cpu.stat.
Sample parse_cgroup(std::string_view text) {
  std::optional<std::string_view> line = numbers_of(text, "usage_usec");
  if (!line) return std::nullopt;
  const Sample usage = take_number(*line);
  return line->empty() ? usage : std::nullopt;
}

/// Microseconds of CPU time in /proc/stat: user, nice, system, irq and softirq. Time of guests is
/// within user and nice; idle, waiting for I/O and stolen time is not this machine's work.
Sample parse_machine(std::string_view text) {
  static const auto kTicksPerSecond = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  std::optional<std::string_view> line = numbers_of(text, "cpu");
  if (!line) return std::nullopt;
  std::array<std::uint64_t, 7> ticks{};  // user nice system idle iowait irq softirq
  for (std::uint64_t& field : ticks) {
    const std::optional<std::uint64_t> number = take_number(*line);
    if (!number) return std::nullopt;
    field = *number;
  }
  const std::uint64_t busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
  return busy * 1'000'000 / kTicksPerSecond;
}

std::function<Sample(std::string&)> read_file(detail::PolledFile file,
                                              Sample (*parse)(std::string_view)) {
  // Shared, because a std::function must be copyable.
  return [file = std::make_shared<detail::PolledFile>(std::move(file)),
          parse](std::string& why_not) -> Sample {
    std::array<char, 512> buffer;  // the lines that matter are the first ones
    const std::optional<std::string_view> text = file->read(buffer, why_not);
    if (!text) return std::nullopt;
    const Sample count = parse(*text);
    if (!count) why_not = "the CPU time in it cannot be understood";
    return count;
  };
}

struct Model {
  CpuPower power;
  std::string text;
  std::optional<Power> most;  ///< all hardware threads busy
};

Model make_model(const World& world) {
  const HostInfo host = read_host_info(world);
  Model model{cpu_power(host.cpu_model), "", std::nullopt};
  model.text = fmt::format("CPU time x {:.2f} W per hardware thread ({})",
                           model.power.per_thread.in(watt), model.power.basis);
  if (host.hardware_threads)
    model.most = kTickMargin * *host.hardware_threads * model.power.per_thread;
  return model;
}

Channel make_channel(const Model& model, const char* source, const char* label) {
  Channel channel;
  channel.id = fmt::format("{}:{}", kBackend, source);
  channel.component = "cpu";
  channel.label = label;
  channel.scope = Scope::package;
  channel.kind = Kind::modelled;
  channel.unit = model.power.per_thread * microsecond;
  channel.max_power = model.most;
  channel.model = model.text;
  return channel;
}

}  // namespace

Probe probe_cpu_model(const World& world) {
  const detail::PolledFile stat(world.path(kStatFile));
  if (stat.error() != 0)
    return {false,
            fmt::format("{} cannot be opened: {}", kStatFile, detail::describe_errno(stat.error())),
            "sudo mount -t proc proc /proc"};
  return {true, "a model, not a measurement: " + make_model(world).text, ""};
}

std::unique_ptr<Sensor> open_cpu_model(const World& world, const Subject& subject, Probe& probe) {
  probe = probe_cpu_model(world);
  if (!probe.usable) return nullptr;
  const Model model = make_model(world);
  if (!subject.cgroup.empty()) {
    detail::PolledFile usage(subject.cgroup / "cpu.stat");
    if (usage.error() == 0) {
      return detail::make_sensor(kBackend, {{make_channel(model, "cgroup", "CPU"),
                                             read_file(std::move(usage), parse_cgroup)}});
    }
  }
  if (subject.process > 0) {
    const auto tree = std::make_shared<cpu_model::ProcessTree>(world, subject.process);
    if (tree->is_usable()) {
      Channel channel = make_channel(model, "tree", "CPU");
      // The time of a process that was not seen while it lived arrives as one step.
      channel.max_power.reset();
      return detail::make_sensor(
          kBackend,
          {{std::move(channel), [tree](std::string&) -> Sample { return tree->look(); }}});
    }
  }
  detail::PolledFile stat(world.path(kStatFile));

  // First, because among equals the first channel speaks for a component: over the whole command
  // the children's own time is better than everybody's.
  Channel children = make_channel(model, "children", "CPU");
  children.validity = Validity::whole_command;
  // The time of a child arrives as one step when it is waited for: no power bounds it.
  children.max_power.reset();
  const auto read_children = [processes = world.processes](std::string&) -> Sample {
    return processes->children_cpu_microseconds();
  };
  return detail::make_sensor(kBackend, {{std::move(children), read_children},
                                        {make_channel(model, "machine", "CPU"),
                                         read_file(std::move(stat), parse_machine)}});
}

}  // namespace isojoule
