// Counters that repeat one another.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/rapl/counters.hpp"

namespace isojoule::rapl {

/// Leaves one of those counters that show one and the same number under several names: to add them
/// would count that energy once for each. Only the suspects are looked at; without suspects nothing
/// is read and nobody waits.
///
/// Two counters are one when they rise by the same amount, and not by 0, in kSameSteps steps one
/// after another of kMirrorStep each. They are two after kOtherSteps steps in which they do not,
/// because the hardware's tick may fall between the two readings of one step. What has not been
/// decided after kMirrorPatience of the clock counts as two.
///
/// Where the dies of a package turn out to be one counter, it is the package's, and is named so.
/// Gives in words what was left out; empty if nothing was.
std::string drop_mirrors(Way& way, Clock& clock);

/// No multiple of the hardware's tick of 1 ms: steps then meet it at ever other points.
inline constexpr Duration kMirrorStep = 2.3 * millisecond;
inline constexpr Duration kMirrorPatience = 100.0 * millisecond;
inline constexpr int kSameSteps = 4;
inline constexpr int kOtherSteps = 4;

}  // namespace isojoule::rapl
