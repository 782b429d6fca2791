#include "isojoule/sensor/cpu_model/arm_facts.hpp"

#include <algorithm>
#include <array>

namespace isojoule {
namespace {

// Implementers and parts as Linux numbers them. Watts and threads of Altra and Grace: as reported
// at their launch; of the others assumed, by the class of machine that the core is sold in.
constexpr std::array kArmFacts{
    ArmFact{0x41, 0xd08, "Cortex-A72 (Raspberry Pi 4)", 6.0, 4, false},
    ArmFact{0x41, 0xd0b, "Cortex-A76 (Raspberry Pi 5)", 9.0, 4, false},
    ArmFact{0x41, 0xd42, "Cortex-A78AE (Jetson Orin)", 15.0, 12, false},
    ArmFact{0x41, 0xd0c, "Neoverse N1 (Ampere Altra Q80-30)", 210.0, 80, true},
    ArmFact{0x41, 0xd49, "Neoverse N2 (128 cores)", 250.0, 128, false},
    ArmFact{0x41, 0xd40, "Neoverse V1 (Graviton3)", 100.0, 64, false},
    ArmFact{0x41, 0xd4f, "Neoverse V2 (Grace, its memory included)", 250.0, 72, true},
    ArmFact{0x43, 0x0a1, "ThunderX (CN8890)", 120.0, 48, false},
    ArmFact{0x43, 0x0af, "ThunderX2 (CN9980)", 180.0, 128, false},
    ArmFact{0x46, 0x001, "A64FX", 170.0, 48, false},
    ArmFact{0x48, 0xd01, "Kunpeng 920", 180.0, 64, false},
    ArmFact{0x51, 0x001, "Oryon (Snapdragon X)", 30.0, 12, false},
    ArmFact{0xc0, 0xac3, "AmpereOne (192 cores)", 350.0, 192, false},
};

constexpr int kApple = 0x61;

}  // namespace

std::optional<ArmFact> arm_fact(int implementer, int part) {
  const auto at = std::ranges::find_if(kArmFacts, [&](const ArmFact& fact) {
    return fact.implementer == implementer && fact.part == part;
  });
  if (at != kArmFacts.end()) return *at;
  // Virtual machines on Apple's hide the part, and all of its are of one class.
  if (implementer == kApple) return ArmFact{kApple, part, "Apple M series", 20.0, 8, false};
  return std::nullopt;
}

}  // namespace isojoule
