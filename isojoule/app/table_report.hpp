// The report on a table of energies, and what else can be reported on.
#pragma once

#include <string>
#include <utility>

#include "isojoule/app/observation_source.hpp"
#include "isojoule/core/files.hpp"
#include "isojoule/evaluate/evaluation_study.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/page/document.hpp"

namespace isojoule {

/// What a report can be on.
enum class ReportSubject {
  table,   ///< a table of energies: whatever is neither of the others
  trace,   ///< a file that begins as a trace does
  record,  ///< the id of one, or "latest": a plain name without a dot that is no file
};

/// Looks into regular files only: what is read from a pipe would be missing from the table. "-" is
/// a table.
ReportSubject report_subject(Files& files, const std::string& what);

/// The pair of machines that a report shows first, as choose_machine_pair takes it. Throws as that
/// does, and Error(bad_input) for fewer than two machines.
std::pair<std::string, std::string> first_pair(const std::string& from, const std::string& to,
                                               const Dataset& dataset);

/// What a report shows of a table.
struct TableReportQuestion {
  std::string from;  ///< with `to` the pair that is shown first; empty: the first ones of the table
  std::string to;
  StudyOptions study;
};

/// The report on a table that was read from `source`: every pair is evaluated. Throws as first_pair
/// and study_evaluation do.
///
///     const ReadObservations read = read_observations({"energies.csv", "", {}});
///     const Document document = table_report({"energies.csv", "", {}}, read, {}, origin);
Document table_report(const ObservationSource& source, const ReadObservations& read,
                      const TableReportQuestion& question, const ReportOrigin& origin);

}  // namespace isojoule
