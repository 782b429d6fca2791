// A stand-in for libamd_smi.so: the functions that isojoule calls, with the ABI of amdsmi.h in
// several of its versions, answering from a script.
//
// The environment variable FAKE_AMD_SMI_SCRIPT names a text file that is read again at each call,
// so that a test can change it while the library is in use. One setting a line, # begins a comment:
//
//   layout NAME            of the structures: 6.0 (the default; the version begins with the year),
//                          6.4 (so does this one; power with a number of 64 bits first),
//                          7.1 (the version begins with `major`) or
//                          next (a version structure and a power structure that nobody has seen)
//   version A B C          the version's first three numbers; default: those of the layout
//   return FUNCTION CODE   FUNCTION (amdsmi_init) gives CODE and does nothing
//
//   board                  Begins a board. The lines below it, up to the next `board`, describe it.
//   name TEXT              may contain spaces
//   bus NUMBER             of the PCI address, decimal; default: the board's index
//   partition NUMBER       of a divided board
//   cpu                    a processor that is no GPU
//   energy_count COUNT     what the energy counter shows
//   resolution_uj REAL     one count of it; default 15.3
//   current_w NUMBER       default: not supported, which is 65535
//   average_w NUMBER       likewise
//   max_cap NUMBER         the highest cap, as this version counts it; default 300000000
//
// A board without energy_count gives AMDSMI_STATUS_NOT_SUPPORTED (2). Without a script, or with a
// line that is not understood, amdsmi_init gives AMDSMI_STATUS_INIT_ERROR (18) or
// AMDSMI_STATUS_UNKNOWN_ERROR (0xffffffff). Two boards share each socket.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

enum Status : std::uint32_t {
  kSuccess = 0,
  kInvalid = 1,
  kNotSupported = 2,
  kInitError = 18,
  kUnknownError = 0xffffffff,
};

struct Version6 {
  std::uint32_t year, major, minor, release;
  const char* build;
};
struct Version7 {
  std::uint32_t major, minor, release;
  const char* build;
};
struct VersionNext {
  char text[64];
  std::uint32_t numbers[8];
};

struct Power60 {
  std::uint32_t current_socket_power, average_socket_power, gfx_voltage, soc_voltage, mem_voltage,
      power_limit, reserved[11];
};
struct Power64 {
  std::uint64_t socket_power;
  std::uint32_t current_socket_power, average_socket_power, gfx_voltage, soc_voltage, mem_voltage,
      power_limit, reserved[2];
};
struct Power71 {
  std::uint64_t socket_power;
  std::uint32_t current_socket_power, average_socket_power;
  std::uint64_t gfx_voltage, soc_voltage, mem_voltage;
  std::uint32_t power_limit;
  std::uint64_t reserved[18];
};
struct PowerNext {
  std::uint64_t flags;
  double socket_power;
  std::uint64_t reserved[64];
};
struct PowerCap {
  std::uint64_t power_cap, default_power_cap, dpm_cap, min_power_cap, max_power_cap, reserved[3];
};
struct Asic60 {
  char market_name[64];
  std::uint32_t vendor_id;
  char vendor_name[64];
};
struct Asic71 {
  char market_name[256];
  std::uint32_t vendor_id;
  char vendor_name[256];
};

struct Board {
  std::string name;
  bool is_cpu = false;
  double resolution_uj = 15.3;
  std::map<std::string, std::uint64_t> numbers;

  std::uint64_t number(const std::string& key, std::uint64_t otherwise) const {
    const auto found = numbers.find(key);
    return found == numbers.end() ? otherwise : found->second;
  }
};

struct Script {
  std::uint32_t trouble = kSuccess;
  std::string layout = "6.0";
  std::optional<std::vector<std::uint32_t>> version;
  std::map<std::string, std::uint32_t> returns;
  std::vector<Board> boards;
};

bool take_board_line(const std::string& key, std::istringstream& words, Board& board) {
  if (key == "name") return static_cast<bool>(std::getline(words >> std::ws, board.name));
  if (key == "cpu") return board.is_cpu = true;
  if (key == "resolution_uj") return static_cast<bool>(words >> board.resolution_uj);
  for (const char* known :
       {"bus", "partition", "energy_count", "current_w", "average_w", "max_cap"})
    if (key == known) return static_cast<bool>(words >> board.numbers[key]);
  return false;
}

