#include "isojoule/sensor/nvml/nvml_api.hpp"

#include <utility>

#include "isojoule/sensor/detail/load_symbol.hpp"
#include "isojoule/sensor/detail/presence.hpp"

namespace isojoule::nvml {
namespace {

constexpr const char* kLibrary = "libnvidia-ml.so.1";
constexpr const char* kVendor = "0x10de";
constexpr const char* kBoards = "NVIDIA boards";
constexpr const char* kDriverRemedy =
    "install the NVIDIA driver (on Debian: sudo apt-get install nvidia-driver); in a container: "
    "docker run --gpus all";
// A driver of Linux would take the place of what Windows puts there.
constexpr const char* kWslFolder = "/usr/lib/wsl/lib";
constexpr const char* kWslRemedy =
    "in WSL2 the driver is that of Windows: install or update it there, run wsl --update, and "
    "install no NVIDIA driver in Linux; its library is /usr/lib/wsl/lib/libnvidia-ml.so.1";

std::string remedy_for(Result result) {
  switch (result) {
    case Result::driver_not_loaded:
      return "sudo modprobe nvidia";
    case Result::no_permission:
      return "sudo chmod a+rw /dev/nvidiactl /dev/nvidia[0-9]*, or join the group that owns them";
    case Result::version_mismatch:
      return "reboot, so that the kernel loads the driver that is installed";
    default:
      return "";
  }
}

}  // namespace

Api load_api(const Library& library) {
  Api api;
  detail::load_symbol(library, "nvmlInit_v2", api.init);
  detail::load_symbol(library, "nvmlShutdown", api.shutdown);
  detail::load_symbol(library, "nvmlErrorString", api.error_string);
  detail::load_symbol(library, "nvmlSystemGetDriverVersion", api.driver_version);
  detail::load_symbol(library, "nvmlDeviceGetCount_v2", api.device_count);
  detail::load_symbol(library, "nvmlDeviceGetHandleByIndex_v2", api.device_by_index);
  detail::load_symbol(library, "nvmlDeviceGetUUID", api.uuid);
  detail::load_symbol(library, "nvmlDeviceGetName", api.name);
  detail::load_symbol(library, "nvmlDeviceGetTotalEnergyConsumption", api.total_energy);
  detail::load_symbol(library, "nvmlDeviceGetPowerUsage", api.power_usage);
  detail::load_symbol(library, "nvmlDeviceGetPowerManagementLimitConstraints", api.power_limits);
  detail::load_symbol(library, "nvmlDeviceGetEnforcedPowerLimit", api.enforced_power_limit);
  detail::load_symbol(library, "nvmlDeviceGetFieldValues", api.field_values);
  detail::load_symbol(library, "nvmlDeviceGetArchitecture", api.architecture);
  detail::load_symbol(library, "nvmlDeviceGetMigMode", api.mig_mode);
  detail::load_symbol(library, "nvmlDeviceGetVirtualizationMode", api.virtualization_mode);
  detail::load_symbol(library, "nvmlDeviceGetEccMode", api.ecc_mode);
  detail::load_symbol(library, "nvmlDeviceGetPersistenceMode", api.persistence_mode);
  detail::load_symbol(library, "nvmlDeviceGetTemperature", api.temperature);
  detail::load_symbol(library, "nvmlDeviceGetClockInfo", api.clock);
  detail::load_symbol(library, "nvmlDeviceGetApplicationsClock", api.applications_clock);
  detail::load_symbol(library, "nvmlDeviceGetMaxClockInfo", api.max_clock);
  detail::load_symbol(library, "nvmlDeviceGetCurrentClocksEventReasons", api.event_reasons);
  if (api.event_reasons == nullptr)  // its name until CUDA 12.2
    detail::load_symbol(library, "nvmlDeviceGetCurrentClocksThrottleReasons", api.event_reasons);
  detail::load_symbol(library, "nvmlDeviceGetUtilizationRates", api.utilization);
  detail::load_symbol(library, "nvmlDeviceGetComputeRunningProcesses_v3", api.compute_processes);
  detail::load_symbol(library, "nvmlDeviceGetGraphicsRunningProcesses_v3", api.graphics_processes);
  return api;
}

Session::Session(std::unique_ptr<Library> library)
    : library_(std::move(library)), api_(load_api(*library_)) {}

Session::~Session() {
  if (started_) call(api_.shutdown);
}

std::unique_ptr<Session> Session::start(const World& world, Probe& why_not) {
  const bool wsl = detail::is_wsl(world);
  std::string loader_error;
  std::unique_ptr<Library> library = world.libraries->open(kLibrary, loader_error);
  if (!library && wsl) {
    std::string ignored;
    library = world.libraries->open(std::string(kWslFolder) + "/" + kLibrary, ignored);
  }
  if (!library) {
    why_not = {false, "the NVIDIA driver's library cannot be opened: " + loader_error,
               wsl ? kWslRemedy : kDriverRemedy};
    if (detail::has_pci_device(world, kVendor))
      why_not.unmeasured.push_back({kBoards, why_not.reason, why_not.remedy});
    return nullptr;
  }
  std::unique_ptr<Session> session(new Session(std::move(library)));
  const Result result = call(session->api_.init);
  if (result != Result::success) {
    why_not = {false, "NVML does not start: " + session->describe(result),
               wsl ? kWslRemedy : remedy_for(result)};
    // The library alone says nothing of a board: many machines have it and none.
    if (result != Result::driver_not_loaded || wsl || detail::has_pci_device(world, kVendor))
      why_not.unmeasured.push_back({kBoards, why_not.reason, why_not.remedy});
    return nullptr;
  }
  session->started_ = true;
  return session;
}

std::string Session::describe(Result result) const {
  if (result == Result::function_not_found) return "this driver's library lacks the function";
  const char* text = api_.error_string != nullptr ? api_.error_string(result) : nullptr;
  const std::string code = "NVML error " + std::to_string(static_cast<unsigned int>(result));
  return text != nullptr ? text + (" (" + code + ")") : code;
}

}  // namespace isojoule::nvml
