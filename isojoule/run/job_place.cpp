#include "isojoule/run/job_place.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include <fmt/format.h>

namespace isojoule {
namespace {

struct Launcher {
  const char* rank;
  const char* ranks;
  const char* local_rank;
  std::array<const char*, 2> job;  ///< joined; nullptr: none
};

constexpr const char* kSlurmRank = "SLURM_PROCID";

constexpr std::array kLaunchers{
    Launcher{"OMPI_COMM_WORLD_RANK",
             "OMPI_COMM_WORLD_SIZE",
             "OMPI_COMM_WORLD_LOCAL_RANK",
             {"PMIX_NAMESPACE", nullptr}},
    Launcher{"RANK", "WORLD_SIZE", "LOCAL_RANK", {"TORCHELASTIC_RUN_ID", "MASTER_PORT"}},
    Launcher{"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", {"PMI_JOBID", nullptr}},
    Launcher{kSlurmRank, "SLURM_NTASKS", "SLURM_LOCALID", {"SLURM_JOB_ID", "SLURM_STEP_ID"}},
};

std::optional<int> number(const Environment& environment, const char* name) {
  const auto text = environment.get(name);
  if (!text) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < 0) return std::nullopt;
  return value;
}

std::string job_name(const Environment& environment, const Launcher& launcher) {
  std::string name;
  for (const char* variable : launcher.job) {
    if (variable == nullptr) continue;
    const auto text = environment.get(variable);
    if (text && !text->empty()) name += (name.empty() ? "" : ".") + *text;
  }
  return name;
}

/// Tells nodes of one job apart without saying which they are: FNV-1a (64 bits) of the kernel's
/// boot id and the job.
std::string node_mark(const World& world, const std::string& job) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : read_text(world.path("/proc/sys/kernel/random/boot_id")).value_or("") + job) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::optional<JobPlace> read_job_place(const World& world) {
  for (const Launcher& launcher : kLaunchers) {
    const auto rank = number(*world.environment, launcher.rank);
    const auto ranks = number(*world.environment, launcher.ranks);
    if (!rank || !ranks || *ranks < 2 || *rank >= *ranks) continue;
    // A batch script stands in the environment of a rank, but its tasks are those of its steps.
    if (launcher.rank == kSlurmRank && !number(*world.environment, "SLURM_STEP_ID")) continue;
    const std::string job = job_name(*world.environment, launcher);
    return JobPlace{job, *rank, *ranks, number(*world.environment, launcher.local_rank),
                    node_mark(world, job)};
  }
  return std::nullopt;
}

bool owns_node(const std::optional<JobPlace>& place) {
  return !place || place->local_rank.value_or(0) == 0;
}

}  // namespace isojoule