bool take_line(const std::string& line, Script& script) {
  std::istringstream words(line.substr(0, line.find('#')));
  std::string key;
  if (!(words >> key)) return true;
  if (key == "board") {
    script.boards.emplace_back();
    return true;
  }
  if (key == "layout") return static_cast<bool>(words >> script.layout);
  if (key == "version") {
    script.version.emplace(3);
    for (std::uint32_t& number : *script.version) words >> number;
    return static_cast<bool>(words);
  }
  if (key == "return") {
    std::string function;
    return words >> function && words >> script.returns[function];
  }
  return !script.boards.empty() && take_board_line(key, words, script.boards.back());
}

Script read_script() {
  Script script;
  const char* path = std::getenv("FAKE_AMD_SMI_SCRIPT");
  std::ifstream file(path != nullptr ? path : "");
  if (!file) script.trouble = kInitError;
  for (std::string line; std::getline(file, line);)
    if (!take_line(line, script)) script.trouble = kUnknownError;
  return script;
}

std::atomic<int> references = 0;

std::uint32_t answer_for(const Script& script, const char* function) {
  if (references <= 0) return 32;  // AMDSMI_STATUS_NOT_INIT
  const auto found = script.returns.find(function);
  return found == script.returns.end() ? std::uint32_t{kSuccess} : found->second;
}

/// Handles are numbers from 1 on.
template <class Answer>
std::uint32_t ask_board(void* handle, const char* function, Answer answer) {
  const Script script = read_script();
  const std::uint32_t code = answer_for(script, function);
  if (code != kSuccess) return code;
  const auto index = reinterpret_cast<std::uintptr_t>(handle) - 1;
  if (index >= script.boards.size()) return kInvalid;
  return answer(script, script.boards[index], index);
}

void* handle_of(std::size_t index) { return reinterpret_cast<void*>(index + 1); }

/// Copies a structure whole, reserved fields and all.
template <class Structure>
std::uint32_t give(const Structure& structure, void* out) {
  std::memcpy(out, &structure, sizeof structure);
  return kSuccess;
}

template <class Power>
std::uint32_t give_power(const Board& board, void* out) {
  Power power{};
  power.current_socket_power = static_cast<std::uint32_t>(board.number("current_w", 0xffff));
  power.average_socket_power = static_cast<std::uint32_t>(board.number("average_w", 0xffff));
  power.power_limit = 300;
  return give(power, out);
}

}  // namespace

