// A stand-in for libnvidia-ml.so.1: the functions that isojoule calls, with NVIDIA's documented
// ABI, answering from a script.
//
// The environment variable FAKE_NVML_SCRIPT names a text file that is read again at each call, so
// that a test can change it while the library is in use. One setting a line, # begins a comment:
//
//   return FUNCTION CODE   FUNCTION (nvmlInit_v2) gives CODE and does nothing. Before the first
//                          `board` it holds for every board, after it for that board only.
//   board                  Begins a board. The lines below it, up to the next `board`, describe it.
//   uuid TEXT              default: GPU-fake-N, N counting from 0
//   name TEXT              default: Fake GPU; may contain spaces
//   energy_mj COUNT        what the energy counter shows, in millijoules
//   energy_rate_mw POWER   the energy counter advances at this power with CLOCK_MONOTONIC, as if it
//                          had stood at energy_mj (default 0) when the machine was started
//   power_mw POWER         the power now
//   limit_mw POWER         the highest limit that may be set
//   enforced_limit_mw POWER
//
// What a board has no line for is NVML_ERROR_NOT_SUPPORTED (3). Without a script, or with a line
// that is not understood, nvmlInit_v2 gives NVML_ERROR_DRIVER_NOT_LOADED (9) or NVML_ERROR_UNKNOWN
// (999). Before nvmlInit_v2 and after nvmlShutdown, calls give NVML_ERROR_UNINITIALIZED (1), as the
// real library's do.
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

enum Return : int {
  kSuccess = 0,
  kUninitialized = 1,
  kInvalidArgument = 2,
  kNotSupported = 3,
  kInsufficientSize = 7,
  kDriverNotLoaded = 9,
  kUnknown = 999,
};

using Returns = std::map<std::string, int>;

struct Board {
  Returns returns;
  std::string uuid;
  std::string name = "Fake GPU";
  std::map<std::string, std::uint64_t> numbers;  ///< energy_mj, power_mw, ...

  std::optional<std::uint64_t> number(const std::string& key) const {
    const auto found = numbers.find(key);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
  }
};

struct Script {
  int trouble = kSuccess;  ///< what nvmlInit_v2 gives
  Returns returns;
  std::vector<Board> boards;
};

bool is_number_key(const std::string& key) {
  static const std::vector<std::string> kKeys{"energy_mj", "energy_rate_mw", "power_mw", "limit_mw",
                                              "enforced_limit_mw"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

/// Takes one line in; false if it is not understood.
bool take_line(const std::string& line, Script& script) {
  std::istringstream words(line.substr(0, line.find('#')));
  std::string key;
  if (!(words >> key)) return true;
  if (key == "board") {
    script.boards.emplace_back();
    script.boards.back().uuid = "GPU-fake-" + std::to_string(script.boards.size() - 1);
    return true;
  }
  Board* board = script.boards.empty() ? nullptr : &script.boards.back();
  if (key == "return") {
    std::string function;
    int code = 0;
    if (!(words >> function >> code)) return false;
    (board != nullptr ? board->returns : script.returns)[function] = code;
    return true;
  }
  if (board == nullptr) return false;
  if (key == "uuid") return static_cast<bool>(words >> board->uuid);
  if (key == "name") return static_cast<bool>(std::getline(words >> std::ws, board->name));
  return is_number_key(key) && static_cast<bool>(words >> board->numbers[key]);
}

Script read_script() {
  Script script;
  const char* path = std::getenv("FAKE_NVML_SCRIPT");
  std::ifstream file(path != nullptr ? path : "");
  if (!file) script.trouble = kDriverNotLoaded;
  for (std::string line; std::getline(file, line);) {
    if (!take_line(line, script)) script.trouble = kUnknown;
  }
  return script;
}

std::atomic<int> references = 0;

/// What every function but nvmlInit_v2 does first: the code that the script asks for, if it does.
int begin(const Script& script, const char* function) {
  if (references <= 0) return kUninitialized;
  const auto found = script.returns.find(function);
  return found == script.returns.end() ? kSuccess : found->second;
}

/// A device handle is the board's index plus one, so that it survives a change of the script.
void* handle_of(unsigned int index) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(index) + 1);
}

