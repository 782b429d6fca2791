#include "isojoule/stats/random.hpp"

#include <bit>
#include <cassert>
#include <numeric>

namespace isojoule {
namespace {

__extension__ using Product = unsigned __int128;

}  // namespace

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

std::uint64_t derive_seed(std::initializer_list<std::uint64_t> numbers) {
  std::uint64_t seed = 0;
  for (const std::uint64_t number : numbers) {
    std::uint64_t state = seed ^ number;
    seed = splitmix64(state);
  }
  return seed;
}

Random::Random(std::uint64_t seed) {
  for (auto& word : state_) word = splitmix64(seed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
  assert(bound > 0);
  for (;;) {
    const Product product = static_cast<Product>(next()) * bound;
    const auto low = static_cast<std::uint64_t>(product);
    // The first 2^64 mod bound low halves are one too many for some of the upper halves. That
    // number is below bound, so that the division is hardly ever needed.
    if (low >= bound || low >= -bound % bound) return static_cast<std::uint64_t>(product >> 64);
  }
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

std::vector<std::size_t> Random::choose(std::size_t n, std::size_t k) {
  assert(k <= n);
  std::vector<std::size_t> places(n);
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::vector<std::size_t> chosen;
  chosen.reserve(k);
  for (std::size_t i = n; chosen.size() < k; --i) {
    // As shuffle does, for its first k steps.
    std::swap(places[i - 1], places[static_cast<std::size_t>(below(i))]);
    chosen.push_back(places[i - 1]);
  }
  return chosen;
}

std::vector<std::size_t> Random::permutation(std::size_t n) {
  std::vector<std::size_t> places(n);
  std::iota(places.begin(), places.end(), std::size_t{0});
  shuffle(std::span(places));
  return places;
}

}  // namespace isojoule
