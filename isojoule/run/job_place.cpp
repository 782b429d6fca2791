#include "isojoule/run/job_place.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <vector>

#include <fmt/format.h>

namespace isojoule {
namespace {

/// nullptr: it has no such variable.
struct Launcher {
  const char* rank;
  std::array<const char*, 3> ranks;        ///< the first that is there
  std::array<const char*, 2> local_ranks;  ///< any
  std::array<const char*, 2> job;          ///< joined
  /// It gives the rank only where one of these is there. Where none is named, it always does.
  std::array<const char*, 2> signs = {};
};

constexpr const char* kRank = "RANK";
constexpr const char* kSlurmStep = "SLURM_STEP_ID";

// The innermost first. torchrun, accelerate and deepspeed leave a sign; without one RANK may be any
// script's, and on some platforms it is a node's number.
constexpr std::array kLaunchers{
    Launcher{kRank,
             {"WORLD_SIZE"},
             {"LOCAL_RANK"},
             {"TORCHELASTIC_RUN_ID", "MASTER_PORT"},
             {"TORCHELASTIC_RUN_ID", "CROSS_RANK"}},
    Launcher{"HOROVOD_RANK", {"HOROVOD_SIZE"}, {"HOROVOD_LOCAL_RANK"}, {"HOROVOD_JOB_ID"}},
    Launcher{"OMPI_COMM_WORLD_RANK",
             {"OMPI_COMM_WORLD_SIZE"},
             {"OMPI_COMM_WORLD_LOCAL_RANK"},
             {"PMIX_NAMESPACE"}},
    Launcher{"MV2_COMM_WORLD_RANK",
             {"MV2_COMM_WORLD_SIZE"},
             {"MV2_COMM_WORLD_LOCAL_RANK"},
             {"PMI_JOBID"}},
    Launcher{"MVP_COMM_WORLD_RANK",
             {"MVP_COMM_WORLD_SIZE"},
             {"MVP_COMM_WORLD_LOCAL_RANK"},
             {"PMI_JOBID"}},
    Launcher{"JSM_NAMESPACE_RANK", {"JSM_NAMESPACE_SIZE"}, {"JSM_NAMESPACE_LOCAL_RANK"}, {}},
    Launcher{"PALS_RANKID", {}, {"PALS_LOCAL_RANKID"}, {"PALS_APID"}},
    Launcher{"FLUX_TASK_RANK", {"FLUX_JOB_SIZE"}, {"FLUX_TASK_LOCAL_ID"}, {"FLUX_JOB_ID"}},
    Launcher{"MPT_MPI_RANK", {}, {"MPT_LRANK"}, {}},
    Launcher{"PMI_RANK", {"PMI_SIZE"}, {"MPI_LOCALRANKID", "PMI_LOCAL_RANK"}, {"PMI_JOBID"}},
    Launcher{"PMIX_RANK", {"PMIX_SIZE"}, {"PMIX_LOCAL_RANK"}, {"PMIX_NAMESPACE"}},
    Launcher{kRank, {"WORLD_SIZE"}, {"LOCAL_RANK"}, {"MASTER_PORT"}},
    // A batch script stands in the environment of a rank, but its tasks are those of its steps.
    Launcher{"SLURM_PROCID",
             {"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS"},
             {"SLURM_LOCALID"},
             {"SLURM_JOB_ID", kSlurmStep},
             {kSlurmStep}},
};

/// Jobs of batch systems, for launchers that do not name theirs.
constexpr std::array<std::array<const char*, 2>, 4> kBatchJobs{
    {{"SLURM_JOB_ID", "SLURM_STEP_ID"}, {"PBS_JOBID"}, {"LSB_JOBID"}, {"FLUX_JOB_ID"}}};

std::optional<int> number(const Environment& environment, const char* name) {
  const auto text = name != nullptr ? environment.get(name) : std::nullopt;
  if (!text) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < 0) return std::nullopt;
  return value;
}

struct LocalRank {
  const char* variable;
  int value;
};

constexpr int kUnknownRanks = std::numeric_limits<int>::max();

/// What one launcher says.
struct Statement {
  const Launcher* launcher = nullptr;
  std::optional<int> rank;
  std::optional<int> ranks;
  std::vector<LocalRank> local_ranks;
  bool gives_rank = false;

