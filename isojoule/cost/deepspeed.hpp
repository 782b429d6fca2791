// The rule "deepspeed": what the DeepSpeed flops profiler counts for the reference architectures.
#pragma once

#include "isojoule/core/cost.hpp"
#include "isojoule/cost/architecture.hpp"

namespace isojoule {

inline constexpr const char* kDeepspeedRule = "deepspeed";

/// Cost of one forward pass over one clip, as the DeepSpeed flops profiler (source of February
/// 2025) reports it for the models of "Normalizing energy consumption for hardware-independent
/// evaluation" (Douwes, Serizel, ICASSP 2025), which end in a Softmax. Equal to the published
/// definition, digit by digit; the MACs are not half of the FLOPs.
///
/// With B x F the input, K labels, and for each layer in = inputs, out = outputs:
///
///   layer                     FLOPs                                MACs      parameters
///   Linear(in, out)           2 in out (the bias is not counted)   in out    in out + out
///   Conv2d 3x3 on b x f       2 MACs + out b f (the bias)          9 in out b f   9 in out + out
///   ReLU, MaxPool, Softmax    one per input element                0         0
///   GRU layer, each step      2 (3H in) - 3H + 2 (3H H) - 3H       0         3H in + 3H H + 6H
///                             + 7H + 6H (its two biases)
///
/// The padding of a convolution counts as if it were data, a MaxPool 2x2 leaves floor(b/2) x
/// floor(f/2), and the K of the Softmax is counted although isojoule's models end in logits.
/// Summed up, with b_i x f_i the plane after i poolings and P_L = b_L f_L:
///
///   MLP(L, H)            2 BF H + (L-1) 2 H^2 + L H + 2 H K + K
///   conv block i         2 * 9 in C P_(i-1) + 3 C P_(i-1),   in = 1 for i = 1, else C
///   CNN(L, C)            sum of conv blocks + 2 C P_L K + K
///   GRU layer, a step    6 H in + 6 H^2 + 7 H
///   RNN(L, H)            a GRU layer with in = BF + (L-1) with in = H + 2 H K + K
///   CRNN(Lc, Lr, C, H)   sum of conv blocks
///                        + P_Lc (a GRU layer with in = C + (Lr-1) with in = H) + 2 H K + K
///
/// Throws Error(bad_input) for a size of 0, poolings that leave nothing, and counts of 2^64 or
/// more.
Cost deepspeed_cost(const Architecture& architecture, const Task& task = {});

}  // namespace isojoule
