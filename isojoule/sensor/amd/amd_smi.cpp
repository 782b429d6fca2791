// AMD SMI: the few functions that are used, as its header amdsmi.h declares them. Its structures
// have changed between versions, so that they are read only where the layout is known. The library
// is opened at run time; nothing of AMD's is needed to build.
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/text.hpp"
#include "isojoule/sensor/amd/guarded_buffer.hpp"
#include "isojoule/sensor/amd/library.hpp"
#include "isojoule/sensor/amd/source.hpp"
#include "isojoule/sensor/detail/load_symbol.hpp"

namespace isojoule::amd {
namespace {

// Of ROCm 7.15, 7.0, 6.4, 6.1 and 6.0 on; then as the development package links it.
constexpr std::array kSmiLibraries{"libamd_smi.so.27", "libamd_smi.so.26", "libamd_smi.so.25",
                                   "libamd_smi.so.24", "libamd_smi.so.23", "libamd_smi.so"};
constexpr const char* kSmiInstalled = "/opt/rocm/lib/libamd_smi.so";

/// amdsmi_status_t: the codes that are told apart here. Others may come; all but `success` are
/// errors.
enum class SmiStatus : std::uint32_t {
  success = 0,
  not_supported = 2,
  permission = 10,
  init_error = 18,
  driver_not_loaded = 34,
  no_data = 40,
  /// Not AMD's: the library does not have the function.
  function_absent = 0xfffffffd,
};

constexpr std::uint64_t kGpusOnly = 2;  // AMDSMI_INIT_AMD_GPUS
constexpr std::uint32_t kIsGpu = 1;     // AMDSMI_PROCESSOR_TYPE_AMD_GPU
constexpr std::uint64_t kAllOnes = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t kNoWatts = 0xffff;  // and all ones
constexpr double kMicrowattsPerWatt = 1e6;

/// amdsmi_power_info_t: where its powers stand, two numbers of 32 bits in watts.
struct PowerLayout {
  std::uint32_t first_version;  ///< what the version call gives first
  std::size_t current;          ///< MI300 and newer
  std::size_t average;          ///< older ones, and Radeon
  std::size_t size;
};

// As the headers of these versions declare it. Up to 25 the version call gives the year first, from
// 26 on the major version; both count on, so that the first number tells the layout. The same
// number is that of the soname.
constexpr std::array kPowerLayouts{
    PowerLayout{23, 0, 4, 68},    // ROCm 6.0
    PowerLayout{24, 0, 4, 68},    // ROCm 6.1 to 6.3
    PowerLayout{25, 8, 12, 40},   // ROCm 6.4: a number of 64 bits came first
    PowerLayout{26, 8, 12, 192},  // ROCm 7.0 to 7.14
};
// amdsmi_version_t: three or four numbers of 32 bits, then a pointer.
constexpr std::size_t kVersionSize = 24;
// amdsmi_power_cap_info_t: eight numbers of 64 bits in all versions.
constexpr std::size_t kMaxCapOffset = 32;
constexpr std::size_t kCapSize = 64;
// amdsmi_asic_info_t begins with the name in all versions: 64 bytes, later 256.
constexpr std::size_t kLongestName = 255;

using SmiHandle = void*;

/// The library's functions; nullptr where it does not have one. Structures are passed as `void*`.
struct SmiApi {
  SmiStatus (*init)(std::uint64_t flags) = nullptr;
  SmiStatus (*shut_down)() = nullptr;
  SmiStatus (*status_string)(SmiStatus status, const char** text) = nullptr;
  SmiStatus (*version)(void* version) = nullptr;
  SmiStatus (*sockets)(std::uint32_t* count, SmiHandle* sockets) = nullptr;
  SmiStatus (*processors)(SmiHandle socket, std::uint32_t* count, SmiHandle* processors) = nullptr;
  SmiStatus (*processor_type)(SmiHandle processor, std::uint32_t* type) = nullptr;
  SmiStatus (*pci_id)(SmiHandle processor, std::uint64_t* id) = nullptr;
  SmiStatus (*asic)(SmiHandle processor, void* asic) = nullptr;
  SmiStatus (*power)(SmiHandle processor, void* power) = nullptr;
  SmiStatus (*power_cap)(SmiHandle processor, std::uint32_t sensor, void* cap) = nullptr;
  SmiStatus (*energy_count)(SmiHandle processor, std::uint64_t* count, float* microjoules_per_count,
                            std::uint64_t* nanoseconds) = nullptr;
};

SmiApi load_smi_api(const Library& library) {
  SmiApi api;
  detail::load_symbol(library, "amdsmi_init", api.init);
  detail::load_symbol(library, "amdsmi_shut_down", api.shut_down);
  detail::load_symbol(library, "amdsmi_status_code_to_string", api.status_string);
  detail::load_symbol(library, "amdsmi_get_lib_version", api.version);
  detail::load_symbol(library, "amdsmi_get_socket_handles", api.sockets);
  detail::load_symbol(library, "amdsmi_get_processor_handles", api.processors);
  detail::load_symbol(library, "amdsmi_get_processor_type", api.processor_type);
  detail::load_symbol(library, "amdsmi_get_gpu_bdf_id", api.pci_id);
  detail::load_symbol(library, "amdsmi_get_gpu_asic_info", api.asic);
  detail::load_symbol(library, "amdsmi_get_power_info", api.power);
  detail::load_symbol(library, "amdsmi_get_power_cap_info", api.power_cap);
  detail::load_symbol(library, "amdsmi_get_energy_count", api.energy_count);
  return api;
}

/// "26" of "libamd_smi.so.26"; empty where the name has no version.
std::optional<std::uint32_t> soname_version(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  std::uint32_t version = 0;
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), version);
  if (error != std::errc{} || end != last.data() + last.size()) return std::nullopt;
  return version;
}

