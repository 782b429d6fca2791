#include "isojoule/app/rank.hpp"

#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/report/challenge_report.hpp"

#include "context.hpp"
#include "data.hpp"
#include "document_output.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

constexpr const char* kMeasuredOn = "--measured-on-column";

struct RankArguments : RankChoice {
  std::string submissions;
  ObservationSource data;  ///< of the reference workloads
  std::string json;        ///< a file, - for standard output; empty: none
  std::string csv;         ///< the same
  DocumentOutput output;
  std::string command;  ///< as it was given
};

void print_tables(const RankedChallenge& ranked) {
  for (const ChallengeRanking& ranking : ranked.rankings) {
    print(challenge_table(ranked.submissions, ranking));
    print_text("\n");
  }
  if (ranked.remarks.empty()) {
    print_text("No remarks on what was reported.\n");
  } else {
    print(challenge_remarks_table(ranked.submissions, ranked.remarks));
  }
}

void check_rule(const RankArguments& options, const CLI::App& command) {
  const bool by_baseline = options.normalizer == kBaseline;
  if (!by_baseline) parse_normalizer(options.normalizer);
  if (!by_baseline && (options.data.file.empty() || options.on.empty()))
    throw Error(ErrorCode::usage,
                "--normalizer " + options.normalizer + " needs --data FILE and --to MACHINE");
  const std::vector<std::string> of_normalizers{"--data", "--to", kMeasuredOn};
  const std::string given = first_given(command, of_normalizers);
  if (by_baseline && !given.empty())
    throw Error(ErrorCode::usage,
                given + " is for a normalizer: name it, as in --normalizer pooled");
}

void rank(Context& context, const RankArguments& options, const CLI::App& command) {
  Files& files = *context.world.files;
  if (is_asked_for(options.output)) check_output(context, options.output);
  check_rule(options, command);
  const RankQuestion question = make_rank_question(options);
  std::vector<Submission> submissions =
      read_submissions_file(options.submissions, question.columns);
  std::vector<Observation> references;
  if (question.normalizer) references = read_data(options.data).rows;
  const RankedChallenge ranked = rank_challenge(std::move(submissions), question, references);
  const Json rows = ranked_to_json(ranked);
  if (!options.csv.empty()) write_data(files, challenge_csv(rows), options.csv);
  if (!options.json.empty()) write_json(files, rows, options.json);
  if (is_asked_for(options.output)) {
    write_document(files,
                   make_challenge_document(ranked.submissions, ranked.rankings, ranked.remarks,
                                           report_origin(options.submissions, options.command)),
                   options.output);
  } else if (options.json != "-" && options.csv != "-") {
    print_tables(ranked);
  }
}

void add_columns(CLI::App* command, RankArguments& options) {
  command->add_option("--name-column", options.columns.name, "Column of the systems' names")
      ->capture_default_str();
  command->add_option("--team-column", options.team,
                      "Column of the teams (default: team_name, if any)");
  command->add_option("--energy-column", options.energy,
                      "Column of the energies in kWh (default: energy_PHASE_kwh)");
  command->add_option("--baseline-column", options.baseline,
                      "Column of the baseline's energies (default: energy_baseline_kwh)");
  command
      ->add_option("--score-column", options.columns.scores,
                   "Columns of scores, separated by commas: a table for each")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--macs-column", options.macs,
                      "Column of multiply-accumulates (default: macs, if any)");
}

void add_score_options(CLI::App* command, RankArguments& options) {
  command
      ->add_option("--reference-kwh", options.reference_kwh,
                   "The baseline's energy on the organisers' machine")
      ->capture_default_str();
  command->add_option("--score-reference-kwh", options.score_reference_kwh,
                      "What scores are weighted with (default: 1.39, for test 0.019)");
  command->add_option("--sort", options.sort, "By ew-score or energy")
      ->check(CLI::IsMember({"ew-score", "energy"}))
      ->capture_default_str();
}

}  // namespace

void add_rank(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("rank", "Rank a challenge's submissions by energy-weighted scores");
  auto options = std::make_shared<RankArguments>();
  command->add_option("submissions", options->submissions, "CSV file, - for standard input")
      ->required();
  command->add_option("--phase", options->phase, "Which energy: training or test")
      ->check(CLI::IsMember({"training", "test"}))
      ->capture_default_str();
  add_columns(command, *options);
  add_score_options(command, *options);
  command
      ->add_option("--normalizer", options->normalizer,
                   "baseline, the challenge's own rule; or a normalizer, with --data")
      ->capture_default_str();
  const std::vector<std::string> of_data = add_data_option(command, options->data);
  command->add_option("--to", options->on, "Machine to predict for: the organisers', in the table")
      ->type_name("MACHINE");
  command
      ->add_option(kMeasuredOn, options->machine,
                   "Column of the machines that the systems were measured on")
      ->capture_default_str();
  command->add_flag("--published-rounding", options->published_rounding,
                    "Divide by normalized energies of three decimals, as the organisers did");
  add_json_option(command, context, options->json);
  add_document_options(command, context, options->output,
                       {"Write a report to FILE instead, - for standard output",
                        "scores-1, ranks-1", "ranking-1, remarks"});
  add_csv_option(command, context, options->csv);
  command->footer(
      "Example:\n  isojoule rank submissions.csv --phase test --csv=ranking.csv\n"
      "  isojoule rank submissions.csv -o challenge.html\n"
      "  isojoule rank submissions.csv --normalizer pooled --data energies.csv --to OURS\n\n"
      "The table of --data holds the energies of reference workloads on all the machines.");
  command->callback([&context, options, command, of_data] {
    options->command = command_line(*command);
    require_source(*command, of_data, options->data, "--data");
    rank(context, *options, *command);
  });
}

}  // namespace isojoule::cli
