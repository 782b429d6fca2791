#include "isojoule/core/quantity.hpp"

using namespace isojoule;

auto wrong = 1.0 * joule + 1.0 * watt;
