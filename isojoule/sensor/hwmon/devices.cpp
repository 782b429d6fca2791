#include "isojoule/sensor/hwmon/devices.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "isojoule/sensor/detail/polled_file.hpp"

namespace isojoule::hwmon {
namespace {

namespace fs = std::filesystem;

constexpr const char* kClassDirectory = "/sys/class/hwmon";

Device device_at(const fs::path& path, std::string place) {
  Device device;
  device.path = path;
  device.place = std::move(place);
  std::error_code closed;
  for (fs::directory_iterator file(path, closed), last; !closed && file != last;
       file.increment(closed))
    device.files.insert(file->path().filename().string());
  device.driver = device.line("name");
  return device;
}

}  // namespace

std::string Device::line(const std::string& file) const {
  if (!has(file)) return {};
  const std::string text = read_text(path / file).value_or("");
  return text.substr(0, text.find('\n'));
}

std::optional<std::uint64_t> Device::number(const std::string& file) const {
  return detail::parse_count(line(file));
}

std::vector<Device> find_devices(const World& world) {
  std::map<std::string, Device> devices;
  std::error_code error;
  for (fs::directory_iterator entry(world.path(kClassDirectory), error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    Device device = device_at(entry->path(), name);
    if (!device.has("name")) {
      Device below = device_at(entry->path() / "device", name + "/device");
      if (below.has("name")) device = std::move(below);
    }
    devices.emplace(name, std::move(device));
  }
  std::vector<Device> found;
  for (auto& [name, device] : devices) found.push_back(std::move(device));
  return found;
}

std::vector<std::string> numbers_of(const Device& device, std::string_view prefix,
                                    std::string_view suffix) {
  std::vector<std::string> numbers;
  for (const std::string_view file : device.files) {
    if (!file.starts_with(prefix) || !file.ends_with(suffix) ||
        file.size() <= prefix.size() + suffix.size())
      continue;
    const std::string_view number =
        file.substr(prefix.size(), file.size() - prefix.size() - suffix.size());
    if (std::ranges::all_of(number, [](unsigned char c) { return std::isdigit(c) != 0; }))
      numbers.emplace_back(number);
  }
  return numbers;
}

std::string pci_address(const Device& device) {
  std::error_code error;
  const std::string name = fs::read_symlink(device.path / "device", error).filename().string();
  const bool is_address = std::ranges::count(name, ':') == 2 && std::ranges::count(name, '.') == 1;
  return is_address ? name : "";
}

bool shows_power(const Device& device) {
  return !numbers_of(device, "energy", "_input").empty() ||
         !numbers_of(device, "power", "_input").empty() ||
         !numbers_of(device, "power", "_average").empty();
}

}  // namespace isojoule::hwmon