extern "C" {

std::uint32_t amdsmi_init(std::uint64_t flags) {
  if (flags != 2) return kInvalid;  // AMDSMI_INIT_AMD_GPUS
  const Script script = read_script();
  if (script.trouble != kSuccess) return script.trouble;
  const auto found = script.returns.find("amdsmi_init");
  if (found != script.returns.end()) return found->second;
  ++references;
  return kSuccess;
}

std::uint32_t amdsmi_shut_down() {
  --references;
  return kSuccess;
}

/// Not AMD's: how many amdsmi_init have not been followed by amdsmi_shut_down.
int fake_amd_smi_references() { return references; }

std::uint32_t amdsmi_status_code_to_string(std::uint32_t status, const char** text) {
  if (status == kNotSupported) {
    *text = "AMDSMI_STATUS_NOT_SUPPORTED - Feature not supported";
  } else if (status == 34) {
    *text = "AMDSMI_STATUS_DRIVER_NOT_LOADED - Processor driver not loaded";
  } else {
    return kInvalid;
  }
  return kSuccess;
}

std::uint32_t amdsmi_get_lib_version(void* out) {
  const Script script = read_script();
  if (const std::uint32_t code = answer_for(script, "amdsmi_get_lib_version")) return code;
  const auto numbers = [&](std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return script.version.value_or(std::vector<std::uint32_t>{a, b, c});
  };
  if (script.layout == "next") return give(VersionNext{"28.0.0", {}}, out);
  if (script.layout == "7.1") {
    const auto v = numbers(26, 1, 0);
    return give(Version7{v[0], v[1], v[2], "build"}, out);
  }
  const auto v = script.layout == "6.4" ? numbers(25, 3, 0) : numbers(23, 4, 2);
  return give(Version6{v[0], v[1], v[2], 0, "build"}, out);
}

std::uint32_t amdsmi_get_socket_handles(std::uint32_t* count, void** sockets) {
  const Script script = read_script();
  if (const std::uint32_t code = answer_for(script, "amdsmi_get_socket_handles")) return code;
  const std::size_t all = (script.boards.size() + 1) / 2;
  for (std::size_t i = 0; sockets != nullptr && i < *count && i < all; ++i)
    sockets[i] = handle_of(i);
  *count = static_cast<std::uint32_t>(all);
  return kSuccess;
}

std::uint32_t amdsmi_get_processor_handles(void* socket, std::uint32_t* count, void** processors) {
  const Script script = read_script();
  if (const std::uint32_t code = answer_for(script, "amdsmi_get_processor_handles")) return code;
  const std::size_t first = (reinterpret_cast<std::uintptr_t>(socket) - 1) * 2;
  const std::size_t all = std::min<std::size_t>(2, script.boards.size() - first);
  for (std::size_t i = 0; processors != nullptr && i < *count && i < all; ++i)
    processors[i] = handle_of(first + i);
  *count = static_cast<std::uint32_t>(all);
  return kSuccess;
}

std::uint32_t amdsmi_get_processor_type(void* processor, std::uint32_t* type) {
  return ask_board(processor, "amdsmi_get_processor_type",
                   [&](const Script&, const Board& board, std::size_t) -> std::uint32_t {
                     *type = board.is_cpu ? 2 : 1;
                     return kSuccess;
                   });
}

std::uint32_t amdsmi_get_gpu_bdf_id(void* processor, std::uint64_t* id) {
  return ask_board(processor, "amdsmi_get_gpu_bdf_id",
                   [&](const Script&, const Board& board, std::size_t index) -> std::uint32_t {
                     *id = board.number("partition", 0) << 28 | board.number("bus", index) << 8;
                     return kSuccess;
                   });
}

std::uint32_t amdsmi_get_gpu_asic_info(void* processor, void* out) {
  return ask_board(processor, "amdsmi_get_gpu_asic_info",
                   [&](const Script& script, const Board& board, std::size_t) {
                     if (board.name.empty()) return std::uint32_t{kNotSupported};
                     Asic60 old{};
                     old.market_name[board.name.copy(old.market_name, 63)] = '\0';
                     Asic71 now{};
                     now.market_name[board.name.copy(now.market_name, 255)] = '\0';
                     return script.layout == "6.0" ? give(old, out) : give(now, out);
                   });
}

std::uint32_t amdsmi_get_power_info(void* processor, void* out) {
  return ask_board(processor, "amdsmi_get_power_info",
                   [&](const Script& script, const Board& board, std::size_t) {
                     if (script.layout == "6.0") return give_power<Power60>(board, out);
                     if (script.layout == "6.4") return give_power<Power64>(board, out);
                     if (script.layout == "7.1") return give_power<Power71>(board, out);
                     return give(PowerNext{1, 100.0, {}}, out);
                   });
}

std::uint32_t amdsmi_get_power_cap_info(void* processor, std::uint32_t sensor, void* out) {
  if (sensor != 0) return kInvalid;
  return ask_board(processor, "amdsmi_get_power_cap_info",
                   [&](const Script&, const Board& board, std::size_t) {
                     PowerCap cap{};
                     cap.max_power_cap = board.number("max_cap", 300'000'000);
                     return give(cap, out);
                   });
}

std::uint32_t amdsmi_get_energy_count(void* processor, std::uint64_t* count,
                                      float* microjoules_per_count, std::uint64_t* nanoseconds) {
  return ask_board(processor, "amdsmi_get_energy_count",
                   [&](const Script&, const Board& board, std::size_t) -> std::uint32_t {
                     if (!board.numbers.contains("energy_count")) return kNotSupported;
                     *count = board.number("energy_count", 0);
                     *microjoules_per_count = static_cast<float>(board.resolution_uj);
                     *nanoseconds = 0;
                     return kSuccess;
                   });
}

}  // extern "C"
