// What the other files here get wrong, right.
#include "isojoule/core/instant.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/core/workload_id.hpp"

using namespace isojoule;

auto sum = 1.0 * joule + 1.0 * watt * second;
auto difference = 1.0 * joule - 1.0 * joule;
bool below = 1.0 * joule < 1.0 * kilojoule;
bool equal = 1.0 * joule == 1.0 * joule;
auto later = Instant() + 1.0 * second;
Energy from_number = 1.0 * joule;
double number = (1.0 * joule).in(joule);
Power power = 1.0 * joule / second;
auto product = (1.0 * joule) * (1.0 * joule);
double watts = (1.0 * joule / second).in(watt);

WorkloadId workload = WorkloadId("cnn-2x128");