/// What the library calls itself, and what follows from that.
struct Version {
  std::string text;                    ///< "26.0.0"; empty if it does not say
  const PowerLayout* power = nullptr;  ///< empty: not known
};

Version find_version(const SmiApi& api, const std::string& opened) {
  GuardedBuffer buffer;
  if (call(api.version, buffer.data()) != SmiStatus::success ||
      !buffer.is_untouched_from(kVersionSize))
    return {};
  const auto first = buffer.at<std::uint32_t>(0);
  Version version;
  version.text =
      fmt::format("{}.{}.{}", first, buffer.at<std::uint32_t>(4), buffer.at<std::uint32_t>(8));
  if (soname_version(opened).value_or(first) != first) return version;
  for (const PowerLayout& layout : kPowerLayouts)
    if (layout.first_version == first) version.power = &layout;
  return version;
}

std::optional<std::uint32_t> watts_at(const GuardedBuffer& buffer, std::size_t offset) {
  const auto watts = buffer.at<std::uint32_t>(offset);
  if (watts == kNoWatts || watts == static_cast<std::uint32_t>(kAllOnes)) return std::nullopt;
  return watts;
}

/// Gives caps in one unit: some versions have them in watts, others in microwatts. No board has a
/// cap of 100 kW, and none one of 0.1 W.
Power cap_of(std::uint64_t number) {
  constexpr std::uint64_t kMostWatts = 100'000;
  return static_cast<double>(number) * (number < kMostWatts ? watt : kMicrowatt);
}

class AmdSmi final : public Source {
 public:
  AmdSmi(const World& world, std::unique_ptr<Library> library, std::string opened)
      : world_(world),
        library_(std::move(library)),
        opened_(std::move(opened)),
        api_(load_smi_api(*library_)) {}
  ~AmdSmi() override {
    if (started_) call(api_.shut_down);
  }

  SmiStatus start() {
    const SmiStatus status = call(api_.init, kGpusOnly);
    started_ = status == SmiStatus::success;
    if (!started_) return status;
    version_ = find_version(api_, opened_);
    const SmiStatus found = find_boards();
    try_power_layout();
    return found;
  }

  std::string name() const override {
    return version_.text.empty() ? "AMD SMI" : "AMD SMI " + version_.text;
  }
  std::string text_of(SmiStatus status) const {
    return describe(api_.status_string, status, "AMD SMI");
  }

  Outcome<std::uint32_t> count() const override {
    return static_cast<std::uint32_t>(boards_.size());
  }

  Identity identity(std::uint32_t board) const override {
    Identity identity;
    if (call(api_.pci_id, boards_[board], &identity.pci_id) != SmiStatus::success)
      identity.pci_id = std::uint64_t{board} << 8;
    // AMD SMI's own UUID is another number than the one that ROCR_VISIBLE_DEVICES takes.
    const std::string id =
        read_text(world_.path("/sys/bus/pci/devices/" + address_of(identity.pci_id) + "/unique_id"))
            .value_or("");
    if (!id.empty()) identity.unique_id = "GPU-" + id.substr(0, id.find('\n'));
    GuardedBuffer asic;
    if (call(api_.asic, boards_[board], asic.data()) == SmiStatus::success) {
      const std::string_view text(asic.text(), kLongestName);
      if (const auto end = text.find('\0'); end != text.npos)
        identity.name = valid_utf8(text.substr(0, end));
    }
    return identity;
  }

  std::string why_no_power() const override {
    if (version_.power != nullptr) return {};
    return fmt::format("the layout of {}'s powers is not known ({})", name(), opened_);
  }

