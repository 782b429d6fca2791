#include "isojoule/sensor/level_zero/session.hpp"

#include <stdlib.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/text.hpp"
#include "isojoule/sensor/detail/load_symbol.hpp"

namespace isojoule::level_zero {
namespace {

constexpr const char* kLibrary = "libze_loader.so.1";
constexpr const char* kMask = "ZE_AFFINITY_MASK";
constexpr const char* kHierarchy = "ZE_FLAT_DEVICE_HIERARCHY";
constexpr const char* kEnableSysman = "ZES_ENABLE_SYSMAN";
constexpr std::uint32_t kIsGpu = 1;

/// A variable of this process's environment, which is where the library looks, for a while.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::optional<std::string>& value) : name_(name) {
    if (const char* now = ::getenv(name)) before_ = now;
    changed_ = before_ != value;
    if (changed_) set(value);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() {
    if (changed_) set(before_);
  }

 private:
  void set(const std::optional<std::string>& value) const {
    if (value) {
      ::setenv(name_, value->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

  const char* name_;
  std::optional<std::string> before_;
  bool changed_ = false;
};

/// The mask and its meaning as `world` has them.
struct ScopedMask {
  explicit ScopedMask(const World& world)
      : mask(kMask, world.environment->get(kMask)),
        hierarchy(kHierarchy, world.environment->get(kHierarchy)) {}
  ScopedVariable mask;
  ScopedVariable hierarchy;
};

/// Keeps it open for the process's life.
const Library& keep(std::unique_ptr<Library> library) {
  static std::mutex mutex;
  static std::vector<std::unique_ptr<Library>> kept;
  const std::lock_guard lock(mutex);
  return *kept.emplace_back(std::move(library));
}

/// The handles that `ask(&count, handles)` gives; it is asked for their number first.
template <class Handle, class Ask>
std::vector<Handle> list(Ask ask) {
  std::uint32_t count = 0;
  if (ask(&count, nullptr) != Result::success || count == 0) return {};
  std::vector<Handle> handles(count);
  if (ask(&count, handles.data()) != Result::success) return {};
  handles.resize(std::min<std::size_t>(count, handles.size()));
  return handles;
}

std::string text_of(const std::array<char, 256>& name) {
  const std::string_view text(name.data(), name.size());
  return valid_utf8(text.substr(0, text.find('\0')));
}

std::optional<Uuid> uuid_of(const Api& api, Device core_device) {
  CoreProperties properties;
  if (call(api.core_properties, core_device, &properties) != Result::success) return std::nullopt;
  return properties.uuid;
}

/// The entry of a board in a list, added where it is new.
Visible& entry_of(std::size_t board, std::vector<Visible>& visible) {
  const auto found = std::ranges::find(visible, board, &Visible::board);
  if (found != visible.end()) return *found;
  return visible.emplace_back(Visible{board, false, {}});
}

}  // namespace

Api load_api(const Library& library) {
  Api api;
  detail::load_symbol(library, "zesInit", api.init);
  detail::load_symbol(library, "zesDriverGet", api.drivers);
  detail::load_symbol(library, "zesDeviceGet", api.devices);
  detail::load_symbol(library, "zesDriverGetDeviceByUuidExp", api.device_by_uuid);
  detail::load_symbol(library, "zesDeviceGetProperties", api.properties);
  detail::load_symbol(library, "zesDevicePciGetProperties", api.pci);
  detail::load_symbol(library, "zesDeviceEnumPowerDomains", api.power_domains);
  detail::load_symbol(library, "zesPowerGetProperties", api.power_properties);
  detail::load_symbol(library, "zesPowerGetEnergyCounter", api.energy);
  detail::load_symbol(library, "zeInit", api.core_init);
  detail::load_symbol(library, "zeDriverGet", api.core_drivers);
  detail::load_symbol(library, "zeDeviceGet", api.core_devices);
  detail::load_symbol(library, "zeDeviceGetSubDevices", api.core_subdevices);
  detail::load_symbol(library, "zeDeviceGetProperties", api.core_properties);
  return api;
}

std::string describe(Result result) {
  switch (result) {
    case Result::function_absent:
      return "this library lacks the function";
    case Result::permission:
      return "insufficient permissions";
    case Result::unsupported:
      return "not supported";
    case Result::device_lost:
      return "the device is lost";
    case Result::uninitialized:
      return "no driver";
    default:
      return fmt::format("Level Zero error 0x{:08x}", static_cast<std::uint32_t>(result));
  }
}

std::unique_ptr<Session> Session::start(const World& world, Probe& why_not) {
  std::string loader_error;
  std::unique_ptr<Library> library = world.libraries->open(kLibrary, loader_error);
  if (!library) {
    why_not = {false, "Level Zero's library cannot be opened: " + loader_error,
               "where there is an Intel board: install level-zero and intel-level-zero-gpu (on "
               "Debian: libze1 and libze-intel-gpu1)"};
    return nullptr;
  }
  std::unique_ptr<Session> session(new Session(keep(std::move(library))));
  Result result = session->start_sysman();
  if (result != Result::success) {
    const Result older = session->start_by_core(world);
    if (older == Result::success) result = older;
  }
  if (result == Result::success) return session;
  why_not = {false, "Level Zero does not start: " + describe(result),
             result == Result::uninitialized || result == Result::dependency
                 ? "where there is an Intel board: install intel-level-zero-gpu (on Debian: "
                   "libze-intel-gpu1) and join the groups video and render"
                 : ""};
  return nullptr;
}

Result Session::start_sysman() {
  const Result result = call(api_.init, std::uint32_t{0});
  if (result != Result::success) return result;
  for (const Driver driver : list<Driver>(
           [this](std::uint32_t* count, Driver* all) { return call(api_.drivers, count, all); })) {
    for (const Device device : list<Device>([&](std::uint32_t* count, Device* all) {
           return call(api_.devices, driver, count, all);
         }))
      add_board(driver, device);
  }
  return result;
}

Result Session::start_by_core(const World& world) {
  const ScopedVariable enabled(kEnableSysman, "1");
  const ScopedMask mask(world);
  const Result result = call(api_.core_init, std::uint32_t{0});
  if (result != Result::success) return result;
  by_core_ = true;
  for (const Driver driver : list<Driver>([this](std::uint32_t* count, Driver* all) {
         return call(api_.core_drivers, count, all);
       })) {
    for (const Device device : list<Device>([&](std::uint32_t* count, Device* all) {
           return call(api_.core_devices, driver, count, all);
         }))
      add_board(driver, device);
  }
  return result;
}

void Session::add_board(Driver driver, Device device) {
  Board board;
  board.device = device;
  board.driver = driver;
  if (call(api_.properties, device, &board.properties) != Result::success) return;
  if (board.properties.core.type != kIsGpu) return;
  PciProperties pci;
  if (call(api_.pci, device, &pci) == Result::success)
    board.address =
        fmt::format("{:04x}:{:02x}:{:02x}.{:x}", pci.domain, pci.bus, pci.device, pci.function);
  board.name = text_of(board.properties.core.name);
  if (board.name.empty()) board.name = "Intel board";
  boards_.push_back(std::move(board));
}

std::vector<Visible> Session::all() const {
  std::vector<Visible> visible;
  for (std::size_t i = 0; i < boards_.size(); ++i) visible.push_back({i, true, {}});
  return visible;
}

std::vector<Visible> Session::visible(const World& world, std::string& trouble) const {
  const auto mask = world.environment->get(kMask);
  if (!mask) return all();
  if (!by_core_) return visible_by_core(world, trouble);
  // The mask has left the boards that there are; but how many tiles they have without it is hidden.
  if (mask->find('.') == mask->npos &&
      world.environment->get(kHierarchy).value_or("COMPOSITE") == "COMPOSITE")
    return all();
  trouble =
      fmt::format("{}={} may leave tiles, of which this library shows too little", kMask, *mask);
  return {};
}

std::vector<Visible> Session::visible_by_core(const World& world, std::string& trouble) const {
  const ScopedMask mask(world);
  std::vector<Visible> visible;
  const Result result = call(api_.core_init, std::uint32_t{0});
  if (result != Result::success) {
    trouble = fmt::format("{} cannot be read: {}", kMask, describe(result));
    return visible;
  }
  for (const Driver driver : list<Driver>([this](std::uint32_t* count, Driver* all) {
         return call(api_.core_drivers, count, all);
       })) {
    for (const Device device : list<Device>([&](std::uint32_t* count, Device* all) {
           return call(api_.core_devices, driver, count, all);
         }))
      if (!place(device, visible)) trouble = "a device of the mask is none of the boards";
  }
  for (Visible& entry : visible)
    entry.is_whole = entry.is_whole || entry.tiles.size() == boards_[entry.board].tiles();
  return visible;
}

/// Finds the board or the tiles of a device of the core by UUID; false if it is none of the boards.
bool Session::place(Device core_device, std::vector<Visible>& visible) const {
  const auto subdevices = list<Device>([&](std::uint32_t* count, Device* all) {
    return call(api_.core_subdevices, core_device, count, all);
  });
  bool found = true;
  if (subdevices.empty()) {
    const auto uuid = uuid_of(api_, core_device);
    if (!uuid) return false;
    place_tile(*uuid, visible, found);
  }
  for (const Device subdevice : subdevices) {
    const auto uuid = uuid_of(api_, subdevice);
    if (!uuid) return false;
    place_tile(*uuid, visible, found);
  }
  return found;
}

void Session::place_tile(const Uuid& uuid, std::vector<Visible>& visible, bool& found) const {
  for (std::size_t i = 0; i < boards_.size(); ++i) {
    const Board& board = boards_[i];
    Device device = nullptr;
    std::uint8_t on_tile = 0;
    std::uint32_t tile = 0;
    const bool is_named = call(api_.device_by_uuid, board.driver, uuid, &device, &on_tile, &tile) ==
                              Result::success &&
                          device == board.device;
    if (!is_named && board.properties.core.uuid != uuid) continue;
    Visible& entry = entry_of(i, visible);
    if (on_tile != 0) {
      if (std::ranges::find(entry.tiles, tile) == entry.tiles.end()) entry.tiles.push_back(tile);
    } else {
      // The board's own UUID without tiles beneath: of a board with several, one that is not named.
      entry.is_whole = board.tiles() == 1;
    }
    return;
  }
  found = false;
}

}  // namespace isojoule::level_zero
