// A stand-in for libze_loader.so.1: the functions that isojoule calls, with the ABI of ze_api.h and
// zes_api.h, answering from a script.
//
// The environment variable FAKE_LEVEL_ZERO_SCRIPT names a text file that is read again at each
// call. One setting a line, # begins a comment:
//
//   return FUNCTION CODE   FUNCTION (zesInit) gives CODE, a decimal number, and does nothing
//   lone_tile_is_board     in COMPOSITE a tile that is alone has its board's UUID
//   order NUMBER...        of the boards as the core counts them; default: as they stand here
//
//   board                  Begins a board. The lines below it, up to the next `board`, describe it.
//   name TEXT              may contain spaces
//   bus NUMBER             of the PCI address, decimal
//   tiles NUMBER           default 1
//   integrated             it is a processor's own graphics
//   limit_mw NUMBER        greatest limit; default: not known
//   card_uj, package_uj, unknown_uj COUNT    a counter of this domain
//   tile_uj TILE COUNT     a counter of a tile
//
// ZE_AFFINITY_MASK and ZE_FLAT_DEVICE_HIERARCHY (default FLAT) are read from the process's
// environment and hold for the core's devices. Sysman's, after zesInit, are all boards. Without
// zesInit the core's are Sysman's if ZES_ENABLE_SYSMAN was 1 at zeInit. One driver.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr std::uint32_t kSuccess = 0;
constexpr std::uint32_t kUninitialized = 0x78000001;
constexpr std::uint32_t kUnsupported = 0x78000003;
constexpr std::uint32_t kInvalid = 0x78000004;

struct CoreProperties {
  std::uint32_t stype;
  void* next;
  std::uint32_t type, vendor, device, flags, subdevice, clock;
  std::uint64_t allocation;
  std::uint32_t sizes[7];
  std::uint64_t timer;
  std::uint32_t bits[2];
  std::uint8_t uuid[16];
  char name[256];
};
struct DeviceProperties {
  std::uint32_t stype;
  void* next;
  CoreProperties core;
  std::uint32_t subdevices;
  char texts[6][64];
};
struct PciProperties {
  std::uint32_t stype;
  void* next;
  std::uint32_t domain, bus, device, function;
};
struct PowerExtension {
  std::uint32_t stype;
  void* next;
  std::uint32_t domain;
};
struct PowerProperties {
  std::uint32_t stype;
  void* next;
  std::uint8_t on_subdevice;
  std::uint32_t subdevice;
  std::uint8_t can_control, has_threshold;
  std::int32_t default_limit, min_limit, max_limit;
};
struct Uuid {
  std::uint8_t id[16];
};

struct Counter {
  std::uint32_t domain = 0;  // zes_power_domain_t
  std::optional<std::uint32_t> tile;
  std::uint64_t microjoules = 0;
};

struct Board {
  std::string name = "Intel board";
  std::uint32_t bus = 0;
  std::uint32_t tiles = 1;
  bool integrated = false;
  std::int32_t limit_mw = -1;
  std::vector<Counter> counters;
};

struct Script {
  bool lone_tile_is_board = false;
  std::vector<std::size_t> order;
  std::map<std::string, std::uint32_t> returns;
  std::vector<Board> boards;
};

void take_board_line(const std::string& key, std::istringstream& words, Board& board) {
  const std::map<std::string, std::uint32_t> domains{
      {"unknown_uj", 0}, {"card_uj", 1}, {"package_uj", 2}, {"tile_uj", 3}};
  if (key == "name") {
    std::getline(words >> std::ws, board.name);
  } else if (key == "bus") {
    words >> board.bus;
  } else if (key == "tiles") {
    words >> board.tiles;
  } else if (key == "integrated") {
    board.integrated = true;
  } else if (key == "limit_mw") {
    words >> board.limit_mw;
  } else if (const auto domain = domains.find(key); domain != domains.end()) {
    Counter& counter = board.counters.emplace_back();
    counter.domain = domain->second;
    if (key == "tile_uj") words >> counter.tile.emplace();
    words >> counter.microjoules;
  } else {
    std::abort();
  }
}

Script read_script() {
  Script script;
  const char* path = std::getenv("FAKE_LEVEL_ZERO_SCRIPT");
  std::ifstream file(path != nullptr ? path : "");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string key;
    if (!(words >> key)) continue;
    if (key == "board") {
      script.boards.emplace_back();
    } else if (key == "return") {
      std::string function;
      words >> function >> script.returns[function];
    } else if (key == "lone_tile_is_board") {
      script.lone_tile_is_board = true;
    } else if (key == "order") {
      for (std::size_t place; words >> place;) script.order.push_back(place);
    } else {
      take_board_line(key, words, script.boards.back());
    }
  }
  for (std::size_t i = script.order.size(); i < script.boards.size(); ++i)
    script.order.push_back(i);
  return script;
}

bool sysman_by_zes = false;
bool sysman_by_core = false;
bool core_started = false;

std::uint32_t code_of(const Script& script, const char* function) {
  const auto found = script.returns.find(function);
  return found == script.returns.end() ? kSuccess : found->second;
}

