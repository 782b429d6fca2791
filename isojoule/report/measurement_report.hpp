// The report on one measurement: a record, and its power over time where that is known.
#pragma once

#include <optional>

#include "isojoule/core/power_over_time.hpp"
#include "isojoule/page/document.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

/// `power`: empty if its readings were not kept.
Document make_measurement_document(const Record& record, const std::optional<PowerOverTime>& power,
                                   const ReportOrigin& origin);

}  // namespace isojoule
