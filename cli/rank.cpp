#include "isojoule/app/rank.hpp"

#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/report/challenge_report.hpp"

#include "context.hpp"
#include "data.hpp"
#include "document_output.hpp"
#include "output.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

struct RankArguments : RankChoice {
  std::string submissions;
  ObservationSource references;
  bool json = false;
  std::string csv;
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

void check_rule(const RankArguments& options) {
  const bool by_baseline = options.normalizer == kBaseline;
  if (!by_baseline) parse_normalizer(options.normalizer);
  if (!by_baseline && (options.references.file.empty() || options.on.empty()))
    throw Error(ErrorCode::usage, "--normalizer " + options.normalizer +
                                      " needs --references TABLE and --to MACHINE");
  if (by_baseline && (!options.references.file.empty() || !options.on.empty()))
    throw Error(ErrorCode::usage,
                "--references and --to are for a normalizer: name it, as in --normalizer pooled");
}

/// Before anything is read.
void check_outputs(const RankArguments& options) {
  if (options.json && options.csv == "-")
    throw Error(ErrorCode::usage, "--json and --csv - both write to standard output: choose one");
  if (!is_asked_for(options.output)) return;
  if (options.json || options.csv == "-")
    throw Error(ErrorCode::usage, "a report takes the place of --json and --csv -: choose one");
  check_output(options.output);
}

void rank(const World& world, const RankArguments& options) {
  check_outputs(options);
  check_rule(options);
  const RankQuestion question = make_rank_question(options);
  std::vector<Submission> submissions =
      read_submissions_file(options.submissions, question.columns);
  std::vector<Observation> references;
  if (question.normalizer) references = read_data(options.references).rows;
  const RankedChallenge ranked = rank_challenge(std::move(submissions), question, references);
  const Json rows = ranked_to_json(ranked);
  if (!options.csv.empty()) write_data(*world.files, challenge_csv(rows), options.csv);
  if (is_asked_for(options.output)) {
    write_document(*world.files,
                   make_challenge_document(ranked.submissions, ranked.rankings, ranked.remarks,
                                           report_origin(options.submissions, options.command)),
                   options.output);
  } else if (options.json) {
    print(rows);
  } else if (options.csv != "-") {
    print_tables(ranked);
  }
}

void add_columns(CLI::App* command, RankArguments& options) {
  command->add_option("--name", options.columns.name, "Column of the systems' names")
      ->capture_default_str();
  command->add_option("--team", options.team, "Column of the teams (default: team_name, if any)");
  command->add_option("--energy", options.energy,
                      "Column of the energies in kWh (default: energy_PHASE_kwh)");
  command->add_option("--baseline", options.baseline,
                      "Column of the baseline's energies (default: energy_baseline_kwh)");
  command
      ->add_option("--score", options.columns.scores,
                   "Columns of scores, separated by commas: a table for each")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--macs", options.macs,
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
                   "baseline, or a normalizer on --references: pooled, ratio, ...")
      ->capture_default_str();
  command->add_option("--references", options->references.file,
                      "Table of reference workloads' energies on all machines");
  const std::vector<std::string> of_references = add_data_options(command, options->references);
  command->add_option("--to", options->on, "The organisers' machine in that table");
  command->add_option("--machine", options->machine, "Column that names a system's machine")
      ->capture_default_str();
  command->add_flag("--published-rounding", options->published_rounding,
                    "Divide by normalized energies of three decimals, as the organisers did");
  command->add_flag("--json", options->json, "Print JSON");
  add_output_options(command, options->output,
                     {"Write a report to a file instead, - for standard output",
                      "scores-1, ranks-1", "ranking-1, remarks"});
  command->add_option("--csv", options->csv, "Write a CSV file too, - for standard output alone");
  command->footer(
      "Example:\n  isojoule rank submissions.csv --phase test --csv ranking.csv\n"
      "  isojoule rank submissions.csv -o challenge.html\n"
      "  isojoule rank submissions.csv --normalizer pooled --references energies.csv "
      "--to OURS");
  command->callback([&context, options, command, of_references] {
    options->command = command_line(*command);
    require_source(*command, of_references, options->references, "--references");
    rank(context.world, *options);
  });
}

}  // namespace isojoule::cli
