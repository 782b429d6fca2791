#include "script.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>

namespace fake_nvml {
namespace {

/// The words for Type, in its order.
const std::vector<std::string> kTypes{"real", "uint", "ulong", "ullong", "sllong", "int", "ushort"};

bool is_number_key(const std::string& key) {
  static const std::vector<std::string> kKeys{"energy_mj",
                                              "energy_rate_mw",
                                              "power_mw",
                                              "limit_mw",
                                              "enforced_limit_mw",
                                              "architecture",
                                              "mig",
                                              "virtualization",
                                              "ecc",
                                              "persistence",
                                              "temperature_c",
                                              "sm_clock_mhz",
                                              "memory_clock_mhz",
                                              "sm_clock_setting_mhz",
                                              "memory_clock_setting_mhz",
                                              "reasons"};
  return std::ranges::find(kKeys, key) != kKeys.end();
}

/// The field, made if it is not there yet: energy is wider than the others.
Field& field_of(Board& board, unsigned int id, unsigned int scope) {
  Field fresh;
  if (id == 83) fresh.type = Type::ullong;
  return board.fields.try_emplace({id, scope}, fresh).first->second;
}

bool take_field(std::istream& words, Board& board) {
  unsigned int id = 0;
  unsigned int scope = 0;
  std::string count;
  if (!(words >> id >> scope >> count)) return false;
  Field& field = field_of(board, id, scope);
  if (std::string type; words >> type) {
    const auto found = std::ranges::find(kTypes, type);
    if (found == kTypes.end()) return false;
    field.type = static_cast<Type>(found - kTypes.begin());
  }
  if (count.find_first_not_of("0123456789") != std::string::npos) {
    field.real = std::strtod(count.c_str(), nullptr);
  } else {
    field.count = std::strtoull(count.c_str(), nullptr, 10);
  }
  return true;
}

/// Takes in a line that describes a board.
bool take_board_line(const std::string& key, std::istream& words, Board& board) {
  unsigned int id = 0;
  unsigned int scope = 0;
  if (key == "uuid") return static_cast<bool>(words >> board.uuid);
  if (key == "name") return static_cast<bool>(std::getline(words >> std::ws, board.name));
  if (key == "field") return take_field(words, board);
  if (key == "field_rate")
    return words >> id >> scope && words >> field_of(board, id, scope).rate_mw;
  if (key == "field_return")
    return words >> id >> scope && words >> field_of(board, id, scope).code;
  if (key == "utilisation")
    return static_cast<bool>(words >> board.numbers["utilisation"] >>
                             board.numbers["memory_utilisation"]);
  if (key == "compute_processes" || key == "graphics_processes") {
    std::vector<unsigned int>& list = board.lists[key];
    for (unsigned int pid = 0; words >> pid;) list.push_back(pid);
    return true;
  }
  return is_number_key(key) && static_cast<bool>(words >> board.numbers[key]);
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
  std::string function;
  if (key == "return")
    return words >> function &&
           words >> (board != nullptr ? board->returns : script.returns)[function];
  if (key == "delay_ms" || key == "hang") {
    if (!(words >> function)) return false;
    int& delay = (board != nullptr ? board->delays_ms : script.delays_ms)[function];
    delay = 3000;
    return key == "hang" || words >> delay;
  }
  if (board != nullptr) return take_board_line(key, words, *board);
  return key == "driver" && static_cast<bool>(std::getline(words >> std::ws, script.driver));
}

}  // namespace

namespace {

/// Which text it is, without reading it.
struct Version {
  ino_t file = 0;
  off_t size = 0;
  std::int64_t written_ns = 0;
  std::string path;

  friend bool operator==(const Version&, const Version&) = default;
};

Version version_of(const char* path) {
  struct stat status{};
  if (path == nullptr || stat(path, &status) != 0) return {};
  return {status.st_ino, status.st_size,
          std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec, path};
}

Script parse_script(const char* path) {
  Script script;
  std::ifstream file(path != nullptr ? path : "");
  if (!file) script.trouble = kDriverNotLoaded;
  for (std::string line; std::getline(file, line);) {
    if (!take_line(line, script)) script.trouble = kUnknown;
  }
  return script;
}

}  // namespace

std::shared_ptr<const Script> read_script() {
  static std::mutex mutex;
  static Version known;
  static std::shared_ptr<const Script> script;
  const std::lock_guard lock(mutex);
  // For benchmarks: looking at the file would cost more than what they measure.
  static const bool is_steady = std::getenv("FAKE_NVML_STEADY") != nullptr;
  if (is_steady && script) return script;
  const char* path = std::getenv("FAKE_NVML_SCRIPT");
  const Version version = version_of(path);
  if (!script || version != known) {
    script = std::make_shared<const Script>(parse_script(path));
    known = version;
  }
  return script;
}

}  // namespace fake_nvml
