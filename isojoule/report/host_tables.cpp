#include "isojoule/report/host_tables.hpp"

#include <fmt/format.h>

namespace isojoule {
namespace {

std::string known(const std::string& text) { return text.empty() ? "not known" : text; }

std::string threads_text(const HostInfo& host) {
  if (!host.hardware_threads) return "not known";
  std::string text = std::to_string(*host.hardware_threads);
  if (host.cores) text += fmt::format(" on {} core{}", *host.cores, *host.cores == 1 ? "" : "s");
  return text;
}

std::string memory_text(const HostInfo& host) {
  constexpr double kGib = 1024.0 * 1024.0 * 1024.0;
  if (!host.memory_bytes) return "not known";
  return fmt::format("{:.1f} GiB", static_cast<double>(*host.memory_bytes) / kGib);
}

}  // namespace

Table host_table(const std::string& title, const HostInfo& host) {
  Table table;
  table.title = title;
  table.columns = {{"part"}, {"what it is"}};
  table.rows = {{"CPU", known(host.cpu_model)},
                {"hardware threads", threads_text(host)},
                {"memory", memory_text(host)},
                {"system", known(host.os)},
                {"kernel", known(host.kernel)},
                {"hypervisor", host.hypervisor.empty() ? "none was seen" : host.hypervisor}};
  for (const std::string& gpu : host.gpus) table.rows.push_back({"GPU", gpu});
  for (const MachineSetting& setting : host.settings)
    table.rows.push_back({setting.part + " " + setting.name, setting.value});
  return table;
}

}  // namespace isojoule
