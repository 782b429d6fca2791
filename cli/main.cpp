#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/run/child.hpp"

#include "context.hpp"
#include "output_options.hpp"
#include "text_output.hpp"

namespace {

using isojoule::ErrorCode;

constexpr int kFailure = 1;
constexpr int kUsage = 2;

int complain(const std::string& message, int exit_code) {
  isojoule::cli::print_message(message);
  return exit_code;
}

/// CLI11's messages can hold line breaks; an error is one line.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

struct Command {
  std::string_view name;
  void (*add)(CLI::App& app, isojoule::cli::Context& context);
};

/// In the order of the help.
constexpr auto kCommands = std::to_array<Command>(
    {{"doctor", isojoule::cli::add_doctor},       {"measure", isojoule::cli::add_measure},
     {"watch", isojoule::cli::add_watch},         {"serve", isojoule::cli::add_serve},
     {"mark", isojoule::cli::add_mark},           {"campaign", isojoule::cli::add_campaign},
     {"calibrate", isojoule::cli::add_calibrate}, {"recover", isojoule::cli::add_recover},
     {"merge", isojoule::cli::add_merge},         {"trace", isojoule::cli::add_trace},
     {"records", isojoule::cli::add_records},     {"profiles", isojoule::cli::add_profiles},
     {"normalize", isojoule::cli::add_normalize}, {"compare", isojoule::cli::add_compare},
     {"evaluate", isojoule::cli::add_evaluate},   {"rank", isojoule::cli::add_rank},
     {"report", isojoule::cli::add_report},       {"references", isojoule::cli::add_references},
     {"diagnose", isojoule::cli::add_diagnose},   {"workloads", isojoule::cli::add_workloads},
     {"count", isojoule::cli::add_count}});

/// Adds the command that is named: making the options of all of them takes longer than many a
/// command. Of an unknown name the parser would only say that a command is required.
void add_command(CLI::App& app, isojoule::cli::Context& context, std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &Command::name);
  if (found != kCommands.end()) return found->add(app, context);
  std::vector<std::string> known;
  for (const Command& command : kCommands) known.emplace_back(command.name);
  throw isojoule::unknown_name("command", name, known);
}

isojoule::World world() {
  isojoule::World world = isojoule::real_world();
  // For tests, and for looking at a copy of another machine's /sys and /proc.
  if (const auto root = world.environment->get("ISOJOULE_ROOT")) world.root = *root;
  return world;
}

/// An empty value would be taken for the option alone, or for the next word.
void refuse_empty_values(int argc, char** argv) {
  for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc))) {
    if (word.starts_with("--") && word.find('=') == word.size() - 1)
      throw isojoule::Error(ErrorCode::usage, std::string(word) + " has no value");
  }
}

int run(int argc, char** argv) {
  // The command to measure is split off first: the parser would give a meaning to words like
  // "[a,b]".
  const auto dashes = std::find(argv, argv + argc, std::string_view("--"));
  refuse_empty_values(static_cast<int>(dashes - argv), argv);
  isojoule::cli::Context context{world(), {}};
  if (dashes != argv + argc) context.after_dashes.assign(dashes + 1, argv + argc);
  CLI::App app{
      "Measures the energy of machine-learning trainings and shows what they would use on another "
      "machine.",
      "isojoule"};
  app.formatter(std::make_shared<isojoule::cli::HelpFormatter>());
  app.set_version_flag("--version", "isojoule " ISOJOULE_VERSION);
  app.require_subcommand(1);
  app.footer("Begin with: isojoule doctor. Each command has --help with an example.");
  const bool has_command = argc > 1 && argv[1][0] != '-';
  if (has_command) {
    add_command(app, context, argv[1]);
  } else {
    for (const Command& command : kCommands) command.add(app, context);
  }
  try {
    app.parse(static_cast<int>(dashes - argv), argv);
  } catch (const CLI::Success& success) {
    std::ostringstream text;  // of --help, --version
    const int exit_code = app.exit(success, text);
    isojoule::cli::print_data(text.str());
    return exit_code;
  } catch (const CLI::ParseError& error) {
    const std::string help = has_command ? std::string(argv[1]) + " --help" : "--help";
    return complain(one_line(error.what()) + "; see isojoule " + help, kUsage);
  }
  return context.exit_code;
}

int run_or_complain(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const isojoule::StartError& error) {
    return complain(error.what(), error.exit_code());
  } catch (const isojoule::Error& error) {
    const bool usage = error.code() == ErrorCode::usage || error.code() == ErrorCode::unknown_name;
    return complain(error.what(), usage ? kUsage : kFailure);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailure);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int exit_code = run_or_complain(argc, argv);
  isojoule::cli::flush_text();
  const std::error_code& lost = isojoule::cli::output_error();
  if (!lost) return exit_code;
  return complain("cannot write to standard output: " + isojoule::reason_of(lost),
                  exit_code != 0 ? exit_code : kFailure);
}