  /// Nothing that both say differs.
  bool agrees(const Statement& other) const {
    return (!rank || !other.rank || rank == other.rank) &&
           (!ranks || !other.ranks || ranks == other.ranks);
  }
  bool is_job_of_one() const { return ranks && *ranks < 2; }
  /// A script may have set them, and to something else than the process's number on its node.
  bool is_weak() const { return launcher->rank == kRank; }
};

std::string job_name(const Environment& environment, const std::array<const char*, 2>& variables) {
  std::string name;
  for (const char* variable : variables) {
    const auto text = variable != nullptr ? environment.get(variable) : std::nullopt;
    if (text && !text->empty()) name += (name.empty() ? "" : ".") + *text;
  }
  return name;
}

bool has_sign(const Environment& environment, const Launcher& launcher) {
  if (launcher.signs.front() == nullptr) return true;
  return std::ranges::any_of(launcher.signs, [&environment](const char* sign) {
    // Slurm numbers what is no step of tasks, such as a batch script, beyond an int.
    return sign == kSlurmStep ? number(environment, sign).has_value()
                              : sign != nullptr && environment.get(sign).has_value();
  });
}

Statement statement_of(const Environment& environment, const Launcher& launcher) {
  Statement said;
  said.launcher = &launcher;
  said.rank = number(environment, launcher.rank);
  for (const char* variable : launcher.ranks)
    if (!said.ranks) said.ranks = number(environment, variable);
  if (said.rank && said.ranks && *said.rank >= *said.ranks) {
    said.rank.reset();  // whatever they are, they are not about this process
    said.ranks.reset();
    return said;
  }
  for (const char* variable : launcher.local_ranks)
    if (const auto value = number(environment, variable);
        value && *value < said.ranks.value_or(kUnknownRanks))
      said.local_ranks.push_back({variable, *value});
  said.gives_rank = said.rank && has_sign(environment, launcher);
  return said;
}

std::vector<Statement> statements(const Environment& environment) {
  std::vector<Statement> all;
  for (const Launcher& launcher : kLaunchers) all.push_back(statement_of(environment, launcher));
  return all;
}

/// The one whose rank counts; where none gives a rank, the first that gives a local rank. nullptr
/// for a process by itself.
const Statement* innermost(const std::vector<Statement>& all) {
  const auto is_job_of_one = [&all](const Statement& said) {
    return said.is_job_of_one() ||
           (!said.ranks && std::ranges::any_of(all, [&said](const Statement& other) {
             return other.gives_rank && other.is_job_of_one() && other.agrees(said);
           }));
  };
  for (const Statement& said : all)
    if (said.gives_rank && !is_job_of_one(said)) return &said;
  if (std::ranges::any_of(all, &Statement::gives_rank)) return nullptr;
  for (const Statement& said : all)
    if (!said.rank && !said.local_ranks.empty() && !said.is_job_of_one()) return &said;
  return nullptr;
}

/// All that is said of the local rank by those with the best right to do so.
std::vector<LocalRank> local_ranks(const std::vector<Statement>& all, const Statement& own) {
  if (own.launcher->signs.front() != nullptr && !own.local_ranks.empty()) return own.local_ranks;
  const auto of = [&](auto counts) {
    std::vector<LocalRank> found;
    for (const Statement& said : all)
      if (said.agrees(own) && counts(said))
        found.insert(found.end(), said.local_ranks.begin(), said.local_ranks.end());
    return found;
  };
  std::vector<LocalRank> found;
  if (own.rank) {
    found = of([](const Statement& said) { return said.rank && !said.is_weak(); });
    if (found.empty())
      found = of([](const Statement& said) { return said.rank && said.is_weak(); });
  }
  if (found.empty()) found = of([](const Statement& said) { return !said.rank; });
  return found;
}

void set_local_rank(FoundPlace& found, const std::vector<LocalRank>& said) {
  if (said.empty()) return;
  const auto other = std::ranges::find_if(
      said, [&said](const LocalRank& one) { return one.value != said.front().value; });
  if (other == said.end()) {
    found.place.local_rank = said.front().value;
  } else {
    found.contradiction = fmt::format("{} is {}, {} is {}", said.front().variable,
                                      said.front().value, other->variable, other->value);
  }
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

std::optional<FoundPlace> read_job_place(const World& world) {
  const Environment& environment = *world.environment;
  const std::vector<Statement> all = statements(environment);
  const Statement* own = innermost(all);
  if (own == nullptr) return std::nullopt;
  FoundPlace found;
  found.place.rank = own->rank;
  found.place.ranks = own->ranks;
  found.place.job = job_name(environment, own->launcher->job);
  for (const Statement& said : all)
    if (!found.place.ranks && said.gives_rank && said.agrees(*own)) found.place.ranks = said.ranks;
  for (const auto& variables : kBatchJobs)
    if (found.place.job.empty()) found.place.job = job_name(environment, variables);
  set_local_rank(found, local_ranks(all, *own));
  found.place.node = node_mark(world, found.place.job);
  return found;
}

}  // namespace isojoule
