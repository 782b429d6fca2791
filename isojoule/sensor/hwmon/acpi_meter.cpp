// ACPI power meters (driver power_meter): of the whole machine, or, on NVIDIA's Grace, of its
// sockets and of what is in them.
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "isojoule/sensor/hwmon/sources.hpp"

namespace isojoule::hwmon {
namespace {

constexpr const char* kAverage = "power1_average";
constexpr const char* kInterval = "power1_average_interval";

/// What "Grace Power Socket 0" means.
struct GraceMeter {
  std::string_view word;
  std::optional<Scope> scope;  ///< empty: a part of another one
  std::string_view component;  ///< before the socket's number
  std::string_view is;         ///< for people; or of what it is a part
};
constexpr std::array kGraceMeters{
    GraceMeter{"Module", Scope::module, "module-", "with its GPU, memory and regulators"},
    GraceMeter{"Grace", Scope::package, "package-", "CPU, SysIO and memory"},
    GraceMeter{"CPU", std::nullopt, "", "the rail of the cores, a part of the Grace socket"},
    GraceMeter{"SysIO", std::nullopt, "", "the rail of the SoC, a part of the Grace socket"},
};

/// The word and the socket of "<word> Power Socket <socket>"; empty for other texts.
std::optional<std::pair<std::string, std::string>> parse_oem_info(const std::string& text) {
  constexpr std::string_view kMiddle = " Power Socket ";
  const auto at = text.find(kMiddle);
  if (at == text.npos || at == 0) return std::nullopt;
  std::string socket = text.substr(at + kMiddle.size());
  while (!socket.empty() && std::isspace(static_cast<unsigned char>(socket.back())) != 0)
    socket.pop_back();
  if (socket.empty() || socket.find_first_not_of("0123456789") != socket.npos) return std::nullopt;
  return std::pair{text.substr(0, at), socket};
}

}  // namespace

Finding find_acpi_meter(const Device& device) {
  if (!device.has(kAverage)) return {};
  const std::string info = device.line("power1_oem_info");
  const auto place = parse_oem_info(info);
  if (!place)
    return {{power_source(device,
                          make_channel(device, Scope::node, "node",
                                       fmt::format("whole machine ({})", device.driver)),
                          kAverage, kInterval)},
            ""};
  const auto& [word, socket] = *place;
  for (const GraceMeter& meter : kGraceMeters) {
    if (meter.word != word) continue;
    if (!meter.scope) return {{}, fmt::format("{}: {}", info, meter.is)};
    Channel channel = make_channel(device, *meter.scope, std::string(meter.component) + socket,
                                   fmt::format("{} of socket {} ({})", word, socket, meter.is));
    return {{power_source(device, std::move(channel), kAverage, kInterval)}, ""};
  }
  return {{}, fmt::format("{}: its meaning is not known", info)};
}

}  // namespace isojoule::hwmon
