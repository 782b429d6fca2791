#include "isojoule/sensor/nvml/architecture.hpp"

#include <gtest/gtest.h>

namespace isojoule::nvml {
namespace {

constexpr unsigned int kKepler = 2, kMaxwell = 3, kPascal = 4, kVolta = 5, kTuring = 6, kAmpere = 7,
                       kAda = 8, kHopper = 9, kBlackwell = 10;

// Names as drivers give them; architectures from NVIDIA's product pages.
TEST(Architecture, IsKnownByTheName) {
  for (const auto& [name, architecture] :
       {std::pair("Tesla K40m", kKepler),
        {"Tesla K80", kKepler},
        {"GeForce GTX 780 Ti", kKepler},
        {"GeForce GTX TITAN Black", kKepler},
        {"Tesla M60", kMaxwell},
        {"GeForce GTX 980", kMaxwell},
        {"GeForce GTX 750 Ti", kMaxwell},
        {"GeForce GTX TITAN X", kMaxwell},
        {"Quadro K2200", kMaxwell},
        {"Tesla P100-PCIE-16GB", kPascal},
        {"GeForce GTX 1080 Ti", kPascal},
        {"TITAN X (Pascal)", kPascal},
        {"TITAN Xp", kPascal},
        {"Quadro P2000", kPascal},
        {"Tesla V100-SXM2-32GB", kVolta},
        {"TITAN V", kVolta},
        {"Quadro GV100", kVolta},
        {"Tesla T4", kTuring},
        {"Quadro RTX 8000", kTuring},
        {"Quadro RTX 4000", kTuring},
        {"NVIDIA TITAN RTX", kTuring},
        {"NVIDIA GeForce GTX 1650 Ti", kTuring},
        {"NVIDIA GeForce RTX 2080 SUPER", kTuring},
        {"NVIDIA T1000 8GB", kTuring},
        {"NVIDIA A100-SXM4-80GB", kAmpere},
        {"A100-PCIE-40GB", kAmpere},
        {"NVIDIA A10G", kAmpere},
        {"NVIDIA GeForce RTX 3070 Ti Laptop GPU", kAmpere},
        {"NVIDIA RTX A5000", kAmpere},
        {"NVIDIA A2", kAmpere},
        {"NVIDIA A30", kAmpere},
        {"NVIDIA A40", kAmpere},
        {"NVIDIA GeForce RTX 4090", kAda},
        {"NVIDIA RTX 6000 Ada Generation", kAda},
        {"NVIDIA RTX 4000 SFF Ada Generation", kAda},
        {"NVIDIA L40S", kAda},
        {"NVIDIA L4", kAda},
        {"NVIDIA H100 PCIe", kHopper},
        {"NVIDIA H200", kHopper},
        {"NVIDIA GH200 480GB", kHopper},
        {"NVIDIA B200", kBlackwell},
        {"NVIDIA GB200", kBlackwell},
        {"NVIDIA GeForce RTX 5090", kBlackwell},
        {"NVIDIA RTX PRO 6000 Blackwell Workstation Edition", kBlackwell}})
    EXPECT_EQ(architecture_of(name), architecture) << name;
}

TEST(Architecture, ANameThatIsNotKnownHasNone) {
  for (const char* name :
       {"", "-", "NVIDIA", "NVIDIA Graphics Device", "Orin (nvgpu)", "AMD MI250X",
        "NVIDIA GeForce RTX 9990", "GeForce 8800 GTX", "RTX", "NVIDIA A1 B2"})
    EXPECT_EQ(architecture_of(name), std::nullopt) << name;
}

}  // namespace
}  // namespace isojoule::nvml
