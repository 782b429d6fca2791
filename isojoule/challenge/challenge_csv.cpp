#include "isojoule/challenge/challenge_csv.hpp"

#include <unordered_map>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"
#include "isojoule/table/csv.hpp"
#include "isojoule/table/csv_header.hpp"

namespace isojoule {
namespace {

/// The reader of one file: where its columns are, and the row that is read.
class SubmissionRows {
 public:
  SubmissionRows(std::istream& in, const std::string& where, const ChallengeColumns& columns)
      : reader_(in, where),
        header_(reader_),
        name_(header_.require(columns.name)),
        energy_(header_.require(columns.energy)),
        baseline_(optional_column(columns.baseline, "energy_baseline_kwh")),
        team_(optional_column(columns.team, "team_name")),
        macs_(optional_column(columns.macs, "macs")) {
    if (!columns.machine.empty()) machine_ = header_.require(columns.machine);
    for (const std::string& score : columns.scores) scores_.push_back(header_.require(score));
  }

  bool next() {
    if (!reader_.next()) return false;
    if (reader_.fields().size() == header_.size()) return true;
    throw Error(ErrorCode::bad_input,
                fmt::format("{}:{}: the row has {} fields where the header has {}", reader_.where(),
                            reader_.line(), reader_.fields().size(), header_.size()));
  }

  Submission submission() {
    Submission submission;
    submission.name = name(name_);
    if (team_ && !cell(*team_).empty()) submission.team = name(*team_);
    submission.energy = energy(energy_);
    if (baseline_) submission.baseline = energy(*baseline_);
    for (const std::size_t score : scores_)
      submission.scores.push_back(value(score, parse_reported_score));
    if (machine_ && !cell(*machine_).empty()) submission.machine = name(*machine_);
    if (macs_) submission.macs = value(*macs_, positive_cell_number);
    refuse_second(submission.name);
    return submission;
  }

 private:
  std::optional<std::size_t> optional_column(const std::optional<std::string>& given,
                                             const char* by_default) const {
    return given ? header_.require(*given) : header_.find(by_default);
  }

  std::string_view cell(std::size_t column) const { return trimmed(reader_.fields()[column]); }

  /// What `parse` makes of a cell; empty for an empty one.
  template <class T>
  std::optional<T> value(std::size_t column, Outcome<T> (*parse)(std::string_view)) const {
    if (cell(column).empty()) return std::nullopt;
    Outcome<T> parsed = parse(cell(column));
    if (!parsed) fail(column, parsed.refused);
    return std::move(parsed.value);
  }

  std::optional<Reported<Energy>> energy(std::size_t column) const {
    const std::optional<Reported<double>> number = value(column, parse_reported);
    if (!number) return std::nullopt;
    return in_unit(*number, kilowatt_hour);
  }

  std::string name(std::size_t column) const {
    const Outcome<std::string_view> name = cell_name(cell(column));
    if (!name) fail(column, name.refused);
    return std::string(*name);
  }

  void refuse_second(const std::string& name) {
    const auto [first, is_new] = lines_.emplace(name, reader_.line());
    if (!is_new) fail(name_, fmt::format("{} stands in line {} too", shown(name), first->second));
  }

  [[noreturn]] void fail(std::size_t column, const std::string& why) const {
    throw Error(ErrorCode::bad_input,
                fmt::format("{}:{}: column {}: {}", reader_.where(), reader_.place(column).line,
                            shown(header_.names()[column]), why));
  }

  CsvReader reader_;
  CsvHeader header_;
  std::size_t name_;
  std::size_t energy_;
  std::optional<std::size_t> baseline_;
  std::optional<std::size_t> team_;
  std::optional<std::size_t> macs_;
  std::optional<std::size_t> machine_;
  std::vector<std::size_t> scores_;
  std::unordered_map<std::string, std::size_t> lines_;  ///< of each submission
};

}  // namespace

std::vector<Submission> read_submissions(std::istream& in, const std::string& where,
                                         const ChallengeColumns& columns) {
  SubmissionRows rows(in, where, columns);
  std::vector<Submission> submissions;
  while (rows.next()) submissions.push_back(rows.submission());
  if (submissions.empty())
    throw Error(ErrorCode::bad_input, where + ": has a header and no submissions");
  return submissions;
}

}  // namespace isojoule
