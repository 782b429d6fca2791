#include "isojoule/sensor/cpu_model/cpu_model.hpp"

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "isojoule/sensor/cpu_model/cpu_power.hpp"
#include "isojoule/sensor/cpu_model/cpu_time.hpp"
#include "isojoule/sensor/cpu_model/process_tree.hpp"
#include "isojoule/sensor/detail/polled_file.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"

namespace isojoule {
namespace {

constexpr const char* kStatFile = "/proc/stat";
constexpr const char* kBackend = "cpu-model";

// CPU time is accounted in ticks, so that a step may show a little more than has passed.
constexpr double kTickMargin = 1.2;

std::function<Sample(std::string&)> read_file(
    detail::PolledFile file, std::optional<std::uint64_t> (*parse)(std::string_view)) {
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

std::string model_text(const CpuPower& power) {
  const PowerRange& thread = power.per_thread;
  std::string text = fmt::format(
      "CPU time x {:.2f} W per busy hardware thread ({}; 90 % within {:.2f} to {:.2f} W); idle "
      "power",
      thread.value.in(watt), power.basis, thread.least.in(watt), thread.most.in(watt));
  if (power.idle) text += fmt::format(", about {:.0f} W a package,", power.idle->value.in(watt));
  return text + " is not in it";
}

Model make_model(const World& world) {
  const CpuIdentity cpu = read_cpu_identity(world);
  Model model{cpu_power(cpu), "", std::nullopt};
  model.text = model_text(model.power);
  if (cpu.threads > 0) model.most = kTickMargin * cpu.threads * model.power.per_thread.value;
  return model;
}

Channel make_channel(const Model& model, const char* source, const char* label) {
  Channel channel;
  channel.id = fmt::format("{}:{}", kBackend, source);
  channel.component = "cpu";
  channel.label = label;
  channel.scope = Scope::package;
  channel.kind = Kind::modelled;
  channel.unit = model.power.per_thread.value * microsecond;
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
      return detail::make_sensor(kBackend,
                                 {{make_channel(model, "cgroup", "CPU"),
                                   read_file(std::move(usage), cgroup_cpu_microseconds)}});
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
                                         read_file(std::move(stat), machine_cpu_microseconds)}});
}

}  // namespace isojoule
