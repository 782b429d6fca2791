// Random numbers that are the same on every machine and in every program.
//
// xoshiro256** 1.0 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
// 47(4), 2021), its state filled by splitmix64 (Steele, Lea and Flood, OOPSLA 2014), as its authors
// advise. The standard library's distributions and std::shuffle differ between libraries; these do
// not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

namespace isojoule {

/// Advances `state` by the golden gamma and returns its mix: the next output of splitmix64.
std::uint64_t splitmix64(std::uint64_t& state);

/// Seeds a stream of its own for each list of whole numbers, such as (seed, split, rows): a state
/// starts at 0 and, for each number in turn, becomes the splitmix64 output of (state xor number).
/// Lists that differ give seeds without relation.
std::uint64_t derive_seed(std::initializer_list<std::uint64_t> numbers);

class Random {
 public:
  /// The state is the first four outputs of splitmix64 from `seed`.
  explicit Random(std::uint64_t seed);

  /// For tests against published outputs. Not all zero.
  explicit Random(const std::array<std::uint64_t, 4>& state) : state_(state) {}

  /// The next 64 bits.
  std::uint64_t next();

  /// Each of 0, ..., bound - 1 with exactly the same probability; bound at least 1. By the upper
  /// half of a 128-bit product, with rejection (Lemire, "Fast random integer generation in an
  /// interval", ACM TOMACS 29(1), 2019).
  std::uint64_t below(std::uint64_t bound);

  /// In [0, 1): the upper 53 bits times 2^-53.
  double uniform();

  /// Fisher and Yates, from the last to the second, each exchanged with one at or before it.
  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[static_cast<std::size_t>(below(i))]);
  }

  /// `k` different ones of 0, ..., n - 1, each choice as likely, in random order: the last k places
  /// of permutation(n), the very last first, without the work for the others. k at most n.
  std::vector<std::size_t> choose(std::size_t n, std::size_t k);

  /// 0, ..., n - 1, shuffled.
  std::vector<std::size_t> permutation(std::size_t n);

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace isojoule
