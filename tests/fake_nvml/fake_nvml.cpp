// A stand-in for libnvidia-ml.so.1: the functions that isojoule calls, with NVIDIA's documented
// ABI, answering from a script (script.hpp).
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "script.hpp"

namespace {

using namespace fake_nvml;

std::atomic<int> references = 0;

void wait_for(const Delays& delays, const char* function) {
  const auto found = delays.find(function);
  if (found != delays.end()) std::this_thread::sleep_for(std::chrono::milliseconds(found->second));
}

int code_for(const Codes& codes, const char* function) {
  const auto found = codes.find(function);
  return found == codes.end() ? kSuccess : found->second;
}

/// What every function but nvmlInit_v2 does first: the code that the script asks for, if it does.
int begin(const Script& script, const char* function) {
  if (references <= 0) return kUninitialized;
  wait_for(script.delays_ms, function);
  return code_for(script.returns, function);
}

/// A device handle is the board's index plus one, so that it survives a change of the script.
void* handle_of(unsigned int index) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(index) + 1);
}

/// Calls answer(board) unless the script asks for another code, or the board is not there.
template <class Answer>
int ask_board(void* device, const char* function, Answer answer) {
  const auto current = read_script();
  const Script& script = *current;
  if (const int code = begin(script, function); code != kSuccess) return code;
  const std::uintptr_t place = reinterpret_cast<std::uintptr_t>(device);
  if (place == 0 || place > script.boards.size()) return kInvalidArgument;
  const Board& board = script.boards[place - 1];
  wait_for(board.delays_ms, function);
  const int code = code_for(board.returns, function);
  return code == kSuccess ? answer(board) : code;
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

/// What has flowed at a power since the machine was started, in millijoules.
std::uint64_t millijoules_at(std::uint64_t milliwatts) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::uint64_t milliseconds = static_cast<std::uint64_t>(now.tv_sec) * 1000 +
                                     static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
  return milliwatts * milliseconds / 1000;  // a milliwatt for a millisecond is a microjoule
}

int give_two(const Board& board, const char* key, unsigned int* first, unsigned int* second) {
  *second = 0;
  return give_number(board, key, first);
}

/// nvmlValue_t.
union Value {
  double real;
  unsigned int uint;
  unsigned long ulong;
  unsigned long long ullong;
  long long sllong;
  int sint;
  unsigned short ushort;
};

/// nvmlFieldValue_t.
struct FieldValue {
  unsigned int id;
  unsigned int scope;
  long long timestamp_us;
  long long latency_us;
  unsigned int type;
  int code;
  Value value;
};

/// nvmlProcessInfo_t.
struct ProcessInfo {
  unsigned int pid;
  unsigned long long memory;
  unsigned int gpu_instance;
  unsigned int compute_instance;
};

Value value_of(const Field& field) {
  const std::uint64_t count = field.count + millijoules_at(field.rate_mw);
  const double real = field.real.value_or(static_cast<double>(count));
  Value value{};
  value.ullong = ~0ULL;  // what is not written is no 0
  switch (field.type) {
    case Type::real:
      value.real = real;
      break;
    case Type::uint:
      value.uint = static_cast<unsigned int>(count);
      break;
    case Type::sllong:
      value.sllong = field.real ? static_cast<long long>(real) : static_cast<long long>(count);
      break;
    case Type::sint:
      value.sint = field.real ? static_cast<int>(real) : static_cast<int>(count);
      break;
    case Type::ushort:
      value.ushort = static_cast<unsigned short>(count);
      break;
    case Type::ulong:
    case Type::ullong:
      value.ullong = count;
  }
  return value;
}

void answer_field(const Board& board, FieldValue& answer) {
  const auto found = board.fields.find({answer.id, answer.scope});
  answer.code = found == board.fields.end() ? kNotSupported : found->second.code;
  if (answer.code != kSuccess) return;
  answer.timestamp_us = std::chrono::duration_cast<std::chrono::microseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
  answer.type = static_cast<unsigned int>(found->second.type);
  answer.value = value_of(found->second);
}

int give_processes(const Board& board, const char* key, unsigned int* count,
                   ProcessInfo* processes) {
  const auto found = board.lists.find(key);
  if (found == board.lists.end()) return kNotSupported;
  const unsigned int room = std::exchange(*count, static_cast<unsigned int>(found->second.size()));
  if (*count > room) return kInsufficientSize;
  for (unsigned int i = 0; i < *count; ++i) processes[i] = {found->second[i], 0, ~0U, ~0U};
  return kSuccess;
}

}  // namespace

extern "C" {

int nvmlInit_v2() {
  const auto current = read_script();
  const Script& script = *current;
  if (script.trouble != kSuccess) return script.trouble;
  wait_for(script.delays_ms, "nvmlInit_v2");
  if (const int code = code_for(script.returns, "nvmlInit_v2"); code != kSuccess) return code;
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
    case 21:
      return "No data";
    default:
      return "Unknown Error";
  }
}

