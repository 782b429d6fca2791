#include "isojoule/record/merge_records.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

void require_one_job(const std::vector<Record>& records) {
  if (records.size() < 2)
    throw Error(ErrorCode::usage, "merging takes the records of two ranks at least");
  for (const Record& record : records) {
    if (!record.job)
      throw Error(ErrorCode::usage,
                  fmt::format("record {} is of no job: it was not measured as a rank", record.id));
  }
  const Record& first = records.front();
  std::map<int, std::string> seen;
  for (const Record& record : records) {
    if (record.job->job != first.job->job || record.job->ranks != first.job->ranks)
      throw Error(ErrorCode::usage,
                  fmt::format("records {} and {} are of different jobs: {} and {}", first.id,
                              record.id, first.job->job, record.job->job));
    if (record.workload != first.workload)
      throw Error(ErrorCode::usage,
                  fmt::format("records {} and {} are of different workloads: {} and {}", first.id,
                              record.id, first.workload.name(), record.workload.name()));
    const auto index = [](const Record& one) { return one.repeat ? one.repeat->index : 0; };
    if (index(record) != index(first))
      throw Error(ErrorCode::usage,
                  fmt::format("records {} and {} are of different repeats", first.id, record.id));
    const auto [place, is_new] = seen.emplace(record.job->rank, record.id);
    if (!is_new)
      throw Error(ErrorCode::usage, fmt::format("records {} and {} are both of rank {}",
                                                place->second, record.id, record.job->rank));
  }
}

/// Whose energies are told apart by what.
class Owners {
 public:
  explicit Owners(const std::vector<Record>& records) {
    for (const Record& record : records) {
      const std::string& node = record.job->node;
      if (std::ranges::find(nodes_, node) == nodes_.end()) nodes_.push_back(node);
    }
  }

  /// The component's name among those of the whole job.
  std::string component(const Record& record, const Channel& channel) const {
    std::string name;
    if (nodes_.size() > 1) {
      const auto place = std::ranges::find(nodes_, record.job->node) - nodes_.begin();
      name = fmt::format("node-{}/", place + 1);
    }
    // The CPU is modelled by the processes of a rank, and each has its own.
    if (channel.kind == Kind::modelled && channel.scope == Scope::package)
      name += fmt::format("rank-{}/", record.job->rank);
    return name + channel.component;
  }

 private:
  std::vector<std::string> nodes_;
};

/// One measurement of several ranks' of the same stretch of work.
class Merger {
 public:
  explicit Merger(const Owners& owners) : owners_(owners) {}

  /// The components of `record` that no record before it had. Without a measurement they have no
  /// energy, for `reason`.
  void add(const Record& record, const Measurement* measurement, const std::string& reason) {
    std::set<std::string> added;
    const Measurement& source = measurement != nullptr ? *measurement : record.whole;
    for (ChannelEnergy energy : source.channels) {
      const std::string component = owners_.component(record, energy.channel);
      if (taken_.contains(component)) continue;
      added.insert(component);
      if (measurement == nullptr) {
        const Channel channel = energy.channel;
        energy = ChannelEnergy{};
        energy.channel = channel;
        energy.reason = reason;
      }
      energy.channel.component = component;
      result_.channels.push_back(std::move(energy));
    }
    if (measurement != nullptr) add_rest(record, *measurement, added);
    taken_.merge(added);
  }

  Measurement take() { return std::move(result_); }

 private:
  void add_rest(const Record& record, const Measurement& measurement,
                const std::set<std::string>& added) {
    result_.elapsed = std::max(result_.elapsed, measurement.elapsed);
    for (ChannelState state : measurement.states) {
      state.channel.component = owners_.component(record, state.channel);
      if (added.contains(state.channel.component)) result_.states.push_back(std::move(state));
    }
    for (CrossCheck check : measurement.cross_checks) {
      Channel measured;
      measured.component = check.component;
      check.component = owners_.component(record, measured);
      if (added.contains(check.component)) result_.cross_checks.push_back(std::move(check));
    }
  }

