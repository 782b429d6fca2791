#include "isojoule/core/instant.hpp"

using namespace isojoule;

auto wrong = Instant() + Instant();
