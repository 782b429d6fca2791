#include "isojoule/record/merge_records.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using Who = NodeOwner::Who;

/// Throws unless both are of the same stretch of one job's work.
void require_same_run(const Record& first, const Record& record) {
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
}

void require_one_job(const std::vector<Record>& records) {
  if (records.size() < 2)
    throw Error(ErrorCode::usage, "merging takes the records of two ranks at least");
  for (const Record& record : records) {
    if (!record.job)
      throw Error(ErrorCode::usage,
                  fmt::format("record {} is of no job: it was not measured as a rank", record.id));
  }
  std::map<int, std::string> ranks;
  std::set<std::string> ids;
  for (const Record& record : records) {
    require_same_run(records.front(), record);
    if (!ids.insert(record.id).second)
      throw Error(ErrorCode::usage, fmt::format("record {} is given twice", record.id));
    if (!record.job->rank) continue;
    const auto [place, is_new] = ranks.emplace(*record.job->rank, record.id);
    if (!is_new)
      throw Error(ErrorCode::usage, fmt::format("records {} and {} are both of rank {}",
                                                place->second, record.id, *record.job->rank));
  }
}

/// A board's UUID is the only one of its kind anywhere: two who see it see one board, even if they
/// take themselves to be on different nodes, as in containers.
bool names_one_board(const std::string& component) {
  constexpr std::string_view kUuid = "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (component.size() < kUuid.size()) return false;
  const std::string_view end = std::string_view(component).substr(component.size() - kUuid.size());
  return std::ranges::equal(end, kUuid, [](char c, char pattern) {
    return pattern == 'x' ? std::isxdigit(static_cast<unsigned char>(c)) != 0 : c == pattern;
  });
}

/// Whose energies are told apart by what, and which record speaks for each: of those that measured
/// a component the first that knows its energy, but of what belongs to a node its owner.
class Owners {
 public:
  explicit Owners(const std::vector<Record>& records) {
    for (const Record& record : records) {
      const std::string& node = record.job->node;
      if (std::ranges::find(nodes_, node) == nodes_.end()) nodes_.push_back(node);
    }
    for (const Record& record : records)
      for (const ChannelEnergy& energy : record.whole.channels) hear(record, energy.channel);
  }

  /// The component's name among those of the whole job.
  std::string component(const Record& record, const Channel& channel) const {
    std::string name;
    if (nodes_.size() > 1 && !names_one_board(channel.component)) {
      const auto place = std::ranges::find(nodes_, record.job->node) - nodes_.begin();
      name = fmt::format("node-{}/", place + 1);
    }
    if (channel.kind == Kind::modelled && channel.scope == Scope::package)
      name += record.job->rank ? fmt::format("rank-{}/", *record.job->rank)
                               : fmt::format("{}/", record.id);
    return name + channel.component;
  }

  bool speaks_for(const Record& record, const std::string& component) const {
    const auto found = speakers_.find(component);
    return found != speakers_.end() && found->second.record == &record;
  }

  /// Why its energy must not be added; empty: it may.
  const std::string& doubt(const std::string& component) const {
    return speakers_.at(component).doubt;
  }

 private:
  struct Speaker {
    const Record* record = nullptr;
    std::string doubt;
    bool knows_energy = false;
  };

  void hear(const Record& record, const Channel& channel) {
    Speaker candidate{
        &record, {}, best_channel(record.whole.channels, channel.component) != nullptr};
    const NodeOwner owner = owner_of_node(record.job, record.node_owner);
    if (belongs_to_node(channel) && owner.who == Who::unknown)
      candidate.doubt = fmt::format(
          "it is not known which rank owns the node, so it may be counted "
          "twice ({}: {})",
          rank_text(*record.job), owner.text);
    const auto [place, is_new] = speakers_.emplace(component(record, channel), candidate);
    Speaker& chosen = place->second;
    const bool less_doubt = candidate.doubt.empty() && !chosen.doubt.empty();
    const bool knows_more = candidate.doubt.empty() == chosen.doubt.empty() &&
                            candidate.knows_energy && !chosen.knows_energy;
    if (!is_new && (less_doubt || knows_more)) chosen = candidate;
  }

  std::vector<std::string> nodes_;
  std::map<std::string, Speaker> speakers_;  ///< by component
};

/// One measurement of several ranks' of the same stretch of work.
class Merger {
 public:
  explicit Merger(const Owners& owners) : owners_(owners) {}

