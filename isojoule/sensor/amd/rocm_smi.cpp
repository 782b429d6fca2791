// ROCm SMI: the few functions that are used, as its header rocm_smi.h declares them. They are the
// same from ROCm 5 to 7. The library is opened at run time; nothing of AMD's is needed to build.
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/text.hpp"
#include "isojoule/sensor/amd/library.hpp"
#include "isojoule/sensor/amd/source.hpp"
#include "isojoule/sensor/detail/load_symbol.hpp"

namespace isojoule::amd {
namespace {

// Of ROCm 7 and 6, 6 and 5, 5, and as Debian packs it; then as the development package links it.
constexpr std::array kRocmLibraries{"librocm_smi64.so.7", "librocm_smi64.so.6",
                                    "librocm_smi64.so.5", "librocm_smi64.so.1", "librocm_smi64.so"};
constexpr const char* kRocmInstalled = "/opt/rocm/lib/librocm_smi64.so";
constexpr std::uint64_t kNotTold = std::numeric_limits<std::uint64_t>::max();

/// rsmi_status_t: the codes that are told apart here. Others may come; all but `success` are
/// errors.
enum class RocmStatus : std::uint32_t {
  success = 0,
  not_supported = 2,
  permission = 4,
  init_error = 8,
  no_data = 14,
  /// Not AMD's: the library does not have the function.
  function_absent = 0xfffffffe,
};

/// RSMI_POWER_TYPE.
enum class RocmPowerType : std::uint32_t { average = 0, current = 1, invalid = 0xffffffff };

/// The library's functions; nullptr where it does not have one.
struct RocmApi {
  RocmStatus (*init)(std::uint64_t flags) = nullptr;
  RocmStatus (*shut_down)() = nullptr;
  RocmStatus (*status_string)(RocmStatus status, const char** text) = nullptr;
  RocmStatus (*device_count)(std::uint32_t* count) = nullptr;
  RocmStatus (*name)(std::uint32_t board, char* text, std::size_t size) = nullptr;
  RocmStatus (*pci_id)(std::uint32_t board, std::uint64_t* id) = nullptr;
  RocmStatus (*unique_id)(std::uint32_t board, std::uint64_t* id) = nullptr;
  RocmStatus (*power)(std::uint32_t board, std::uint64_t* microwatts,
                      RocmPowerType* type) = nullptr;
  RocmStatus (*average_power)(std::uint32_t board, std::uint32_t sensor,
                              std::uint64_t* microwatts) = nullptr;
  RocmStatus (*power_cap_range)(std::uint32_t board, std::uint32_t sensor, std::uint64_t* most,
                                std::uint64_t* least) = nullptr;  ///< in microwatts
  RocmStatus (*energy_count)(std::uint32_t board, std::uint64_t* count,
                             float* microjoules_per_count, std::uint64_t* nanoseconds) = nullptr;
};

RocmApi load_rocm_api(const Library& library) {
  RocmApi api;
  detail::load_symbol(library, "rsmi_init", api.init);
  detail::load_symbol(library, "rsmi_shut_down", api.shut_down);
  detail::load_symbol(library, "rsmi_status_string", api.status_string);
  detail::load_symbol(library, "rsmi_num_monitor_devices", api.device_count);
  detail::load_symbol(library, "rsmi_dev_name_get", api.name);
  detail::load_symbol(library, "rsmi_dev_pci_id_get", api.pci_id);
  detail::load_symbol(library, "rsmi_dev_unique_id_get", api.unique_id);
  detail::load_symbol(library, "rsmi_dev_power_get", api.power);
  detail::load_symbol(library, "rsmi_dev_power_ave_get", api.average_power);
  detail::load_symbol(library, "rsmi_dev_power_cap_range_get", api.power_cap_range);
  detail::load_symbol(library, "rsmi_dev_energy_count_get", api.energy_count);
  return api;
}

class RocmSmi final : public Source {
 public:
  explicit RocmSmi(std::unique_ptr<Library> library)
      : library_(std::move(library)), api_(load_rocm_api(*library_)) {}
  ~RocmSmi() override {
    if (started_) call(api_.shut_down);
  }

  RocmStatus start() {
    const RocmStatus status = call(api_.init, std::uint64_t{0});
    started_ = status == RocmStatus::success;
    return status;
  }

