#include "isojoule/sensor/cpu_model/cpu_power.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

#include <fmt/format.h>

namespace isojoule {
namespace {

struct CpuModel {
  std::string_view name;
  int tdp_watts;
  int threads;
};

// TDP (for recent Intel parts: processor base power) and threads of one package, from the vendors'
// product pages.
constexpr std::array kModels{
    CpuModel{"Intel Xeon E5-2650 v4", 105, 24},
    CpuModel{"Intel Xeon E5-2680 v4", 120, 28},
    CpuModel{"Intel Xeon E5-2690 v4", 135, 28},
    CpuModel{"Intel Xeon E5-2698 v4", 135, 40},
    CpuModel{"Intel Xeon Gold 6130", 125, 32},
    CpuModel{"Intel Xeon Gold 6148", 150, 40},
    CpuModel{"Intel Xeon Gold 6248", 150, 40},
    CpuModel{"Intel Xeon Gold 6330", 205, 56},
    CpuModel{"Intel Xeon Gold 6338", 205, 64},
    CpuModel{"Intel Xeon Platinum 8160", 150, 48},
    CpuModel{"Intel Xeon Platinum 8168", 205, 48},
    CpuModel{"Intel Xeon Platinum 8260", 165, 48},
    CpuModel{"Intel Xeon Platinum 8358", 250, 64},
    CpuModel{"Intel Xeon Platinum 8380", 270, 80},
    CpuModel{"Intel Xeon Platinum 8480+", 350, 112},
    CpuModel{"Intel Core i5-8250U", 15, 8},
    CpuModel{"Intel Core i7-8550U", 15, 8},
    CpuModel{"Intel Core i7-8700", 65, 12},
    CpuModel{"Intel Core i7-8700K", 95, 12},
    CpuModel{"Intel Core i7-9700K", 95, 8},
    CpuModel{"Intel Core i7-9750H", 45, 12},
    CpuModel{"Intel Core i7-10700", 65, 16},
    CpuModel{"Intel Core i7-10750H", 45, 12},
    CpuModel{"Intel Core i7-12700K", 125, 20},
    CpuModel{"Intel Core i7-13700K", 125, 24},
    CpuModel{"Intel Core i9-9900K", 95, 16},
    CpuModel{"Intel Core i9-10900K", 125, 20},
    CpuModel{"Intel Core i9-12900K", 125, 24},
    CpuModel{"Intel Core i9-13900K", 125, 32},
    CpuModel{"Intel Core Ultra 7 155H", 28, 22},
    CpuModel{"AMD EPYC 7302", 155, 32},
    CpuModel{"AMD EPYC 7452", 155, 64},
    CpuModel{"AMD EPYC 7543", 225, 64},
    CpuModel{"AMD EPYC 7551", 180, 64},
    CpuModel{"AMD EPYC 7742", 225, 128},
    CpuModel{"AMD EPYC 7763", 280, 128},
    CpuModel{"AMD EPYC 9354", 280, 64},
    CpuModel{"AMD EPYC 9554", 360, 128},
    CpuModel{"AMD EPYC 9654", 360, 192},
    CpuModel{"AMD Ryzen 5 3600", 65, 12},
    CpuModel{"AMD Ryzen 5 5600X", 65, 12},
    CpuModel{"AMD Ryzen 7 3700X", 65, 16},
    CpuModel{"AMD Ryzen 7 4800H", 45, 16},
    CpuModel{"AMD Ryzen 7 5800H", 45, 16},
    CpuModel{"AMD Ryzen 7 5800X", 105, 16},
    CpuModel{"AMD Ryzen 9 3900X", 105, 24},
    CpuModel{"AMD Ryzen 9 3950X", 105, 32},
    CpuModel{"AMD Ryzen 9 5900X", 105, 24},
    CpuModel{"AMD Ryzen 9 5950X", 105, 32},
    CpuModel{"AMD Ryzen 9 7950X", 170, 32},
    CpuModel{"AMD Ryzen Threadripper 3970X", 280, 64},
    CpuModel{"AMD Ryzen Threadripper 3990X", 280, 128},
};

void erase_all(std::string& text, std::string_view part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
    text.erase(at, part.size());
}

/// The bare name in the kernel's string: without trademarks, generation, frequency, graphics,
/// number of cores and the words "CPU" and "Processor". All of these vary between firmwares.
std::string bare_name(std::string_view model) {
  std::string text(model.substr(0, std::min(model.find('@'), model.find(" with "))));
  for (const std::string_view mark : {"(R)", "(TM)", "(r)", "(tm)"}) erase_all(text, mark);
  const std::size_t vendor = std::min(text.find("Intel"), text.find("AMD"));
  if (vendor != std::string::npos) text.erase(0, vendor);  // "12th Gen Intel ..."

  std::string name;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == "CPU" || word == "Processor" || word.ends_with("-Core")) continue;
    name += (name.empty() ? "" : " ") + word;
  }
  return name;
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

CpuPower cpu_power(std::string_view model) {
  const std::string name = bare_name(model);
  const auto known = std::ranges::find_if(
      kModels, [&name](const CpuModel& entry) { return same_but_for_case(entry.name, name); });
  if (known == kModels.end()) {
    const std::string whose = name.empty() ? "this CPU" : "'" + std::string(model) + "'";
    return {kDefaultPowerPerThread, true, "a default: no TDP is known for " + whose};
  }
  return {known->tdp_watts * watt / known->threads, false,
          fmt::format("{} W TDP / {} threads, {}", known->tdp_watts, known->threads, known->name)};
}

}  // namespace isojoule
