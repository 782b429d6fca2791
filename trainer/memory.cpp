#include "trainer/memory.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "isojoule/cost/memory.hpp"

namespace isojoule::trainer {
namespace {

double gigabytes(std::uint64_t bytes) { return static_cast<double>(bytes) * 1e-9; }

/// The whole number that begins at `at`, after spaces.
std::optional<std::uint64_t> number_at(const std::string& text, std::size_t at) {
  const std::size_t digits = text.find_first_not_of(' ', at);
  if (digits == std::string::npos) return std::nullopt;
  std::uint64_t number = 0;
  if (std::from_chars(text.data() + digits, text.data() + text.size(), number).ec != std::errc{})
    return std::nullopt;
  return number;
}

std::optional<std::uint64_t> machine_memory(const World& world) {
  constexpr std::string_view kKey = "MemAvailable:";
  const std::optional<std::string> text = read_text(world.path("/proc/meminfo"));
  if (!text) return std::nullopt;
  const std::size_t at = text->find(kKey);
  if (at == std::string::npos) return std::nullopt;
  const std::optional<std::uint64_t> kibibytes = number_at(*text, at + kKey.size());
  if (!kibibytes) return std::nullopt;
  return *kibibytes * 1024;
}

/// Files that the system keeps in memory count as used, and are given up when memory is needed.
std::uint64_t kept_files(const World& world) {
  constexpr std::string_view kKey = "\nfile ";
  const std::optional<std::string> text = read_text(world.path("/sys/fs/cgroup/memory.stat"));
  const std::size_t at = text ? text->find(kKey) : std::string::npos;
  return at == std::string::npos ? 0 : number_at(*text, at + kKey.size()).value_or(0);
}

/// "max", where there is no limit, is no number.
std::optional<std::uint64_t> container_memory(const World& world) {
  const std::optional<std::string> limit = read_text(world.path("/sys/fs/cgroup/memory.max"));
  const std::optional<std::string> used = read_text(world.path("/sys/fs/cgroup/memory.current"));
  if (!limit || !used) return std::nullopt;
  const std::optional<std::uint64_t> most = number_at(*limit, 0);
  const std::optional<std::uint64_t> now = number_at(*used, 0);
  if (!most || !now) return std::nullopt;
  const std::uint64_t held = *now - std::min(*now, kept_files(world));
  return *most - std::min(*most, held);
}

/// What a limit on the address space (ulimit -v) leaves when each thread has got its stack and its
/// arena of malloc's. Libraries that start threads wait for ever where there is not even room for
/// these.
std::optional<std::uint64_t> address_space(const World& world, int threads) {
  constexpr std::uint64_t kThread = 144'000'000;
  constexpr std::uint64_t kThreadsOfLibraries = 2;
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  const std::optional<std::string> pages = read_text(world.path("/proc/self/statm"));
  const std::uint64_t used = (pages ? number_at(*pages, 0).value_or(0) : 0) *
                             static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::uint64_t taken =
      used + kThread * (static_cast<std::uint64_t>(threads) + kThreadsOfLibraries);
  return limit.rlim_cur - std::min<std::uint64_t>(limit.rlim_cur, taken);
}

}  // namespace

std::optional<std::uint64_t> available_memory(const World& world, int threads) {
  std::optional<std::uint64_t> least;
  for (const std::optional<std::uint64_t>& bound :
       {machine_memory(world), container_memory(world), address_space(world, threads)})
    if (bound && (!least || *bound < *least)) least = bound;
  return least;
}

void require(const Settings& settings, std::uint64_t needed, std::optional<std::uint64_t> available,
             std::string_view of_what) {
  if (!available || needed <= *available) return;
  throw TooLarge(
      fmt::format("{} needs about {:.1f} GB of {} and {:.1f} GB are available; take a "
                  "smaller workload or a machine with more",
                  settings.workload.id.name(), gigabytes(needed), of_what, gigabytes(*available)));
}

void require_memory(const Settings& settings, const World& world) {
  constexpr std::uint64_t kProcess = 200'000'000;
  const bool trains_here = settings.device == "cpu" && settings.mode == Mode::train;
  const std::uint64_t needed =
      trains_here ? training_memory(settings.workload.architecture,
                                    static_cast<std::uint64_t>(settings.batch), settings.task)
                  : kProcess + weights_memory(settings.workload.cost) +
                        batch_memory(static_cast<std::uint64_t>(settings.batch), settings.task);
  require(settings, needed, available_memory(world, settings.threads), "memory");
}

bool says_out_of_memory(std::string_view message) {
  constexpr std::array<std::string_view, 5> kWords{"allocate memory", "out of memory", "bad_alloc",
                                                   "ALLOC_FAILED",
                                                   "could not create a memory object"};
  return std::ranges::any_of(kWords, [&](std::string_view words) {
    return message.find(words) != std::string_view::npos;
  });
}

}  // namespace isojoule::trainer
