#include "isojoule/core/quantity.hpp"

using namespace isojoule;

double wrong = 1.0 * joule;
