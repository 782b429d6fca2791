#include "isojoule/sensor/cpu_model/cpu_tdp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "isojoule/sensor/cpu_model/tdp_facts.hpp"

namespace isojoule {
namespace {

using detail::TdpBlock;

// Differences between two names, each at its price; found by leaving names out of the table
// (cpu_tdp_test.cpp holds what they reach).
constexpr double kOtherWord = 12.0;                    // another word of the family, each
constexpr double kOtherTier = 1.0;                     // "i5" for "i7", "gold" for "platinum"
constexpr double kOtherPro = 1.0;                      // "pro" in one of them
constexpr double kOtherVersion = 0.4;                  // "v3" for "v4"
constexpr double kOtherLength = 40.0;                  // a number of other length
constexpr double kOtherSuffix = 25.0;                  // another letter after the number
constexpr double kNoSuffix = 18.0;                     // a letter in one of them only
constexpr double kLikeSuffix = 6.0;                    // the same first letter
constexpr double kOtherLast = 1.0;                     // another last digit
constexpr std::array kOtherDigit{4.0, 0.3, 0.7, 0.2};  // by the first digit that differs
constexpr double kDistance = 14.0;  // of the numbers, as a share, times four and at most 1
constexpr double kSoftness = 0.3;   // a name this much dearer weighs 1 / e

constexpr double kClose = 0.15;  // powers that far from each other count as one

// Quantiles 5 and 95 % of true / estimated power over the names of the table, each left out; of the
// last, with its whole family left out.
constexpr std::pair kAgreeing{0.76, 1.27};     // 90 % of the weight and more on one power
constexpr std::pair kDisagreeing{0.62, 1.54};  // less
constexpr std::pair kFar{0.27, 4.80};          // no name nearer than kFarDistance
constexpr double kFarDistance = 15.0;

/// Families whose numbers are of one series, whatever they are called.
std::string_view group_of(std::string_view first_word) {
  constexpr std::array<std::string_view, 9> kApus{"a4",  "a6", "a8", "a9", "a10",
                                                  "a12", "e1", "e2", "fx"};
  constexpr std::array<std::string_view, 6> kK10{"",        "athlon", "phenom",
                                                 "sempron", "turion", "opteron"};
  if (std::ranges::find(kApus, first_word) != kApus.end()) return "apu";
  if (std::ranges::find(kK10, first_word) != kK10.end()) return "k10";
  return first_word == "celeron" ? "pentium" : first_word;
}

std::string_view first_word(std::string_view family) {
  if (family.starts_with("pro ")) family.remove_prefix(4);
  return family.substr(0, family.find(' '));
}

std::string_view brand_of(const CpuName& name) {
  return name.family.empty() ? std::string_view() : std::string_view(name.family[0]);
}

bool is_tier(std::string_view word) {
  constexpr std::array<std::string_view, 10> kTiers{"bronze", "silver", "gold", "platinum", "hx",
                                                    "max",    "max+",   "ai",   "e1",       "e2"};
  const bool numbered = (word.size() == 1 || word[0] == 'i' || word[0] == 'm' || word[0] == 'a') &&
                        word.back() >= '0' && word.back() <= '9' && word.size() <= 3;
  return numbered || std::ranges::find(kTiers, word) != kTiers.end();
}

template <class Visit>
void for_each_block(Visit visit) {
  for (const auto blocks :
       {detail::amd_tdp(), detail::intel_tdp(), detail::xeon_tdp(), detail::vendor_tdp()})
    for (const TdpBlock& block : blocks) visit(block);
}

/// Calls `visit(watts, entry)` for each CPU of a block.
template <class Visit>
void for_each_entry(const TdpBlock& block, Visit visit) {
  std::string_view rows = block.rows;
  while (!rows.empty()) {
    std::string_view row = rows.substr(0, rows.find(' '));
    rows.remove_prefix(std::min(row.size() + 1, rows.size()));
    double watts = 0.0;
    const auto end = std::from_chars(row.data(), row.data() + row.size(), watts).ptr;
    row.remove_prefix(static_cast<std::size_t>(end - row.data()) + 1);
    while (!row.empty()) {
      const std::string_view entry = row.substr(0, row.find(','));
      visit(watts, entry);
      row.remove_prefix(std::min(entry.size() + 1, row.size()));
    }
  }
}

CpuName family_name(std::string_view family) {
  CpuName name;
  while (!family.empty()) {
    const std::string_view word = family.substr(0, family.find(' '));
    if (word == "pro")
      name.pro = true;
    else
      name.family.emplace_back(word);
    family.remove_prefix(std::min(word.size() + 1, family.size()));
  }
  return name;
}

std::string compact(std::string_view family) {
  std::string text(family);
  std::erase(text, ' ');
  return text;
}

/// The suffix without letters that change nothing about the power: no graphics, more memory, one
/// socket.
std::string_view telling_suffix(const CpuName& name) {
  std::string_view suffix = name.suffix;
  const std::string_view brand = brand_of(name);
  const bool scalable = name.family.size() > 1 && is_tier(name.family[1]);
  if (brand == "core" && suffix.ends_with('f')) suffix.remove_suffix(1);
  if (brand == "epyc" && suffix.ends_with('p')) suffix.remove_suffix(1);
  if (brand == "xeon" && scalable && (suffix == "m" || suffix == "l" || suffix == "+")) return "";
  return suffix;
}

double family_cost(const CpuName& one, const CpuName& other) {
  if (one.family.empty()) return 0.0;  // a bare number is of any
  double cost = one.pro != other.pro ? kOtherPro : 0.0;
  bool other_tier = false;
  const auto lacks = [](const CpuName& in, const std::string& word) {
    return std::ranges::find(in.family, word) == in.family.end();
  };
  for (const auto& [from, in] : {std::pair(&one, &other), std::pair(&other, &one)})
    for (const std::string& word : from->family) {
      if (!lacks(*in, word)) continue;
      if (is_tier(word))
        other_tier = true;
      else
        cost += kOtherWord;
    }
  return cost + (other_tier ? kOtherTier : 0.0);
}

double number_of(std::string number) {
  std::ranges::replace(number, '#', '0');
  double value = 0.0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

double number_cost(const CpuName& one, const CpuName& other) {
  const std::string& a = one.number;
  const std::string& b = other.number;
  if (a.empty() || b.empty()) return a == b ? 0.0 : 2 * kOtherLength;
  const double x = number_of(a);
  const double y = number_of(b);
  double cost = kDistance * std::min(1.0, 4 * std::abs(x - y) / std::max({x, y, 1.0}));
  if (a.size() != b.size() || a.find('.') != b.find('.')) return cost + kOtherLength;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || a[i] == '#' || b[i] == '#') continue;
    cost += kOtherDigit[std::min(i, kOtherDigit.size() - 1)];
    break;
  }
  return cost + (a.back() != b.back() ? kOtherLast : 0.0);
}

double suffix_cost(const CpuName& one, const CpuName& other) {
  const std::string_view a = telling_suffix(one);
  const std::string_view b = telling_suffix(other);
  if (a == b) return 0.0;
  if (a.empty() || b.empty()) return kNoSuffix;
  return a[0] == b[0] ? kLikeSuffix : kOtherSuffix;
}

double cost_between(const CpuName& one, const CpuName& other) {
  return family_cost(one, other) + number_cost(one, other) + suffix_cost(one, other) +
         (one.version != other.version ? kOtherVersion : 0.0);
}

/// The weight that the names near to `name` give to each power in watts, and their number.
struct Votes {
  double distance = 0.0;  ///< cost of the nearest name
  std::map<double, double> weights;
  std::size_t names = 0;
};

Votes vote(const CpuName& name, const std::function<bool(std::string_view)>& may_use) {
  const std::string_view group = group_of(brand_of(name));
  std::vector<std::pair<double, double>> costs;  // cost, watts
  for_each_block([&](const TdpBlock& block) {
    if (group_of(first_word(block.family)) != group) return;
    if (may_use && !may_use(block.family)) return;
    const std::string family = compact(block.family);
    const CpuName of_family = family_name(block.family);
    for_each_entry(block, [&](double watts, std::string_view entry) {
      if (name.key.size() == family.size() + entry.size() && name.key.starts_with(family) &&
          name.key.ends_with(entry))
        return;
      CpuName other = of_family;
      set_cpu_number(entry, other);
      costs.emplace_back(cost_between(name, other), watts);
    });
  });
  Votes votes;
  if (costs.empty()) return votes;
  const double least = std::ranges::min_element(costs)->first;
  votes.distance = least;
  for (const auto& [cost, watts] : costs) {
    const double weight = std::exp((least - cost) / kSoftness);
    if (weight < 0.01) continue;
    votes.weights[watts] += weight;
    ++votes.names;
  }
  return votes;
}

}  // namespace