// A device: board and, where it is one tile, that; else the tiles that can be seen of it.
struct Node {
  std::size_t board = 0;
  std::optional<std::uint32_t> tile;
  std::uint32_t seen = 0;  // a bit for each tile
};
void* handle_of(const Node& node) {
  return reinterpret_cast<void*>((node.board + 1) << 16 |
                                 std::uintptr_t{node.tile ? *node.tile + 1 : 0} << 8 | node.seen);
}
Node node_of(void* handle) {
  const auto number = reinterpret_cast<std::uintptr_t>(handle);
  Node node{(number >> 16) - 1, {}, static_cast<std::uint32_t>(number & 0xff)};
  if (const auto tile = number >> 8 & 0xff) node.tile = static_cast<std::uint32_t>(tile - 1);
  return node;
}

Node whole(const Script& script, std::size_t board) {
  return {board, {}, (1U << script.boards[board].tiles) - 1};
}

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

std::vector<std::string> mask_entries() {
  std::vector<std::string> entries;
  std::istringstream mask(variable("ZE_AFFINITY_MASK", ""));
  for (std::string entry; std::getline(mask, entry, ',');) entries.push_back(entry);
  return entries;
}

/// FLAT and COMBINED: numbers are of tiles.
std::vector<Node> flat_devices(const Script& script) {
  std::vector<Node> tiles;
  for (const std::size_t board : script.order) {
    if (script.boards[board].tiles == 1) {
      tiles.push_back(whole(script, board));
    } else {
      for (std::uint32_t tile = 0; tile < script.boards[board].tiles; ++tile)
        tiles.push_back({board, tile, 0});
    }
  }
  if (std::getenv("ZE_AFFINITY_MASK") == nullptr) return tiles;
  std::vector<Node> left;
  for (const std::string& entry : mask_entries())
    if (const std::size_t place = std::stoul(entry); place < tiles.size())
      left.push_back(tiles[place]);
  return left;
}

/// COMPOSITE: numbers are of boards, and "1.0" is a tile.
std::vector<Node> composite_devices(const Script& script) {
  std::map<std::size_t, std::uint32_t> seen;
  for (const std::string& entry : mask_entries()) {
    const std::size_t place = std::stoul(entry);
    if (place >= script.order.size()) continue;
    const auto dot = entry.find('.');
    seen[place] |= dot == entry.npos ? whole(script, script.order[place]).seen
                                     : 1U << std::stoul(entry.substr(dot + 1));
  }
  if (std::getenv("ZE_AFFINITY_MASK") == nullptr)
    for (std::size_t place = 0; place < script.order.size(); ++place)
      seen[place] = whole(script, script.order[place]).seen;
  std::vector<Node> devices;
  for (const auto& [place, bits] : seen) {
    Node node{script.order[place], {}, bits};
    const bool is_lone = (bits & (bits - 1)) == 0 && script.boards[node.board].tiles > 1;
    if (is_lone && !script.lone_tile_is_board)
      node = {node.board, static_cast<std::uint32_t>(__builtin_ctz(bits)), 0};
    devices.push_back(node);
  }
  return devices;
}

std::vector<Node> core_devices(const Script& script) {
  return variable("ZE_FLAT_DEVICE_HIERARCHY", "FLAT") == "COMPOSITE" ? composite_devices(script)
                                                                     : flat_devices(script);
}

std::uint32_t give(const std::vector<Node>& nodes, std::uint32_t* count, void** handles) {
  for (std::size_t i = 0; handles != nullptr && i < *count && i < nodes.size(); ++i)
    handles[i] = handle_of(nodes[i]);
  *count = static_cast<std::uint32_t>(nodes.size());
  return kSuccess;
}

std::uint32_t give_driver(std::uint32_t* count, void** drivers) {
  static int driver = 0;
  if (drivers != nullptr && *count > 0) drivers[0] = &driver;
  *count = 1;
  return kSuccess;
}

void fill_core(const Script& script, const Node& node, CoreProperties& core) {
  const Board& board = script.boards[node.board];
  core.type = 1;
  core.flags = (board.integrated ? 1U : 0U) | (node.tile ? 2U : 0U);
  core.subdevice = node.tile.value_or(0);
  std::memset(core.uuid, 0, sizeof core.uuid);
  core.uuid[0] = static_cast<std::uint8_t>(node.board + 1);
  core.uuid[15] = static_cast<std::uint8_t>(node.tile ? *node.tile + 1 : 0);
  core.name[board.name.copy(core.name, 255)] = '\0';
}

bool sysman_is_on() { return sysman_by_zes || sysman_by_core; }

}  // namespace