/// Calls answer(board) unless the script asks for another code, or the board is not there.
template <class Answer>
int ask_board(void* device, const char* function, Answer answer) {
  const Script script = read_script();
  if (const int code = begin(script, function); code != kSuccess) return code;
  const std::uintptr_t place = reinterpret_cast<std::uintptr_t>(device);
  if (place == 0 || place > script.boards.size()) return kInvalidArgument;
  const Board& board = script.boards[place - 1];
  const auto found = board.returns.find(function);
  return found == board.returns.end() ? answer(board) : found->second;
}

int give_text(const std::string& text, char* buffer, unsigned int size) {
  if (text.size() >= size) return kInsufficientSize;
  buffer[text.copy(buffer, size - 1)] = '\0';
  return kSuccess;
}

int give_number(const Board& board, const char* key, unsigned int* answer) {
  const std::optional<std::uint64_t> number = board.number(key);
  if (!number) return kNotSupported;
  *answer = static_cast<unsigned int>(*number);
  return kSuccess;
}

std::uint64_t monotonic_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

}  // namespace

extern "C" {

int nvmlInit_v2() {
  const Script script = read_script();
  if (script.trouble != kSuccess) return script.trouble;
  const auto found = script.returns.find("nvmlInit_v2");
  if (found != script.returns.end() && found->second != kSuccess) return found->second;
  ++references;
  return kSuccess;
}

int nvmlShutdown() {
  if (references <= 0) return kUninitialized;
  --references;
  return kSuccess;
}

/// Not NVIDIA's: how many nvmlInit_v2 have not been followed by nvmlShutdown.
int fake_nvml_references() { return references; }

const char* nvmlErrorString(int code) {
  switch (code) {
    case kSuccess:
      return "Success";
    case kNotSupported:
      return "Not Supported";
    case kDriverNotLoaded:
      return "Driver Not Loaded";
    case 4:
      return "Insufficient Permissions";
    case 15:
      return "GPU is lost";
    default:
      return "Unknown Error";
  }
}

int nvmlDeviceGetCount_v2(unsigned int* count) {
  const Script script = read_script();
  if (const int code = begin(script, "nvmlDeviceGetCount_v2"); code != kSuccess) return code;
  *count = static_cast<unsigned int>(script.boards.size());
  return kSuccess;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void** device) {
  return ask_board(handle_of(index), "nvmlDeviceGetHandleByIndex_v2", [&](const Board&) {
    *device = handle_of(index);
    return int{kSuccess};
  });
}

int nvmlDeviceGetUUID(void* device, char* uuid, unsigned int size) {
  return ask_board(device, "nvmlDeviceGetUUID",
                   [&](const Board& board) { return give_text(board.uuid, uuid, size); });
}

int nvmlDeviceGetName(void* device, char* name, unsigned int size) {
  return ask_board(device, "nvmlDeviceGetName",
                   [&](const Board& board) { return give_text(board.name, name, size); });
}

int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules) {
  return ask_board(device, "nvmlDeviceGetTotalEnergyConsumption", [&](const Board& board) -> int {
    const std::optional<std::uint64_t> energy = board.number("energy_mj");
    const std::optional<std::uint64_t> rate = board.number("energy_rate_mw");
    if (!energy && !rate) return kNotSupported;
    // A milliwatt for a millisecond is a microjoule.
    *millijoules = energy.value_or(0) + rate.value_or(0) * monotonic_milliseconds() / 1000;
    return kSuccess;
  });
}

int nvmlDeviceGetPowerUsage(void* device, unsigned int* milliwatts) {
  return ask_board(device, "nvmlDeviceGetPowerUsage",
                   [&](const Board& board) { return give_number(board, "power_mw", milliwatts); });
}

int nvmlDeviceGetPowerManagementLimitConstraints(void* device, unsigned int* least,
                                                 unsigned int* most) {
  return ask_board(device, "nvmlDeviceGetPowerManagementLimitConstraints", [&](const Board& board) {
    *least = 0;
    return give_number(board, "limit_mw", most);
  });
}

int nvmlDeviceGetEnforcedPowerLimit(void* device, unsigned int* milliwatts) {
  return ask_board(device, "nvmlDeviceGetEnforcedPowerLimit", [&](const Board& board) {
    return give_number(board, "enforced_limit_mw", milliwatts);
  });
}

}  // extern "C"
