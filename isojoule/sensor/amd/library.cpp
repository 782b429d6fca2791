#include "isojoule/sensor/amd/library.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "isojoule/sensor/amd/source.hpp"

namespace isojoule::amd {

std::unique_ptr<Library> open_first(const World& world, std::span<const char* const> names,
                                    const char* installed, std::string& opened,
                                    std::string& why_not) {
  for (const char* name : names) {
    opened = name;
    if (auto library = world.libraries->open(name, why_not)) return library;
  }
  const std::filesystem::path file = world.path(installed);
  std::error_code unreadable;
  if (!std::filesystem::exists(file, unreadable)) return nullptr;
  opened = file.string();
  return world.libraries->open(opened, why_not);
}

std::string address_of(std::uint64_t pci_id) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", pci_id >> 32, pci_id >> 8 & 0xff,
                     pci_id >> 3 & 0x1f, pci_id & 0x7);
}

}  // namespace isojoule::amd
