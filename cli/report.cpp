#include <memory>

#include "isojoule/app/campaign_rows.hpp"
#include "isojoule/app/installation.hpp"
#include "isojoule/app/measurement_report.hpp"
#include "isojoule/app/table_report.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/core/files.hpp"
#include "isojoule/report/campaign_report.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "data.hpp"
#include "document_output.hpp"
#include "store_option.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

constexpr int kRefreshSeconds = 5;

struct ReportArguments {
  ObservationSource data;
  DocumentOutput output;
  TableReportQuestion question;
  std::vector<std::string> normalizers;
  std::string db;
  bool campaign = false;
  bool follow = false;
  std::string command;    ///< as it was given
  std::string of_tables;  ///< an option that was given and is for tables alone
};

Document table_document(const ReportArguments& options) {
  TableReportQuestion question = options.question;
  for (const std::string& name : options.normalizers)
    question.study.normalizers.push_back(parse_normalizer(name));
  return table_report(options.data, read_data(options.data), question,
                      report_origin(options.data.file, options.command));
}

/// The command with the id in the place of "latest", which will be another one tomorrow.
std::string with_id(std::string command, const std::string& id) {
  const std::string latest = "report latest";
  const std::size_t at = command.find(latest);
  return at == std::string::npos ? command : command.replace(at, latest.size(), "report " + id);
}

Document record_document(const World& world, const ReportArguments& options) {
  const Record record = open_store_to_read(store_url(world, options.db))->record(options.data.file);
  return record_report(record, report_origin(record.id, with_id(options.command, record.id)));
}

Document trace_document(const ReportArguments& options) {
  return trace_report(std::filesystem::absolute(options.data.file),
                      report_origin(options.data.file, options.command));
}

/// Writes the page, and while it is followed again after each wait, until all runs have ended.
void report_campaign(const World& world, const ReportArguments& options) {
  while (true) {
    const auto store = open_store_to_read(store_url(world, options.db));
    const CampaignEntry campaign = store->campaign(options.data.file);
    const std::vector<CampaignRow> rows = campaign_rows(*store, campaign);
    const int refresh = options.follow ? kRefreshSeconds : 0;
    write_document(
        *world.files,
        make_campaign_document(campaign, rows, refresh,
                               report_origin(campaign.id, with_id(options.command, campaign.id))),
        options.output);
    if (!options.follow || is_finished(rows)) return;
    Waker nobody;
    world.clock->sleep_until(world.clock->now() + static_cast<double>(kRefreshSeconds) * second,
                             nobody);
  }
}

void report(Context& context, const ReportArguments& options) {
  const World& world = context.world;
  if (options.data.file.empty()) throw Error(ErrorCode::usage, "what to report on is empty");
  if (options.campaign && !options.of_tables.empty())
    throw Error(ErrorCode::usage, options.of_tables + " is for a table of energies");
  if (options.follow && !options.campaign)
    throw Error(ErrorCode::usage, "--follow goes with --campaign");
  check_output(context, options.output);
  if (options.campaign) return report_campaign(world, options);
  const std::string& what = options.data.file;
  const ReportSubject kind = report_subject(*world.files, what);
  if (kind != ReportSubject::table && !options.of_tables.empty())
    throw Error(ErrorCode::usage,
                options.of_tables + " is for a table of energies, which " + what + " is not");
  if (kind != ReportSubject::record && !options.db.empty())
    throw Error(ErrorCode::usage, "--db is for records and campaigns, and " + what + " is a file");
  const Document document = kind == ReportSubject::record  ? record_document(world, options)
                            : kind == ReportSubject::trace ? trace_document(options)
                                                           : table_document(options);
  write_document(*world.files, document, options.output);
}

/// The options' names.
std::vector<std::string> add_table_options(CLI::App* command, ReportArguments& options) {
  std::vector<std::string> names = add_data_options(command, options.data);
  for (const char* name : {"--from", "--to", "--normalizer", "--seed", "--splits"})
    names.emplace_back(name);
  command
      ->add_option("--from", options.question.from,
                   "Machine to predict from in what is shown first")
      ->type_name("MACHINE");
  command->add_option("--to", options.question.to, "Machine to predict for in what is shown first")
      ->type_name("MACHINE");
  command->add_option("--normalizer", options.normalizers, kNormalizersHelp)->delimiter(',');
  command->add_option("--seed", options.question.study.seed, kSeedHelp)->capture_default_str();
  command->add_option("--splits", options.question.study.splits, kSplitsHelp)
      ->capture_default_str();
  return names;
}

}  // namespace

void add_report(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "report", "Show energies, a record or a campaign: a page, figures, tables");
  auto options = std::make_shared<ReportArguments>();
  command
      ->add_option("what", options->data.file,
                   "A table of energies (- for standard input), a trace, or a record's id")
      ->required();
  const std::vector<std::string> of_tables = add_table_options(command, *options);
  add_document_options(command, context, options->output,
                       {"Write to FILE, - for standard output (default: a new report.html)",
                        "1, 2, 3a, ...", "machines, workloads, ..."});
  command->add_flag("--campaign", options->campaign,
                    "A campaign of the store, by its name or id, or latest");
  command->add_flag("--follow", options->follow,
                    "Write a campaign's page anew every 5 s until it is complete");
  add_store_option(command, options->db);
  command->footer(
      "Example:\n"
      "  isojoule report energies.csv -o report.html\n"
      "  isojoule report energies.csv --figure 1 --columns 2 -o figure-1.pdf\n"
      "  isojoule report energies.csv --table workloads -o workloads.tex\n"
      "  isojoule report latest -o measurement.html\n"
      "  isojoule report latest --campaign --follow -o campaign.html");
  command->callback([&context, options, command, of_tables] {
    options->command = command_line(*command);
    options->of_tables = first_given(*command, of_tables);
    report(context, *options);
  });
}

}  // namespace isojoule::cli
