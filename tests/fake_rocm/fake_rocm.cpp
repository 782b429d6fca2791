// A stand-in for librocm_smi64.so.7: the functions that isojoule calls, with the ABI of rocm_smi.h,
// answering from a script.
//
// The environment variable FAKE_ROCM_SCRIPT names a text file that is read again at each call, so
// that a test can change it while the library is in use. One setting a line, # begins a comment:
//
//   return FUNCTION CODE   FUNCTION (rsmi_init) gives CODE and does nothing. Before the first
//                          `board` it holds for every board, after it for that board only.
//   delay_ms FUNCTION MS   FUNCTION takes so long; before or after `board` as for `return`.
//
//   board                  Begins a board. The lines below it, up to the next `board`, describe it.
//   name TEXT              may contain spaces
//   bus NUMBER             of the PCI address, decimal; default: the board's index
//   device NUMBER
//   partition NUMBER       of a divided board
//   unique_id NUMBER       decimal
//   energy_count COUNT     what the energy counter shows
//   energy_rate_mw POWER   that counter advances at this power with CLOCK_MONOTONIC, as if it had
//                          stood at energy_count (default 0) when the machine was started
//   resolution_uj REAL     one count of it; default 15.3
//   power_uw POWER         the power now
//   power_type NUMBER      0 average (the default), 1 current
//   cap_uw POWER           the highest cap that may be set; default: 300 W
//
// What a board has no line for is RSMI_STATUS_NOT_SUPPORTED (2). Without a script, or with a line
// that is not understood, rsmi_init gives RSMI_STATUS_INIT_ERROR (8) or RSMI_STATUS_UNKNOWN_ERROR
// (0xffffffff). Before rsmi_init and after rsmi_shut_down, calls give RSMI_STATUS_INIT_ERROR.
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

enum Status : std::uint32_t {
  kSuccess = 0,
  kInvalidArguments = 1,
  kNotSupported = 2,
  kInitError = 8,
  kUnknownError = 0xffffffff,
};

/// By the name of a function.
using Numbers = std::map<std::string, std::uint32_t>;

struct Board {
  Numbers returns;
  Numbers delays_ms;
  std::string name;
  double resolution_uj = 15.3;
  std::map<std::string, std::uint64_t> numbers;  ///< energy_count, power_uw, ...

  std::optional<std::uint64_t> number(const std::string& key) const {
    const auto found = numbers.find(key);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
  }
};

struct Script {
  std::uint32_t trouble = kSuccess;  ///< what rsmi_init gives
  Numbers returns;
  Numbers delays_ms;
  std::vector<Board> boards;
};

bool is_number_key(const std::string& key) {
  static const std::vector<std::string> kKeys{"bus",       "device",       "partition",
                                              "unique_id", "energy_count", "energy_rate_mw",
                                              "power_uw",  "power_type",   "cap_uw"};
  return std::ranges::find(kKeys, key) != kKeys.end();
}

/// Takes one line in; false if it is not understood.
bool take_line(const std::string& line, Script& script) {
  std::istringstream words(line.substr(0, line.find('#')));
  std::string key;
  if (!(words >> key)) return true;
  if (key == "board") {
    script.boards.emplace_back();
    return true;
  }
  Board* board = script.boards.empty() ? nullptr : &script.boards.back();
  std::string function;
  if (key == "return")
    return words >> function &&
           words >> (board != nullptr ? board->returns : script.returns)[function];
  if (key == "delay_ms")
    return words >> function &&
           words >> (board != nullptr ? board->delays_ms : script.delays_ms)[function];
  if (board == nullptr) return false;
  if (key == "name") return static_cast<bool>(std::getline(words >> std::ws, board->name));
  if (key == "resolution_uj") {
    std::string number;  // also nan, which a stream does not read
    words >> number;
    board->resolution_uj = std::strtod(number.c_str(), nullptr);
    return !number.empty();
  }
  return is_number_key(key) && static_cast<bool>(words >> board->numbers[key]);
}

Script read_script() {
  Script script;
  const char* path = std::getenv("FAKE_ROCM_SCRIPT");
  std::ifstream file(path != nullptr ? path : "");
  if (!file) script.trouble = kInitError;
  for (std::string line; std::getline(file, line);) {
    if (!take_line(line, script)) script.trouble = kUnknownError;
  }
  return script;
}

std::atomic<int> references = 0;

std::uint32_t answer_for(const Numbers& returns, const Numbers& delays_ms, const char* function) {
  if (const auto delay = delays_ms.find(function); delay != delays_ms.end())
    std::this_thread::sleep_for(std::chrono::milliseconds(delay->second));
  const auto found = returns.find(function);
  return found == returns.end() ? std::uint32_t{kSuccess} : found->second;
}

