#include "isojoule/sensor/node_model/node_model.hpp"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "isojoule/sensor/cpu_model/cpu_power.hpp"
#include "isojoule/sensor/cpu_model/cpu_time.hpp"
#include "isojoule/sensor/detail/memory_modules.hpp"
#include "isojoule/sensor/detail/polled_file.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"

namespace isojoule {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNodeBackend = "node-model";
constexpr const char* kStat = "/proc/stat";
constexpr double kTicks = 1.2;  // CPU time comes in ticks: a step may show more than has passed

/// What a server is taken to use at the wall.
struct NodePower {
  Power idle{};
  Power per_thread{};  ///< of a busy hardware thread, above idle
  int threads = 0;
  std::string text;
};

/// Quantiles 5 and 95 % of true / modelled (tools/cpu_facts/specpower.py).
struct NodeSpread {
  double low;
  double high;
};
constexpr NodeSpread kNodeIdle{0.67, 1.60};
constexpr NodeSpread kNodeFull{0.72, 1.33};

/// The first accelerator on the PCI bus: 3D controllers and processing accelerators. Graphics of a
/// desktop or of a management controller (VGA) are none.
std::string accelerator(const World& world) {
  std::error_code error;
  for (fs::directory_iterator entry(world.path("/sys/bus/pci/devices"), error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string code = read_text(entry->path() / "class").value_or("");
    if (code.starts_with("0x0302") || code.starts_with("0x1200"))
      return entry->path().filename().string();
  }
  return {};
}

/// Why nothing can be said of this machine as a whole; empty if something can.
std::string why_no_node(const World& world, const CpuIdentity& cpu, const CpuPower& power) {
  if (cpu.is_virtual) return "a virtual machine is a part of a server";
  if (cpu.threads == 0) return "/proc/cpuinfo shows no CPU";
  if (!power.idle || power.generation->results == 0 || !power.tdp)
    return fmt::format("no published results of servers with '{}'",
                       cpu.name.empty() ? "this CPU" : cpu.name);
  if (const std::string device = accelerator(world); !device.empty())
    return fmt::format("there is an accelerator ({}), which the model knows nothing of", device);
  return {};
}

/// Expects why_no_node() to be empty.
NodePower node_power(const World& world, const CpuIdentity& cpu, const CpuPower& power) {
  const auto modules = detail::find_memory_modules(world);
  const Power memory = (modules ? modules->count : 0) * kPowerPerModule;
  NodePower node;
  node.threads = cpu.threads;
  node.idle = (cpu.packages * power.idle->value + memory) / kSupplyShare;
  node.per_thread = power.per_thread.value / kSupplyShare;
  const Power full = node.idle + node.threads * node.per_thread;
  node.text = fmt::format(
      "{:.0f} W idle (90 % within {:.0f} to {:.0f} W) to {:.0f} W with all {} hardware threads "
      "busy "
      "({:.0f} to {:.0f} W), at the wall, by {} results of SPECpower_ssj2008 with {} ({}; {} "
      "memory "
      "modules, {})",
      node.idle.in(watt), kNodeIdle.low * node.idle.in(watt), kNodeIdle.high * node.idle.in(watt),
      full.in(watt), node.threads, kNodeFull.low * full.in(watt), kNodeFull.high * full.in(watt),
      power.generation->results, power.generation->name, power.basis, modules ? modules->count : 0,
      modules ? modules->basis : "none known");
  return node;
}

Probe judge_node(const World& world, std::optional<NodePower>& node) {
  const detail::PolledFile stat(world.path(kStat));
  if (stat.error() != 0)
    return {false,
            fmt::format("{} cannot be opened: {}", kStat, detail::describe_errno(stat.error())),
            "sudo mount -t proc proc /proc"};
  const CpuIdentity cpu = read_cpu_identity(world);
  const CpuPower power = cpu_power(cpu);
  if (std::string why_not = why_no_node(world, cpu, power); !why_not.empty())
    return {false, std::move(why_not), ""};
  node = node_power(world, cpu, power);
  return {true, "a model, not a measurement: " + node->text, ""};
}

Channel node_channel(const NodePower& node) {
  Channel channel;
  channel.id = fmt::format("{}:wall", kNodeBackend);
  channel.component = "node";
  channel.label = "whole machine";
  channel.scope = Scope::node;
  channel.kind = Kind::modelled;
  channel.unit = microjoule;
  channel.max_power = node.idle + kTicks * node.threads * node.per_thread;
  channel.model = node.text;
  return channel;
}

/// Counts from the first reading on.
class NodeCounter {
 public:
  NodeCounter(const World& world, const NodePower& node)
      : clock_(world.clock),
        stat_(std::make_shared<detail::PolledFile>(world.path(kStat))),
        idle_(node.idle),
        per_thread_(node.per_thread) {}

  Sample operator()(std::string& why_not) {
    std::array<char, 512> buffer;
    const auto text = stat_->read(buffer, why_not);
    if (!text) return std::nullopt;
    const auto busy = machine_cpu_microseconds(*text);
    if (!busy) {
      why_not = "the CPU time in it cannot be understood";
      return std::nullopt;
    }
    const Instant now = clock_->now();
    if (!start_) start_ = Start{now, *busy};
    const double busy_since = static_cast<double>(*busy) - static_cast<double>(start_->busy);
    const Energy energy = idle_ * (now - start_->time) + per_thread_ * (busy_since * microsecond);
    return static_cast<std::uint64_t>(std::llround(std::max(0.0, energy.in(microjoule))));
  }

 private:
  struct Start {
    Instant time;
    std::uint64_t busy;
  };
  Clock* clock_;
  std::shared_ptr<detail::PolledFile> stat_;  // shared, because a std::function must be copyable
  Power idle_;
  Power per_thread_;
  std::optional<Start> start_;
};

}  // namespace

Probe probe_node_model(const World& world) {
  std::optional<NodePower> node;
  return judge_node(world, node);
}

std::unique_ptr<Sensor> open_node_model(const World& world, const Subject&, Probe& probe) {
  std::optional<NodePower> node;
  probe = judge_node(world, node);
  if (!node) return nullptr;
  return detail::make_sensor(kNodeBackend, {{node_channel(*node), NodeCounter(world, *node)}});
}

}  // namespace isojoule
