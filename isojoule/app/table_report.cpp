#include "isojoule/app/table_report.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "isojoule/app/machine_facts.hpp"
#include "isojoule/app/machine_pair.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"
#include "isojoule/report/evaluation_report.hpp"

namespace isojoule {
namespace {

bool begins_as_a_trace(Files& files, const std::string& file) {
  constexpr std::string_view kMagic = "isojtrc\n";
  std::error_code ignored;  // what cannot be read is said where it is read as a table
  return files.status(file, ignored).kind == FileStatus::Kind::regular &&
         read_file(files, file, ignored, kMagic.size()) == kMagic;
}

}  // namespace

ReportSubject report_subject(Files& files, const std::string& what) {
  if (what != "-" && !std::filesystem::exists(what) && is_plain_name(what) &&
      what.find('.') == std::string::npos)
    return ReportSubject::record;
  return begins_as_a_trace(files, what) ? ReportSubject::trace : ReportSubject::table;
}

std::pair<std::string, std::string> first_pair(const std::string& from, const std::string& to,
                                               const Dataset& dataset) {
  const std::vector<std::string>& machines = dataset.machines();
  if (machines.size() < 2)
    throw Error(ErrorCode::bad_input,
                fmt::format("a report needs two machines, there is {}", machines.size()));
  return choose_machine_pair(from, to, dataset);
}

Document table_report(const ObservationSource& source, const ReadObservations& read,
                      const TableReportQuestion& question, const ReportOrigin& origin) {
  const Dataset dataset(read.rows);
  const auto shown_first = first_pair(question.from, question.to, dataset);
  return make_evaluation_document(dataset, study_evaluation(dataset, question.study), shown_first,
                                  machine_facts(source.file, read.format), origin);
}

}  // namespace isojoule
