#include "isojoule/cost/memory.hpp"

#include <gtest/gtest.h>
TEST(A, B) {}
