#include "isojoule/sensor/nvml/architecture.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace isojoule::nvml {
namespace {

// nvmlDeviceArchitecture_t
constexpr unsigned int kKepler = 2;
constexpr unsigned int kMaxwell = 3;
constexpr unsigned int kPascal = 4;
constexpr unsigned int kVolta = 5;
constexpr unsigned int kTuring = 6;
constexpr unsigned int kAmpere = 7;
constexpr unsigned int kAda = 8;
constexpr unsigned int kHopper = 9;
constexpr unsigned int kBlackwell = 10;

struct Product {
  std::string_view family;  ///< a word of the name; empty: any name
  std::string_view model;   ///< another: # is a digit, and * at the end any rest
  unsigned int architecture;
};

// The first that fits counts.
constexpr std::array kProducts{
    Product{"", "Blackwell", kBlackwell},
    Product{"", "Ada", kAda},
    // Data centres.
    Product{"", "B100", kBlackwell},
    Product{"", "B200", kBlackwell},
    Product{"", "B300", kBlackwell},
    Product{"", "GB###", kBlackwell},
    Product{"", "H20", kHopper},
    Product{"", "H100", kHopper},
    Product{"", "H200", kHopper},
    Product{"", "H800", kHopper},
    Product{"", "GH200", kHopper},
    Product{"", "L2", kAda},
    Product{"", "L4", kAda},
    Product{"", "L20", kAda},
    Product{"", "L40*", kAda},
    Product{"", "A2", kAmpere},
    Product{"", "A10*", kAmpere},  // A10, A10G, A100, A100X, A1000
    Product{"", "A16", kAmpere},
    Product{"", "A30*", kAmpere},
    Product{"", "A40", kAmpere},
    Product{"", "A800", kAmpere},
    Product{"Tesla", "T4", kTuring},
    Product{"", "T4", kTuring},
    Product{"", "T4G", kTuring},
    Product{"", "V100*", kVolta},
    Product{"", "P4", kPascal},
    Product{"", "P6", kPascal},
    Product{"", "P40", kPascal},
    Product{"", "P100", kPascal},
    Product{"Tesla", "M##", kMaxwell},
    Product{"Tesla", "M#", kMaxwell},
    Product{"Tesla", "K##*", kKepler},
    Product{"GRID", "K*", kKepler},
    // Workstations: an RTX of three generations has the same numbers.
    Product{"RTX", "A####", kAmpere},
    Product{"RTX", "A###", kAmpere},
    Product{"Quadro", "RTX", kTuring},
    Product{"", "T#00", kTuring},
    Product{"", "T#000", kTuring},
    Product{"", "T1200", kTuring},
    Product{"", "GV100", kVolta},
    Product{"", "GP100", kPascal},
    Product{"Quadro", "P*", kPascal},
    Product{"Quadro", "M*", kMaxwell},
    Product{"Quadro", "K620", kMaxwell},
    Product{"Quadro", "K1200", kMaxwell},
    Product{"Quadro", "K2200", kMaxwell},
    Product{"Quadro", "K*", kKepler},
    // Desktops and laptops.
    Product{"TITAN", "RTX", kTuring},
    Product{"TITAN", "V", kVolta},
    Product{"TITAN", "Xp", kPascal},
    Product{"TITAN", "(Pascal)", kPascal},
    Product{"GTX", "X", kMaxwell},
    Product{"TITAN", "X", kPascal},
    Product{"GTX", "TITAN", kKepler},
    Product{"RTX", "50##*", kBlackwell},
    Product{"RTX", "40##*", kAda},
    Product{"RTX", "30##*", kAmpere},
    Product{"RTX", "20##*", kTuring},
    Product{"GTX", "16##*", kTuring},
    Product{"GTX", "10##*", kPascal},
    Product{"GTX", "9##*", kMaxwell},
    Product{"GTX", "745", kMaxwell},
    Product{"GTX", "750", kMaxwell},
    Product{"GTX", "7##*", kKepler},
    Product{"GTX", "6##*", kKepler},
};

std::vector<std::string_view> words_of_name(std::string_view name) {
  std::vector<std::string_view> words;
  while (!name.empty()) {
    const std::size_t length = std::min(name.find_first_of(" -"), name.size());
    if (length > 0) words.push_back(name.substr(0, length));
    name.remove_prefix(std::min(length + 1, name.size()));
  }
  return words;
}

bool is_model(std::string_view word, std::string_view pattern) {
  const bool any_rest = pattern.ends_with('*');
  if (any_rest) pattern.remove_suffix(1);
  if (word.size() < pattern.size() || (!any_rest && word.size() > pattern.size())) return false;
  return std::ranges::equal(word.substr(0, pattern.size()), pattern, [](char c, char p) {
    return p == '#' ? c >= '0' && c <= '9' : c == p;
  });
}

}  // namespace

std::optional<unsigned int> architecture_of(std::string_view board) {
  const std::vector<std::string_view> words = words_of_name(board);
  const auto fits = [&words](const Product& product) {
    return (product.family.empty() || std::ranges::find(words, product.family) != words.end()) &&
           std::ranges::any_of(
               words, [&product](std::string_view word) { return is_model(word, product.model); });
  };
  const auto found = std::ranges::find_if(kProducts, fits);
  return found == kProducts.end() ? std::nullopt : std::optional(found->architecture);
}

}  // namespace isojoule::nvml
