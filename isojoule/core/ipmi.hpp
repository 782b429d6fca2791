// The machine's management controller (BMC), by the kernel's IPMI device.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// A controller that answers commands; closed by the destructor. Used by one thread at a time.
class IpmiDevice {
 public:
  virtual ~IpmiDevice() = default;
  /// Sends one command and waits for its answer, for `patience` of the real clock at most. The
  /// answer is the response's data, of which the first byte is the completion code. Empty if there
  /// was none; `why_not` then says why in words.
  virtual std::optional<std::vector<std::uint8_t>> ask(std::uint8_t function, std::uint8_t command,
                                                       std::span<const std::uint8_t> data,
                                                       Duration patience, std::string& why_not) = 0;
};

class Ipmi {
 public:
  virtual ~Ipmi() = default;
  /// Opens a device file ("/dev/ipmi0"). Empty if it cannot be opened; `error` is then the errno.
  virtual std::unique_ptr<IpmiDevice> open(const std::filesystem::path& device, int& error) = 0;
};

/// The kernel's. It lives as long as the program.
Ipmi& kernel_ipmi();

}  // namespace isojoule