  Outcome<PowerReading> power(std::uint32_t board) const override {
    if (version_.power == nullptr) return Outcome<PowerReading>::refuse(why_no_power());
    const PowerLayout& layout = *version_.power;
    GuardedBuffer info;
    const SmiStatus status = call(api_.power, boards_[board], info.data());
    if (status != SmiStatus::success) return Outcome<PowerReading>::refuse(text_of(status));
    if (!info.is_untouched_from(layout.size))
      return Outcome<PowerReading>::refuse("the library's structure is larger than is known");
    const auto current = watts_at(info, layout.current);
    const auto average = watts_at(info, layout.average);
    if (!current && !average)
      return Outcome<PowerReading>::refuse(text_of(SmiStatus::not_supported));
    // Boards that show a mean have no power of the moment, which some versions give as 0.
    const bool is_instant = current && (*current > 0 || !average);
    return PowerReading{
        static_cast<std::uint64_t>((is_instant ? *current : *average) * kMicrowattsPerWatt),
        is_instant ? PowerKind::instant : PowerKind::average};
  }

  Outcome<CounterReading> counter(std::uint32_t board) const override {
    CounterReading reading{kAllOnes, 0.0F};
    std::uint64_t time = 0;
    SmiStatus status = call(api_.energy_count, boards_[board], &reading.count,
                            &reading.microjoules_per_count, &time);
    if (reading.count == kAllOnes && status == SmiStatus::success) status = SmiStatus::no_data;
    if (status != SmiStatus::success) return Outcome<CounterReading>::refuse(text_of(status));
    return reading;
  }

  PowerCap cap(std::uint32_t board) const override {
    GuardedBuffer info;
    const SmiStatus status = call(api_.power_cap, boards_[board], std::uint32_t{0}, info.data());
    PowerCap cap;
    cap.is_absent = status == SmiStatus::not_supported;
    if (status != SmiStatus::success || !info.is_untouched_from(kCapSize)) return cap;
    const auto most = info.at<std::uint64_t>(kMaxCapOffset);
    if (most != 0 && most != kAllOnes) cap.most = cap_of(most);
    return cap;
  }

 private:
  /// Handles that `ask(&count, handles)` gives; it is asked for their number first.
  template <class Ask>
  static SmiStatus list(Ask ask, std::vector<SmiHandle>& handles) {
    std::uint32_t count = 0;
    SmiStatus status = ask(&count, nullptr);
    if (status != SmiStatus::success) return status;
    handles.resize(count);
    status = ask(&count, handles.data());
    if (status == SmiStatus::success && count < handles.size()) handles.resize(count);
    return status;
  }

  SmiStatus find_boards() {
    std::vector<SmiHandle> sockets;
    const SmiStatus status = list(
        [this](std::uint32_t* count, SmiHandle* all) { return call(api_.sockets, count, all); },
        sockets);
    if (status != SmiStatus::success) return status;
    for (const SmiHandle socket : sockets) {
      std::vector<SmiHandle> processors;
      const SmiStatus answer =
          list([&](std::uint32_t* count,
                   SmiHandle* all) { return call(api_.processors, socket, count, all); },
               processors);
      if (answer != SmiStatus::success) return answer;
      for (const SmiHandle processor : processors) {
        std::uint32_t type = kIsGpu;
        call(api_.processor_type, processor, &type);
        if (type == kIsGpu) boards_.push_back(processor);
      }
    }
    return SmiStatus::success;
  }

  /// A structure that turns out larger than the layout has it makes the layout unknown.
  void try_power_layout() {
    for (const SmiHandle board : boards_) {
      GuardedBuffer info;
      call(api_.power, board, info.data());
      if (version_.power != nullptr && !info.is_untouched_from(version_.power->size))
        version_.power = nullptr;
    }
  }

  World world_;
  std::unique_ptr<Library> library_;
  std::string opened_;
  SmiApi api_;
  bool started_ = false;
  Version version_;
  std::vector<SmiHandle> boards_;
};

std::string smi_remedy(SmiStatus status) {
  switch (status) {
    case SmiStatus::init_error:
    case SmiStatus::driver_not_loaded:
      return "sudo modprobe amdgpu";
    case SmiStatus::permission:
      return "join the groups video and render: sudo usermod -aG video,render $USER, and log in "
             "again";
    default:
      return "";
  }
}

}  // namespace

Started start_amd_smi(const World& world) {
  std::string opened;
  std::string loader_error;
  auto library = open_first(world, kSmiLibraries, kSmiInstalled, opened, loader_error);
  if (!library)
    return {nullptr,
            true,
            {false, "AMD's AMD SMI library cannot be opened: " + loader_error,
             "where there is an AMD board: install amd-smi-lib of AMD's packages"}};
  auto source = std::make_unique<AmdSmi>(world, std::move(library), std::move(opened));
  const SmiStatus status = source->start();
  if (status == SmiStatus::success) return {std::move(source)};
  return {nullptr,
          false,
          {false, "AMD SMI does not start: " + source->text_of(status), smi_remedy(status)}};
}

}  // namespace isojoule::amd