std::optional<TdpEstimate> named_tdp(const CpuName& name) {
  double least = 0.0;
  double most = 0.0;
  for_each_block([&](const TdpBlock& block) {
    const std::string family = compact(block.family);
    if (!name.key.starts_with(family)) return;
    const std::string_view rest = std::string_view(name.key).substr(family.size());
    for_each_entry(block, [&](double watts, std::string_view entry) {
      if (entry != rest) return;
      least = least == 0.0 ? watts : std::min(least, watts);
      most = std::max(most, watts);
    });
  });
  if (most == 0.0) return std::nullopt;
  return TdpEstimate{std::sqrt(least * most) * watt, least * watt, most * watt, true, "by name"};
}

std::optional<TdpEstimate> similar_tdp(
    const CpuName& name, const std::function<bool(std::string_view family)>& may_use) {
  const Votes votes = vote(name, may_use);
  double total = 0.0;
  double best = 0.0;
  double watts = 0.0;
  for (const auto& [candidate, own] : votes.weights) {
    total += own;
    double near = 0.0;
    for (const auto& [other, weight] : votes.weights)
      if (std::abs(candidate / other - 1.0) <= kClose) near += weight;
    if (near > best) {
      best = near;
      watts = candidate;
    }
  }
  if (total == 0.0) return std::nullopt;
  const auto& [low, high] = votes.distance >= kFarDistance ? kFar
                            : best >= 0.9 * total          ? kAgreeing
                                                           : kDisagreeing;
  return TdpEstimate{watts * watt, low * watts * watt, high * watts * watt, false,
                     fmt::format("by {} name{} like it", votes.names, votes.names == 1 ? "" : "s")};
}

std::optional<TdpEstimate> typical_tdp(const std::function<bool(const TdpFact&)>& is_one,
                                       std::string_view basis) {
  std::vector<double> watts;
  for_each_block([&](const TdpBlock& block) {
    const CpuName of_family = family_name(block.family);
    for_each_entry(block, [&](double power, std::string_view entry) {
      TdpFact fact{of_family, power * watt};
      set_cpu_number(entry, fact.name);
      if (is_one(fact)) watts.push_back(power);
    });
  });
  if (watts.empty()) return std::nullopt;
  std::ranges::sort(watts);
  const auto at = [&watts](double share) {
    return watts[static_cast<std::size_t>(share * static_cast<double>(watts.size() - 1))] * watt;
  };
  return TdpEstimate{at(0.5), at(0.05), at(0.95), false, std::string(basis)};
}

}  // namespace isojoule
