#include "isojoule/core/quantity.hpp"

using namespace isojoule;

bool wrong = 1.0 * joule == 1.0;
