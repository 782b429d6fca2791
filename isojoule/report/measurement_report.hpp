// The report on one measurement: a record, and its trace where it was kept.
#pragma once

#include <filesystem>
#include <optional>

#include "isojoule/page/document.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

/// `trace`: where its readings are; empty: they were not kept, and power over time is not shown.
/// Throws as TraceReader does.
Document make_measurement_document(const Record& record,
                                   const std::optional<std::filesystem::path>& trace,
                                   const ReportOrigin& origin);

}  // namespace isojoule
