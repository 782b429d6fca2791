// What every subcommand is given.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "isojoule/core/world.hpp"

namespace isojoule::cli {

/// The exit code of who was interrupted: 128 and SIGINT, as a shell gives it.
inline constexpr int kInterrupted = 130;

struct Context {
  World world;
  std::vector<std::string> after_dashes;            ///< the words after the first --
  int exit_code = 0;                                ///< of the program, when nothing is thrown
  std::map<std::string, std::string> outputs = {};  ///< that will be written, and the options
};

// Each adds one subcommand to `app`; `context` must outlive it.
void add_doctor(CLI::App& app, Context& context);
void add_measure(CLI::App& app, Context& context);
void add_watch(CLI::App& app, Context& context);
void add_serve(CLI::App& app, Context& context);
void add_mark(CLI::App& app, Context& context);
void add_campaign(CLI::App& app, Context& context);
void add_calibrate(CLI::App& app, Context& context);
void add_recover(CLI::App& app, Context& context);
void add_merge(CLI::App& app, Context& context);
void add_trace(CLI::App& app, Context& context);
void add_records(CLI::App& app, Context& context);
void add_profiles(CLI::App& app, Context& context);
void add_normalize(CLI::App& app, Context& context);
void add_compare(CLI::App& app, Context& context);
void add_evaluate(CLI::App& app, Context& context);
void add_rank(CLI::App& app, Context& context);
void add_diagnose(CLI::App& app, Context& context);
void add_report(CLI::App& app, Context& context);
void add_references(CLI::App& app, Context& context);
void add_workloads(CLI::App& app, Context& context);
void add_count(CLI::App& app, Context& context);

}  // namespace isojoule::cli