  std::string name() const override { return "ROCm SMI"; }
  std::string text_of(RocmStatus status) const {
    return describe(api_.status_string, status, "ROCm SMI");
  }

  Outcome<std::uint32_t> count() const override {
    std::uint32_t count = 0;
    const RocmStatus status = call(api_.device_count, &count);
    return taken(status, count);
  }

  Identity identity(std::uint32_t board) const override {
    Identity identity;
    // Without an address the index stands in for the bus, so that boards are still told apart.
    if (call(api_.pci_id, board, &identity.pci_id) != RocmStatus::success)
      identity.pci_id = std::uint64_t{board} << 8;
    std::uint64_t unique_id = 0;
    if (call(api_.unique_id, board, &unique_id) == RocmStatus::success)
      identity.unique_id = fmt::format("GPU-{:016x}", unique_id);
    std::array<char, 128> text{};
    if (call(api_.name, board, text.data(), text.size()) == RocmStatus::success) {
      text.back() = '\0';
      identity.name = valid_utf8(text.data());
    }
    return identity;
  }

  Outcome<PowerReading> power(std::uint32_t board) const override {
    PowerReading reading{kNotTold, PowerKind::average};
    RocmPowerType type = RocmPowerType::invalid;
    RocmStatus status = call(api_.power, board, &reading.microwatts, &type);
    if (status == RocmStatus::success && type == RocmPowerType::invalid)
      status = RocmStatus::not_supported;
    if (status == RocmStatus::function_absent) {  // before ROCm 6
      type = RocmPowerType::average;
      status = call(api_.average_power, board, std::uint32_t{0}, &reading.microwatts);
    }
    if (type == RocmPowerType::current) reading.kind = PowerKind::instant;
    if (reading.microwatts == kNotTold && status == RocmStatus::success)
      status = RocmStatus::no_data;
    return taken(status, reading);
  }

  Outcome<CounterReading> counter(std::uint32_t board) const override {
    CounterReading reading{kNotTold, 0.0F};
    std::uint64_t time = 0;
    RocmStatus status =
        call(api_.energy_count, board, &reading.count, &reading.microjoules_per_count, &time);
    if (reading.count == kNotTold && status == RocmStatus::success) status = RocmStatus::no_data;
    return taken(status, reading);
  }

  PowerCap cap(std::uint32_t board) const override {
    std::uint64_t most = 0;
    std::uint64_t least = 0;
    const RocmStatus status = call(api_.power_cap_range, board, std::uint32_t{0}, &most, &least);
    PowerCap cap;
    cap.is_absent = status == RocmStatus::not_supported;
    if (status == RocmStatus::success && most != 0 && most != kNotTold)
      cap.most = static_cast<double>(most) * kMicrowatt;
    return cap;
  }

 private:
  template <class Value>
  Outcome<Value> taken(RocmStatus status, const Value& value) const {
    if (status == RocmStatus::success) return value;
    return Outcome<Value>::refuse(text_of(status));
  }

  std::unique_ptr<Library> library_;
  RocmApi api_;
  bool started_ = false;
};

std::string rocm_remedy(RocmStatus status) {
  switch (status) {
    case RocmStatus::init_error:
      return "sudo modprobe amdgpu";
    case RocmStatus::permission:
      return "join the groups video and render: sudo usermod -aG video,render $USER, and log in "
             "again";
    default:
      return "";
  }
}

}  // namespace

Started start_rocm_smi(const World& world) {
  std::string opened;
  std::string loader_error;
  auto library = open_first(world, kRocmLibraries, kRocmInstalled, opened, loader_error);
  if (!library)
    return {nullptr,
            true,
            {false, "AMD's ROCm SMI library cannot be opened: " + loader_error,
             "where there is an AMD board: install rocm-smi-lib (on Debian: sudo apt-get install "
             "librocm-smi64-1)"}};
  auto source = std::make_unique<RocmSmi>(std::move(library));
  const RocmStatus status = source->start();
  if (status == RocmStatus::success) return {std::move(source)};
  return {nullptr,
          false,
          {false, "ROCm SMI does not start: " + source->text_of(status), rocm_remedy(status)}};
}

}  // namespace isojoule::amd
