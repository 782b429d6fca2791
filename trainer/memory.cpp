#include "trainer/memory.hpp"

#include <charconv>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "isojoule/cost/memory.hpp"

namespace isojoule::trainer {
namespace {

double gigabytes(std::uint64_t bytes) { return static_cast<double>(bytes) * 1e-9; }

}  // namespace

std::optional<std::uint64_t> available_memory(const World& world) {
  constexpr std::string_view kKey = "MemAvailable:";
  const std::optional<std::string> text = read_text(world.path("/proc/meminfo"));
  if (!text) return std::nullopt;
  const std::size_t at = text->find(kKey);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t digits = text->find_first_not_of(' ', at + kKey.size());
  if (digits == std::string::npos) return std::nullopt;
  std::uint64_t kibibytes = 0;
  if (std::from_chars(text->data() + digits, text->data() + text->size(), kibibytes).ec !=
      std::errc{})
    return std::nullopt;
  return kibibytes * 1024;
}

void require_memory(const Settings& settings, const World& world) {
  const bool on_cpu = settings.device == "cpu";
  const std::uint64_t needed =
      on_cpu ? training_memory(settings.workload.architecture,
                               static_cast<std::uint64_t>(settings.batch), settings.task)
             : weights_memory(settings.workload.cost);
  const std::optional<std::uint64_t> available = available_memory(world);
  if (!available || needed <= *available) return;
  throw TooLarge(
      fmt::format("{} needs about {:.1f} GB of memory and {:.1f} GB are available; take "
                  "a smaller workload or a machine with more",
                  settings.workload.id.name(), gigabytes(needed), gigabytes(*available)));
}

}  // namespace isojoule::trainer
