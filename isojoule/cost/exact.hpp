// The rule "exact": every operation of a training step of the reference architectures.
#pragma once

#include "isojoule/cost/architecture.hpp"
#include "isojoule/cost/breakdown.hpp"

namespace isojoule {

inline constexpr const char* kExactRule = "exact";

/// Cost of one training step over `batch` clips with Adam, as the models of trainer/ are defined.
///
/// One FLOP is one addition, subtraction, multiplication, division or comparison of floating-point
/// numbers, or one value of exp, log, sqrt, tanh or the logistic function: a transcendental counts
/// as one. A multiply-add is two. A sum of n terms is n additions, as of an accumulator that begins
/// at zero; the greatest of n is n - 1 comparisons. The padding of a convolution counts as if it
/// were data. Moving data costs nothing.
///
/// Forward, per clip (matmul + elementwise):
///
///   Linear(in, out)              2 in out            + out            the bias
///   Conv2d 3x3, in to out, P     2 * 9 in out P      + out P          P = bands * frames
///   ReLU of n                                          n
///   MaxPool 2x2 to n                                   3 n
///   GRU layer, each step         2 * 3H (in + H)     + 6H + 11H       two biases, and
///       r = s(a_r + u_r), z = s(a_z + u_z), n = tanh(a_n + r u_n), h' = (1 - z) n + z h
///   BCE of K logits, the mean                          8 K            (once a step: + 1)
///       max(x, 0) - x y + log(1 + exp(-|x|)), the sign set by one, and the sum of all
///
/// Backward, per clip. The gradient by a layer's input is not computed where nothing needs it:
/// for the first layer, and for a GRU's initial state, which is zero.
///
///   Linear                       2 in out weights (+ 2 in out input)  + out
///   Conv2d                       18 in out P weights (+ 18 in out P)  + out P
///   ReLU of n                                          n
///   MaxPool to n                                       n              added to where it came from
///   GRU layer, T steps           T 2 * 3H (in + H) weights (+ T 2 * 3H in input)
///                                + (T - 1) 2 * 3H H                   the state before
///                                + T (15H + 6H)                       gates, two biases
///                                + (T - 1) 2H                         dh z + what the gates give
///                                + (T - 1) H, but for the last layer  from above and from later
///       dz = dh (h - n), dn = dh (1 - z), da_n = dn (1 - n n), dr = da_n u_n, du_n = da_n r,
///       da_r = dr r (1 - r), da_z = dz z (1 - z)
///   BCE of K logits                                    3 K            (s(x) - y) / all; + 1 a step
///
/// Optimizer, once a step: 13 for each parameter,
///   m += (1 - b1) (g - m): 3;  v = b2 v + (1 - b2) g g: 4;  sqrt(v) / c + eps: 3;  w -= l m / d: 3
/// the few numbers that all parameters share (c, l) are not counted.
///
/// MACs are half of the forward matmul. Activations are what forward leaves for backward: the
/// outputs of Linear, Conv2d, ReLU and MaxPool, and for each step of a GRU r, z, n, u_n and h'.
/// Bytes are in single precision, 4 each.
///
/// Throws Error(bad_input) for a size or batch of 0, poolings that leave nothing, and counts of
/// 2^64 or more.
CostBreakdown exact_cost(const Architecture& architecture, std::uint64_t batch = 1,
                         const Task& task = {});

}  // namespace isojoule
