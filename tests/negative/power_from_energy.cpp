#include "isojoule/core/quantity.hpp"

using namespace isojoule;

Power wrong = 1.0 * joule;