/// Calls answer(board) unless the script asks for another code, or the board is not there.
template <class Answer>
std::uint32_t ask_board(std::uint32_t index, const char* function, Answer answer) {
  if (references <= 0) return kInitError;
  const Script script = read_script();
  std::uint32_t code = answer_for(script.returns, script.delays_ms, function);
  if (code != kSuccess) return code;
  if (index >= script.boards.size()) return kInvalidArguments;
  const Board& board = script.boards[index];
  code = answer_for(board.returns, board.delays_ms, function);
  return code == kSuccess ? answer(board) : code;
}

std::uint32_t give(const std::optional<std::uint64_t>& number, std::uint64_t* answer) {
  if (!number) return kNotSupported;
  *answer = *number;
  return kSuccess;
}

/// What has flowed at a power since the machine was started, in microjoules.
double microjoules_at(std::uint64_t milliwatts) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const double milliseconds =
      static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
  return static_cast<double>(milliwatts) * milliseconds;
}

}  // namespace

extern "C" {

std::uint32_t rsmi_init(std::uint64_t) {
  const Script script = read_script();
  if (script.trouble != kSuccess) return script.trouble;
  const std::uint32_t code = answer_for(script.returns, script.delays_ms, "rsmi_init");
  if (code == kSuccess) ++references;
  return code;
}

std::uint32_t rsmi_shut_down() {
  if (references <= 0) return kInitError;
  --references;
  return kSuccess;
}

/// Not AMD's: how many rsmi_init have not been followed by rsmi_shut_down.
int fake_rocm_references() { return references; }

std::uint32_t rsmi_status_string(std::uint32_t status, const char** text) {
  switch (status) {
    case kNotSupported:
      *text = "not supported";
      break;
    case kInitError:
      *text = "initialization error";
      break;
    case 4:
      *text = "permission denied";
      break;
    default:
      return kInvalidArguments;
  }
  return kSuccess;
}

std::uint32_t rsmi_num_monitor_devices(std::uint32_t* count) {
  if (references <= 0) return kInitError;
  const Script script = read_script();
  *count = static_cast<std::uint32_t>(script.boards.size());
  return answer_for(script.returns, script.delays_ms, "rsmi_num_monitor_devices");
}

std::uint32_t rsmi_dev_name_get(std::uint32_t index, char* text, std::size_t size) {
  return ask_board(index, "rsmi_dev_name_get", [&](const Board& board) -> std::uint32_t {
    if (board.name.empty()) return kNotSupported;
    text[board.name.copy(text, size - 1)] = '\0';
    return kSuccess;
  });
}

std::uint32_t rsmi_dev_pci_id_get(std::uint32_t index, std::uint64_t* id) {
  return ask_board(index, "rsmi_dev_pci_id_get", [&](const Board& board) -> std::uint32_t {
    *id = board.number("partition").value_or(0) << 28 | board.number("bus").value_or(index) << 8 |
          board.number("device").value_or(0) << 3;
    return kSuccess;
  });
}

std::uint32_t rsmi_dev_unique_id_get(std::uint32_t index, std::uint64_t* id) {
  return ask_board(index, "rsmi_dev_unique_id_get",
                   [&](const Board& board) { return give(board.number("unique_id"), id); });
}

std::uint32_t rsmi_dev_power_get(std::uint32_t index, std::uint64_t* microwatts,
                                 std::uint32_t* type) {
  return ask_board(index, "rsmi_dev_power_get", [&](const Board& board) {
    *type = static_cast<std::uint32_t>(board.number("power_type").value_or(0));
    return give(board.number("power_uw"), microwatts);
  });
}

std::uint32_t rsmi_dev_power_ave_get(std::uint32_t index, std::uint32_t sensor,
                                     std::uint64_t* microwatts) {
  if (sensor != 0) return kInvalidArguments;
  return ask_board(index, "rsmi_dev_power_ave_get",
                   [&](const Board& board) { return give(board.number("power_uw"), microwatts); });
}

std::uint32_t rsmi_dev_power_cap_range_get(std::uint32_t index, std::uint32_t sensor,
                                           std::uint64_t* most, std::uint64_t* least) {
  if (sensor != 0) return kInvalidArguments;
  return ask_board(index, "rsmi_dev_power_cap_range_get", [&](const Board& board) {
    *least = 0;
    *most = board.number("cap_uw").value_or(300'000'000);
    return std::uint32_t{kSuccess};
  });
}

std::uint32_t rsmi_dev_energy_count_get(std::uint32_t index, std::uint64_t* count,
                                        float* microjoules_per_count, std::uint64_t* nanoseconds) {
  return ask_board(index, "rsmi_dev_energy_count_get", [&](const Board& board) -> std::uint32_t {
    const auto start = board.number("energy_count");
    const auto rate = board.number("energy_rate_mw");
    if (!start && !rate) return kNotSupported;
    const double flowed = microjoules_at(rate.value_or(0)) / board.resolution_uj;
    *count = start.value_or(0) + (rate ? static_cast<std::uint64_t>(flowed) : 0);
    *microjoules_per_count = static_cast<float>(board.resolution_uj);
    *nanoseconds = 0;
    return kSuccess;
  });
}

}  // extern "C"