extern "C" {

std::uint32_t zesInit(std::uint32_t flags) {
  const std::uint32_t code = flags != 0 ? kInvalid : code_of(read_script(), "zesInit");
  sysman_by_zes = code == kSuccess;
  sysman_by_core = core_started = false;
  return code;
}

std::uint32_t zeInit(std::uint32_t flags) {
  const std::uint32_t code = flags != 0 ? kInvalid : code_of(read_script(), "zeInit");
  core_started = code == kSuccess;
  if (!sysman_by_zes) sysman_by_core = core_started && variable("ZES_ENABLE_SYSMAN", "0") == "1";
  return code;
}

std::uint32_t zesDriverGet(std::uint32_t* count, void** drivers) {
  return sysman_by_zes ? give_driver(count, drivers) : kUninitialized;
}
std::uint32_t zeDriverGet(std::uint32_t* count, void** drivers) {
  return core_started ? give_driver(count, drivers) : kUninitialized;
}

std::uint32_t zesDeviceGet(void*, std::uint32_t* count, void** devices) {
  if (!sysman_by_zes) return kUninitialized;
  const Script script = read_script();
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < script.boards.size(); ++i) nodes.push_back(whole(script, i));
  return give(nodes, count, devices);
}

std::uint32_t zeDeviceGet(void*, std::uint32_t* count, void** devices) {
  return core_started ? give(core_devices(read_script()), count, devices) : kUninitialized;
}

std::uint32_t zeDeviceGetSubDevices(void* device, std::uint32_t* count, void** subdevices) {
  const Node node = node_of(device);
  const Script script = read_script();
  std::vector<Node> nodes;
  const bool is_lone = (node.seen & (node.seen - 1)) == 0;
  for (std::uint32_t tile = 0; !node.tile && !is_lone && tile < 8; ++tile)
    if ((node.seen >> tile & 1U) != 0) nodes.push_back({node.board, tile, 0});
  return give(nodes, count, subdevices);
}

std::uint32_t zeDeviceGetProperties(void* device, CoreProperties* properties) {
  if (properties->stype != 0x3) return kInvalid;
  fill_core(read_script(), node_of(device), *properties);
  return kSuccess;
}

std::uint32_t zesDeviceGetProperties(void* device, DeviceProperties* properties) {
  if (!sysman_is_on()) return kUninitialized;
  if (properties->stype != 0x1) return kInvalid;
  const Script script = read_script();
  const Node node = node_of(device);
  fill_core(script, node, properties->core);
  const std::uint32_t tiles = script.boards[node.board].tiles;
  properties->subdevices = tiles > 1 ? tiles : 0;
  return kSuccess;
}

std::uint32_t zesDevicePciGetProperties(void* device, PciProperties* properties) {
  if (!sysman_is_on()) return kUninitialized;
  if (properties->stype != 0x2) return kInvalid;
  properties->domain = properties->device = properties->function = 0;
  properties->bus = read_script().boards[node_of(device).board].bus;
  return kSuccess;
}

std::uint32_t zesDriverGetDeviceByUuidExp(void*, Uuid uuid, void** device,
                                          std::uint8_t* on_subdevice, std::uint32_t* subdevice) {
  const Script script = read_script();
  if (const std::uint32_t code = code_of(script, "zesDriverGetDeviceByUuidExp")) return code;
  const std::size_t board = uuid.id[0] - 1U;
  if (board >= script.boards.size()) return kUnsupported;
  *device = handle_of(whole(script, board));
  *on_subdevice = uuid.id[15] != 0;
  *subdevice = uuid.id[15] != 0 ? uuid.id[15] - 1U : 0;
  return kSuccess;
}

std::uint32_t zesDeviceEnumPowerDomains(void* device, std::uint32_t* count, void** domains) {
  if (!sysman_is_on()) return kUninitialized;
  const std::size_t board = node_of(device).board;
  const std::size_t all = read_script().boards[board].counters.size();
  for (std::size_t i = 0; domains != nullptr && i < *count && i < all; ++i)
    domains[i] = reinterpret_cast<void*>((board + 1) << 8 | i);
  *count = static_cast<std::uint32_t>(all);
  return kSuccess;
}

std::uint32_t zesPowerGetProperties(void* handle, PowerProperties* properties) {
  if (properties->stype != 0xd) return kInvalid;
  const auto number = reinterpret_cast<std::uintptr_t>(handle);
  const Script script = read_script();
  const Board& board = script.boards[(number >> 8) - 1];
  const Counter& counter = board.counters[number & 0xff];
  properties->on_subdevice = counter.tile.has_value();
  properties->subdevice = counter.tile.value_or(0);
  properties->default_limit = properties->min_limit = -1;
  properties->max_limit = board.limit_mw;
  auto* extension = static_cast<PowerExtension*>(properties->next);
  if (extension != nullptr && extension->stype == 0x28) extension->domain = counter.domain;
  return kSuccess;
}

std::uint32_t zesPowerGetEnergyCounter(void* handle, std::uint64_t* energy_and_time) {
  const auto number = reinterpret_cast<std::uintptr_t>(handle);
  const Script script = read_script();
  if (const std::uint32_t code = code_of(script, "zesPowerGetEnergyCounter")) return code;
  energy_and_time[0] = script.boards[(number >> 8) - 1].counters[number & 0xff].microjoules;
  energy_and_time[1] = 1;
  return kSuccess;
}

}  // extern "C"
