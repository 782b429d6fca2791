// The features: what is known of a workload beside its energy, and what a normalizer may see of it.
//
// A line here adds one. Columns of tables, what a Dataset holds, what a normalizer sees, options,
// help and messages follow from it. Energy is none of them: it is what tables are about.
#pragma once

#include "isojoule/core/quantity.hpp"

/// OF_WORKLOAD(...)  the same on every machine; rows that disagree are an error
/// OF_RUN(...)       measured on a machine; of repeats the median counts
///
/// member  of Observation and of what a Dataset holds: std::optional<type> member
/// name    in --features
/// words   "workload w has no known FLOPs"
/// type    a quantity, or double for a plain number
/// keys    names of columns, each with its unit
///
/// flops: of one forward pass, by one definition in a table. parameters: may be beyond what an int
/// holds.
///
/// (member, name, words, type, keys...)
#define ISOJOULE_FEATURES(OF_WORKLOAD, OF_RUN)                               \
  OF_WORKLOAD(flops, "flops", "FLOPs", Work, {"flops", flop})                \
  OF_WORKLOAD(parameters, "params", "parameters", double, {"params", 1.0})   \
  OF_RUN(duration, "duration", "duration", Duration, {"duration_s", second}, \
         {"duration_ms", millisecond}, {"duration_min", minute}, {"duration_h", hour})

/// For ISOJOULE_FEATURES, where one of the two is not asked for.
#define ISOJOULE_NO_FEATURE(...)
