#include "isojoule/sensor/cpu_model/cpu_identity.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include "isojoule/core/host_info.hpp"

namespace isojoule {
namespace {

std::string_view bare(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

/// A decimal number, or a hexadecimal one after "0x".
std::optional<int> whole_number(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void take_line(std::string_view key, std::string_view value, CpuIdentity& cpu,
               std::set<std::string, std::less<>>& packages) {
  const auto once = [value](std::optional<int>& number) {
    if (!number) number = whole_number(value);
  };
  if (key == "processor") ++cpu.threads;
  if (key == "model name" && cpu.name.empty()) cpu.name = value;
  if (key == "vendor_id" && cpu.vendor.empty()) cpu.vendor = value;
  if (key == "cpu family") once(cpu.family);
  if (key == "model") once(cpu.model);
  if (key == "stepping") once(cpu.stepping);
  if (key == "CPU implementer") once(cpu.implementer);
  if (key == "CPU part") once(cpu.part);
  if (key == "physical id") packages.emplace(value);
}

}  // namespace

CpuIdentity read_cpu_identity(const World& world) {
  CpuIdentity cpu;
  std::set<std::string, std::less<>> packages;
  const std::string text = read_text(world.path("/proc/cpuinfo")).value_or("");
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos)
      take_line(bare(line.substr(0, colon)), bare(line.substr(colon + 1)), cpu, packages);
  }
  cpu.packages = std::max(1, static_cast<int>(packages.size()));
  cpu.is_virtual = !read_host_info(world).hypervisor.empty();
  return cpu;
}

}  // namespace isojoule