  const Owners& owners_;
  std::set<std::string> taken_;
  Measurement result_;
};

/// Record::windows or Record::sums.
using WindowsOf = std::vector<Window> Record::*;

/// The `ordinal`th window of that name; nullptr if there is none.
const Window* find_window(const Record& record, WindowsOf windows, const std::string& name,
                          std::size_t ordinal) {
  for (const Window& window : record.*windows)
    if (window.name == name && ordinal-- == 0) return &window;
  return nullptr;
}

std::vector<Window> merge_windows(const std::vector<Record>& records, const Owners& owners,
                                  WindowsOf windows) {
  std::vector<Window> merged;
  std::map<std::string, std::size_t> ordinals;
  for (const Window& first : records.front().*windows) {
    const std::size_t ordinal = ordinals[first.name]++;
    Window window = first;
    Merger merger(owners);
    for (const Record& record : records) {
      const Window* part = find_window(record, windows, first.name, ordinal);
      merger.add(record, part != nullptr ? &part->measurement : nullptr,
                 fmt::format("rank {} has no such window", record.job->rank));
      if (part != nullptr && window.doubt.empty()) window.doubt = part->doubt;
    }
    window.measurement = merger.take();
    merged.push_back(std::move(window));
  }
  return merged;
}

Measurement merge_wholes(const std::vector<Record>& records, const Owners& owners) {
  Merger merger(owners);
  for (const Record& record : records) merger.add(record, &record.whole, "");
  return merger.take();
}

/// At rest, of all ranks or of none: a part of the machines is no job.
std::optional<Measurement> merge_idle(const std::vector<Record>& records, const Owners& owners,
                                      std::optional<Measurement> Record::* idle) {
  Merger merger(owners);
  for (const Record& record : records) {
    if (!(record.*idle)) return std::nullopt;
    merger.add(record, &*(record.*idle), "");
  }
  return merger.take();
}

}  // namespace

std::vector<int> missing_ranks(const std::vector<Record>& records) {
  std::set<int> present;
  int ranks = 0;
  for (const Record& record : records) {
    if (!record.job) continue;
    present.insert(record.job->rank);
    ranks = std::max(ranks, record.job->ranks);
  }
  std::vector<int> missing;
  for (int rank = 0; rank < ranks; ++rank)
    if (!present.contains(rank)) missing.push_back(rank);
  return missing;
}

Record merge_records(std::vector<Record> records, std::string id) {
  require_one_job(records);
  std::ranges::sort(records, {}, [](const Record& record) { return record.job->rank; });
  const Owners owners(records);
  Record merged = records.front();
  merged.id = std::move(id);
  merged.trace.clear();
  merged.steady.clear();
  merged.job.reset();
  merged.repeat.reset();
  merged.whole = merge_wholes(records, owners);
  merged.windows = merge_windows(records, owners, &Record::windows);
  merged.sums = merge_windows(records, owners, &Record::sums);
  merged.idle_before = merge_idle(records, owners, &Record::idle_before);
  merged.idle_after = merge_idle(records, owners, &Record::idle_after);
  merged.faults.clear();
  std::vector<std::string> ids;
  for (const Record& record : records) {
    ids.push_back(record.id);
    for (Fault fault : record.faults) {
      fault.source = fmt::format("rank {}: {}", record.job->rank, fault.source);
      merged.faults.push_back(std::move(fault));
    }
    const bool complete = merged.outcome.state == CommandOutcome::State::complete;
    if (complete && record.outcome.state != CommandOutcome::State::complete)
      merged.outcome = record.outcome;
  }
  if (const auto missing = missing_ranks(records); !missing.empty())
    merged.faults.push_back(
        {FaultKind::retry, Instant{}, "job",
         fmt::format("the records of {} of {} ranks are missing: {}", missing.size(),
                     records.front().job->ranks, fmt::join(missing, ", "))});
  merged.context[kMergedContext] = fmt::format("{}", fmt::join(ids, " "));
  return merged;
}

}  // namespace isojoule
