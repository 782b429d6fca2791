// For clang only, before all else in the trainer's files: std::vector as it was before C++20.
// LibTorch 1.13 has vectors of a type that is not complete yet. g++ 12 takes that; clang looks into
// constexpr functions at once, and refuses.
#include <memory>
#include <string>

#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
// <string> has declared this one of vector<bool> as constexpr already. Nothing is linked here.
#define __fill_a1 __fill_a1_of_bits
#include <vector>
#undef __fill_a1
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR constexpr
