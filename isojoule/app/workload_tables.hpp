// The reference workloads and their cost.
#pragma once

#include "isojoule/core/json.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

Table workloads_table();

/// [{"schema", "id", "architecture", and as cost_to_json}].
Json workloads_to_json();

}  // namespace isojoule