int nvmlDeviceGetCount_v2(unsigned int* count) {
  const auto current = read_script();
  const Script& script = *current;
  if (const int code = begin(script, "nvmlDeviceGetCount_v2"); code != kSuccess) return code;
  *count = static_cast<unsigned int>(script.boards.size());
  return kSuccess;
}

int nvmlSystemGetDriverVersion(char* text, unsigned int size) {
  const auto current = read_script();
  const Script& script = *current;
  if (const int code = begin(script, "nvmlSystemGetDriverVersion"); code != kSuccess) return code;
  return script.driver.empty() ? kNotSupported : give_text(script.driver, text, size);
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
    *millijoules = energy.value_or(0) + millijoules_at(rate.value_or(0));
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

int nvmlDeviceGetFieldValues(void* device, int count, FieldValue* values) {
  return ask_board(device, "nvmlDeviceGetFieldValues", [&](const Board& board) {
    for (int i = 0; i < count; ++i) answer_field(board, values[i]);
    return int{kSuccess};
  });
}

int nvmlDeviceGetArchitecture(void* device, unsigned int* answer) {
  return ask_board(device, "nvmlDeviceGetArchitecture",
                   [&](const Board& board) { return give_number(board, "architecture", answer); });
}

int nvmlDeviceGetMigMode(void* device, unsigned int* now, unsigned int* later) {
  return ask_board(device, "nvmlDeviceGetMigMode",
                   [&](const Board& board) { return give_two(board, "mig", now, later); });
}

int nvmlDeviceGetVirtualizationMode(void* device, unsigned int* answer) {
  return ask_board(device, "nvmlDeviceGetVirtualizationMode", [&](const Board& board) {
    return give_number(board, "virtualization", answer);
  });
}

int nvmlDeviceGetEccMode(void* device, unsigned int* now, unsigned int* later) {
  return ask_board(device, "nvmlDeviceGetEccMode",
                   [&](const Board& board) { return give_two(board, "ecc", now, later); });
}

int nvmlDeviceGetPersistenceMode(void* device, unsigned int* answer) {
  return ask_board(device, "nvmlDeviceGetPersistenceMode",
                   [&](const Board& board) { return give_number(board, "persistence", answer); });
}

int nvmlDeviceGetTemperature(void* device, unsigned int sensor, unsigned int* answer) {
  return ask_board(device, "nvmlDeviceGetTemperature", [&](const Board& board) {
    return sensor == 0 ? give_number(board, "temperature_c", answer) : int{kInvalidArgument};
  });
}

int nvmlDeviceGetClockInfo(void* device, unsigned int domain, unsigned int* answer) {
  return ask_board(device, "nvmlDeviceGetClockInfo", [&](const Board& board) {
    if (domain != 1 && domain != 2) return int{kInvalidArgument};
    return give_number(board, domain == 1 ? "sm_clock_mhz" : "memory_clock_mhz", answer);
  });
}

int nvmlDeviceGetApplicationsClock(void* device, unsigned int domain, unsigned int* answer) {
  return ask_board(device, "nvmlDeviceGetApplicationsClock", [&](const Board& board) {
    if (domain != 1 && domain != 2) return int{kInvalidArgument};
    return give_number(board, domain == 1 ? "sm_clock_setting_mhz" : "memory_clock_setting_mhz",
                       answer);
  });
}

int nvmlDeviceGetCurrentClocksEventReasons(void* device, unsigned long long* reasons) {
  return ask_board(device, "nvmlDeviceGetCurrentClocksEventReasons", [&](const Board& board) {
    *reasons = board.number("reasons").value_or(0);
    return board.number("reasons") ? int{kSuccess} : int{kNotSupported};
  });
}

/// The same by its older name, which is how older libraries have it.
int nvmlDeviceGetCurrentClocksThrottleReasons(void* device, unsigned long long* reasons) {
  return nvmlDeviceGetCurrentClocksEventReasons(device, reasons);
}

int nvmlDeviceGetUtilizationRates(void* device, unsigned int* rates) {
  return ask_board(device, "nvmlDeviceGetUtilizationRates", [&](const Board& board) {
    const int code = give_number(board, "utilisation", &rates[0]);
    return code != kSuccess ? code : give_number(board, "memory_utilisation", &rates[1]);
  });
}

int nvmlDeviceGetComputeRunningProcesses_v3(void* device, unsigned int* count,
                                            ProcessInfo* processes) {
  return ask_board(device, "nvmlDeviceGetComputeRunningProcesses_v3", [&](const Board& board) {
    return give_processes(board, "compute_processes", count, processes);
  });
}

int nvmlDeviceGetGraphicsRunningProcesses_v3(void* device, unsigned int* count,
                                             ProcessInfo* processes) {
  return ask_board(device, "nvmlDeviceGetGraphicsRunningProcesses_v3", [&](const Board& board) {
    return give_processes(board, "graphics_processes", count, processes);
  });
}

}  // extern "C"
