#include "isojoule/sensor/amd/rocm_api.hpp"

#include <array>
#include <filesystem>
#include <utility>

namespace isojoule::rocm {
namespace {

// Of ROCm 7 and 6, 6 and 5, 5, and as Debian packs it; then as the development package links it,
// and where AMD's packages put it without telling the linker. The functions used here are the same
// in all of them.
constexpr std::array kLibraries{"librocm_smi64.so.7", "librocm_smi64.so.6", "librocm_smi64.so.5",
                                "librocm_smi64.so.1", "librocm_smi64.so"};
constexpr const char* kInstalled = "/opt/rocm/lib/librocm_smi64.so";

template <class Function>
void load(const Library& library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(library.symbol(name));
}

Api load_api(const Library& library) {
  Api api;
  load(library, "rsmi_init", api.init);
  load(library, "rsmi_shut_down", api.shut_down);
  load(library, "rsmi_status_string", api.status_string);
  load(library, "rsmi_num_monitor_devices", api.device_count);
  load(library, "rsmi_dev_name_get", api.name);
  load(library, "rsmi_dev_pci_id_get", api.pci_id);
  load(library, "rsmi_dev_unique_id_get", api.unique_id);
  load(library, "rsmi_dev_power_get", api.power);
  load(library, "rsmi_dev_power_ave_get", api.average_power);
  load(library, "rsmi_dev_power_cap_range_get", api.power_cap_range);
  load(library, "rsmi_dev_energy_count_get", api.energy_count);
  return api;
}

std::unique_ptr<Library> open_library(const World& world, std::string& why_not) {
  for (const char* name : kLibraries) {
    if (auto library = world.libraries->open(name, why_not)) return library;
  }
  const std::filesystem::path installed = world.path(kInstalled);
  if (!std::filesystem::exists(installed)) return nullptr;
  return world.libraries->open(installed.string(), why_not);
}

std::string remedy_for(Status status) {
  switch (status) {
    case Status::init_error:
      return "sudo modprobe amdgpu";
    case Status::permission:
      return "join the groups video and render: sudo usermod -aG video,render $USER, and log in "
             "again";
    default:
      return "";
  }
}

}  // namespace

Session::Session(std::unique_ptr<Library> library)
    : library_(std::move(library)), api_(load_api(*library_)) {}

Session::~Session() {
  if (started_) call(api_.shut_down);
}

std::unique_ptr<Session> Session::start(const World& world, Probe& why_not) {
  std::string loader_error;
  std::unique_ptr<Library> library = open_library(world, loader_error);
  if (!library) {
    why_not = {false, "AMD's ROCm SMI library cannot be opened: " + loader_error,
               "where there is an AMD board: install rocm-smi-lib (on Debian: sudo apt-get install "
               "librocm-smi64-1)"};
    return nullptr;
  }
  std::unique_ptr<Session> session(new Session(std::move(library)));
  const Status status = call(session->api_.init, std::uint64_t{0});
  if (status != Status::success) {
    why_not = {false, "ROCm SMI does not start: " + session->describe(status), remedy_for(status)};
    return nullptr;
  }
  session->started_ = true;
  return session;
}

std::string Session::describe(Status status) const {
  if (status == Status::function_absent) return "this library lacks the function";
  const char* text = nullptr;
  std::string code = "ROCm SMI error " + std::to_string(static_cast<std::uint32_t>(status));
  if (call(api_.status_string, status, &text) != Status::success || text == nullptr) return code;
  return text + (" (" + code + ")");
}

}  // namespace isojoule::rocm