  /// The components that `record` speaks for. Without a measurement they have no energy, for
  /// `reason`.
  void add(const Record& record, const Measurement* measurement, const std::string& reason) {
    const Measurement& source = measurement != nullptr ? *measurement : record.whole;
    for (ChannelEnergy energy : source.channels) {
      const std::string component = owners_.component(record, energy.channel);
      if (!owners_.speaks_for(record, component)) continue;
      const std::string& doubt = owners_.doubt(component);
      if (measurement == nullptr || !doubt.empty()) {
        const Channel channel = energy.channel;
        energy = ChannelEnergy{};
        energy.channel = channel;
        energy.reason = measurement == nullptr ? reason : doubt;
      }
      energy.channel.component = component;
      result_.channels.push_back(std::move(energy));
    }
    if (measurement != nullptr) add_rest(record, *measurement);
  }

  Measurement take() { return std::move(result_); }

 private:
  void add_rest(const Record& record, const Measurement& measurement) {
    result_.elapsed = std::max(result_.elapsed, measurement.elapsed);
    for (ChannelState state : measurement.states) {
      state.channel.component = owners_.component(record, state.channel);
      if (owners_.speaks_for(record, state.channel.component))
        result_.states.push_back(std::move(state));
    }
    for (CrossCheck check : measurement.cross_checks) {
      Channel measured;
      measured.component = check.component;
      check.component = owners_.component(record, measured);
      if (owners_.speaks_for(record, check.component))
        result_.cross_checks.push_back(std::move(check));
    }
  }

  const Owners& owners_;
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
                 fmt::format("{} has no such window", rank_text(*record.job)));
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

/// What a reader must know of the ranks that are not among them.
void note_missing(const std::vector<Record>& records, Record& merged) {
  const auto note = [&merged](const std::string& message) {
    merged.faults.push_back({FaultKind::retry, Instant{}, "job", message});
  };
  const std::optional<int> ranks = records.front().job->ranks;
  const bool all_named = std::ranges::all_of(
      records, [](const Record& record) { return record.job->rank.has_value(); });
  if (!ranks || !all_named) {
    note(fmt::format("the launcher does not {}: whether records are missing is not known",
                     ranks ? "number its ranks" : "say how many ranks there are"));
  } else if (const auto missing = missing_ranks(records); !missing.empty()) {
    note(fmt::format("the records of {} of {} ranks are missing: {}", missing.size(), *ranks,
                     fmt::join(missing, ", ")));
  }
}

}  // namespace

std::vector<int> missing_ranks(const std::vector<Record>& records) {
  std::set<int> present;
  int ranks = 0;
  for (const Record& record : records) {
    if (!record.job || !record.job->rank) continue;
    present.insert(*record.job->rank);
    ranks = std::max(ranks, record.job->ranks.value_or(0));
  }
  std::vector<int> missing;
  for (int rank = 0; rank < ranks; ++rank)
    if (!present.contains(rank)) missing.push_back(rank);
  return missing;
}

Record merge_records(std::vector<Record> records, std::string id) {
  require_one_job(records);
  // Those without a number come first.
  std::ranges::sort(records, {}, [](const Record& record) { return record.job->rank; });
  const Owners owners(records);
  Record merged = records.front();
  merged.id = std::move(id);
  merged.trace.clear();
  merged.steady.clear();
  merged.job.reset();
  merged.node_owner.reset();
  merged.repeat.reset();
  merged.whole = merge_wholes(records, owners);
  merged.windows = merge_windows(records, owners, &Record::windows);
  merged.sums = merge_windows(records, owners, &Record::sums);
  merged.idle_before = merge_idle(records, owners, &Record::idle_before);
  merged.idle_after = merge_idle(records, owners, &Record::idle_after);
  merged.faults.clear();
  merged.unmeasured.clear();
  std::vector<std::string> ids;
  for (const Record& record : records) {
    ids.push_back(record.id);
    for (const Unmeasured& one : record.unmeasured)
      if (std::ranges::find(merged.unmeasured, one) == merged.unmeasured.end())
        merged.unmeasured.push_back(one);
    for (Fault fault : record.faults) {
      fault.source = fmt::format("{}: {}", rank_text(*record.job), fault.source);
      merged.faults.push_back(std::move(fault));
    }
    const bool complete = merged.outcome.state == CommandOutcome::State::complete;
    if (complete && record.outcome.state != CommandOutcome::State::complete)
      merged.outcome = record.outcome;
  }
  note_missing(records, merged);
  merged.context[kMergedContext] = fmt::format("{}", fmt::join(ids, " "));
  return merged;
}

}  // namespace isojoule
