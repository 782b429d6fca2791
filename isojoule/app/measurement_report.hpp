// The report on one measurement, from what is kept of it.
#pragma once

#include <filesystem>

#include "isojoule/page/document.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

/// The report on a record. Where its trace is no longer there, it says so in the place of power
/// over time. Throws as TraceReader does for a trace that is damaged.
Document record_report(const Record& record, const ReportOrigin& origin);

/// The report on a trace alone: whole, cut off, or still being written. Throws as record_of_trace
/// does.
///
///     const Document document =
///         trace_report("run.trace", {"run.trace", "isojoule report run.trace", "isojoule 0.1.0"});
Document trace_report(const std::filesystem::path& trace, const ReportOrigin& origin);

}  // namespace isojoule
