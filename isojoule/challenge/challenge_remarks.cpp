#include "isojoule/challenge/challenge_remarks.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

/// Groups of two or more submissions with the same key, in the order of their first ones. Those
/// without a key are in none.
template <class KeyOf>
std::vector<Places> groups_by(std::span<const Submission> submissions, KeyOf key_of) {
  std::map<typename decltype(key_of(submissions[0]))::value_type, Places> groups;
  for (std::size_t i = 0; i < submissions.size(); ++i)
    if (const auto key = key_of(submissions[i])) groups[*key].push_back(i);
  std::vector<Places> several;
  for (auto& [key, places] : groups)
    if (places.size() > 1) several.push_back(std::move(places));
  std::ranges::sort(several);
  return several;
}

std::optional<std::string> team_of(const Submission& submission) {
  if (submission.team.empty()) return std::nullopt;
  return submission.team;
}

std::optional<std::pair<std::string, double>> energy_within_team(const Submission& submission) {
  if (submission.team.empty() || !submission.energy) return std::nullopt;
  const double energy = submission.energy->value.in(joule);
  if (energy == 0) return std::nullopt;
  return std::pair(submission.team, energy);
}

/// Those of a team whose baselines cannot be the same number as another's.
Places with_disjoint_baselines(std::span<const Submission> submissions, const Places& team) {
  Places found;
  const auto baseline = [&](std::size_t i) -> const auto& { return submissions[i].baseline; };
  for (const std::size_t i : team) {
    const bool disjoint = baseline(i) && std::ranges::any_of(team, [&](std::size_t j) {
                            return baseline(j) && (baseline(j)->upper < baseline(i)->lower ||
                                                   baseline(i)->upper < baseline(j)->lower);
                          });
    if (disjoint) found.push_back(i);
  }
  return found;
}

void remark_baselines(std::span<const Submission> submissions,
                      std::vector<ChallengeRemark>& remarks) {
  for (const Places& team : groups_by(submissions, team_of)) {
    Places places = with_disjoint_baselines(submissions, team);
    if (places.empty()) continue;
    std::vector<std::string> texts;
    for (const std::size_t i : places) {
      const std::string& text = submissions[i].baseline->text;
      if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
    }
    remarks.push_back({std::move(places),
                       fmt::format("baselines of one team differ by more than their rounding: {} "
                                   "kWh",
                                   fmt::join(texts, ", "))});
  }
}

/// "; their MACs differ by a factor of 5.4", or nothing.
std::string macs_text(std::span<const Submission> submissions, const Places& places) {
  std::vector<double> macs;
  for (const std::size_t i : places)
    if (submissions[i].macs) macs.push_back(*submissions[i].macs);
  if (macs.empty()) return {};
  const auto [least, most] = std::ranges::minmax(macs);
  if (least == most) return {};
  return fmt::format("; their MACs differ by a factor of {:.3g}", most / least);
}

void remark_shared_energies(std::span<const Submission> submissions,
                            std::vector<ChallengeRemark>& remarks) {
  for (Places& places : groups_by(submissions, energy_within_team)) {
    std::string text =
        fmt::format("{} systems report the same energy, {} kWh{}", places.size(),
                    submissions[places[0]].energy->text, macs_text(submissions, places));
    remarks.push_back({std::move(places), std::move(text)});
  }
}

/// Natural logarithm of normalized joules per multiply-accumulate.
std::optional<double> log_energy_per_mac(const Submission& submission, const ChallengeRule& rule) {
  if (!submission.macs) return std::nullopt;
  const auto normalized = normalized_energy(submission, rule);
  if (!normalized) return std::nullopt;
  return std::log(normalized->in(joule)) - std::log(*submission.macs);
}

void remark_energy_per_mac(std::span<const Submission> submissions, const ChallengeRule& rule,
                           std::vector<ChallengeRemark>& remarks) {
  constexpr std::size_t kFewest = 3;  // of two, neither is the unusual one
  Places places;
  std::vector<double> logs;
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    const auto log = log_energy_per_mac(submissions[i], rule);
    if (!log) continue;
    places.push_back(i);
    logs.push_back(*log);
  }
  if (logs.size() < kFewest) return;
  const double middle = *median(logs);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const double off = logs[i] - middle;
    if (std::abs(off) <= std::log(kUnusualEnergyPerMac)) continue;
    remarks.push_back({{places[i]},
                       fmt::format("energy per MAC {:.3g} times {} than the median",
                                   std::exp(std::abs(off)), off > 0 ? "more" : "less")});
  }
}

void remark_unlike(std::span<const Submission> submissions, std::vector<ChallengeRemark>& remarks) {
  std::vector<ChallengeRemark> unlike;
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    if (!submissions[i].predicted || submissions[i].predicted->unlike.empty()) continue;
    const std::string text = "unlike the references: " + submissions[i].predicted->unlike;
    auto same = std::ranges::find(unlike, text, &ChallengeRemark::text);
    if (same == unlike.end()) same = unlike.insert(same, {{}, text});
    same->submissions.push_back(i);
  }
  std::ranges::move(unlike, std::back_inserter(remarks));
}

}  // namespace

std::vector<ChallengeRemark> find_challenge_remarks(std::span<const Submission> submissions,
                                                    const ChallengeRule& rule) {
  std::vector<ChallengeRemark> remarks;
  remark_baselines(submissions, remarks);
  remark_shared_energies(submissions, remarks);
  remark_energy_per_mac(submissions, rule, remarks);
  remark_unlike(submissions, remarks);
  return remarks;
}

}  // namespace isojoule
