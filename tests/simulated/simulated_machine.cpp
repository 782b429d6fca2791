#include "simulated/simulated_machine.hpp"

#include <cassert>
#include <cmath>
#include <cstring>

#include "isojoule/sensor/nvml/nvml_api.hpp"

namespace isojoule::simulated {
namespace {

using nvml::Device;
using nvml::Result;

// NVML's functions know no context, so that there is one machine at a time.
SimulatedMachine* the_machine = nullptr;

Result copy_text(const char* from, char* to, unsigned int size) {
  if (std::strlen(from) + 1 > size) return Result::function_not_found;
  std::strcpy(to, from);
  return Result::success;
}

Result start_library() { return Result::success; }
const char* error_string(Result) { return "not supported"; }
Result device_count(unsigned int* count) {
  *count = 1;
  return Result::success;
}
Result device_by_index(unsigned int, Device* device) {
  *device = reinterpret_cast<Device>(the_machine);
  return Result::success;
}
Result uuid(Device, char* text, unsigned int size) {
  return copy_text("GPU-simulated", text, size);
}
Result name(Device, char* text, unsigned int size) { return copy_text("Simulated", text, size); }
Result total_energy(Device, unsigned long long* millijoules) {
  *millijoules = the_machine->millijoules();
  return Result::success;
}
Result power_usage(Device, unsigned int* milliwatts) {
  *milliwatts = the_machine->milliwatts();
  return Result::success;
}
Result power_limits(Device, unsigned int* least, unsigned int* most) {
  *least = 100'000;
  *most = 400'000;
  return Result::success;
}

class SimulatedNvml final : public Library {
 public:
  void* symbol(const char* symbol) const noexcept override {
    static const std::map<std::string, void*> symbols{
        {"nvmlInit_v2", reinterpret_cast<void*>(&start_library)},
        {"nvmlShutdown", reinterpret_cast<void*>(&start_library)},
        {"nvmlErrorString", reinterpret_cast<void*>(&error_string)},
        {"nvmlDeviceGetCount_v2", reinterpret_cast<void*>(&device_count)},
        {"nvmlDeviceGetHandleByIndex_v2", reinterpret_cast<void*>(&device_by_index)},
        {"nvmlDeviceGetUUID", reinterpret_cast<void*>(&uuid)},
        {"nvmlDeviceGetName", reinterpret_cast<void*>(&name)},
        {"nvmlDeviceGetTotalEnergyConsumption", reinterpret_cast<void*>(&total_energy)},
        {"nvmlDeviceGetPowerUsage", reinterpret_cast<void*>(&power_usage)},
        {"nvmlDeviceGetPowerManagementLimitConstraints", reinterpret_cast<void*>(&power_limits)}};
    const auto found = symbols.find(symbol);
    return found == symbols.end() ? nullptr : found->second;
  }
};

/// The time of the last renewal, at or before `time`.
double tick(double time, double refresh, double phase) {
  return phase + refresh * std::floor((time - phase) / refresh);
}

std::uint64_t whole_counts(double value) { return static_cast<std::uint64_t>(std::llround(value)); }

}  // namespace

class SimulatedMachine::Loader final : public LibraryLoader {
 public:
  std::unique_ptr<Library> open(const std::string& name, std::string& why_not) override {
    if (name == "libnvidia-ml.so.1") return std::make_unique<SimulatedNvml>();
    why_not = name + " is not simulated";
    return nullptr;
  }
};

class SimulatedMachine::NoEnvironment final : public Environment {
 public:
  std::optional<std::string> get(const std::string&) const override { return std::nullopt; }
};

class SimulatedMachine::NoProcesses final : public Processes {
 public:
  std::uint64_t children_cpu_microseconds() const override { return 0; }
};

SimulatedMachine::SimulatedMachine()
    : loader_(std::make_unique<Loader>()),
      environment_(std::make_unique<NoEnvironment>()),
      processes_(std::make_unique<NoProcesses>()) {
  assert(the_machine == nullptr);
  the_machine = this;
  world_.root = root_.path();
  world_.clock = &clock_;
  world_.libraries = loader_.get();
  world_.environment = environment_.get();
  world_.processes = processes_.get();
  const std::filesystem::path zone = world_.path("/sys/class/powercap/intel-rapl:0");
  write_file(zone / "name", "package-0\n");
  write_file(zone / "max_energy_range_uj", std::to_string(kPackageRange) + "\n");
  write_file(zone / "energy_uj", "0\n");
  PowerScript idle;
  idle.hold(1.0, 60.0);
  start(idle, BoardSensors{});
}

SimulatedMachine::~SimulatedMachine() { the_machine = nullptr; }

void SimulatedMachine::start(const PowerScript& script, const BoardSensors& board) {
  script_ = script;
  board_ = board;
  epoch_ = clock_.now();
}

void SimulatedMachine::go_to(double seconds) { clock_.advance(at(seconds) - clock_.now(), 0); }

double SimulatedMachine::now() const { return (clock_.now() - epoch_).in(second); }

Instant SimulatedMachine::at(double seconds) const { return epoch_ + seconds * second; }

std::uint64_t SimulatedMachine::millijoules() const {
  const double renewed = tick(now(), board_.counter_refresh, board_.counter_phase);
  // The counter ran before the script did.
  const double earlier = 1e6;
  return whole_counts((earlier + script_.energy(renewed - board_.counter_lag)) * board_.gain * 1e3);
}

std::uint32_t SimulatedMachine::milliwatts() const {
  const double renewed = tick(now(), board_.refresh, board_.phase);
  const double watts = board_.response > 0.0 ? script_.filtered(renewed, board_.response)
                                             : script_.mean(renewed - board_.averaging, renewed);
  return static_cast<std::uint32_t>(whole_counts(watts * board_.gain * 1e3));
}

void SimulatedMachine::show_package() const {
  const double renewed = tick(now(), 1e-3, 0.0);
  const std::uint64_t microjoules = kPackageStart + whole_counts(script_.energy(renewed) * 1e6);
  write_file(world_.path("/sys/class/powercap/intel-rapl:0/energy_uj"),
             std::to_string(microjoules % kPackageRange) + "\n");
}

}  // namespace isojoule::simulated
