#include "isojoule/app/doctor.hpp"

#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/report/host_tables.hpp"

#include "context.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct DoctorArguments {
  std::string look = "3s";
  std::string json;  ///< a file, - for standard output; empty: none
};

/// What is known at once is shown at once. The look is taken where none is there yet.
void print_machine(const World& world, Duration length, MachineLook machine) {
  print(host_table("This machine", machine.host));
  print_text("\n");
  print(findings_table(machine.findings));
  print_text("\n");
  print(expectation_table(machine.channels));
  if (length == Duration{} || machine.channels.empty()) return;
  if (!machine.look) machine.look = look_at_channels(world, length);
  print_text("\n");
  print(look_table(*machine.look));
}

void doctor(const World& world, const DoctorArguments& options) {
  const Duration length = parse_duration("--look", options.look);
  if (!(length <= minute)) throw Error(ErrorCode::usage, "--look must be from 0 to 60s");
  if (options.json.empty()) return print_machine(world, length, look_at_machine(world, Duration{}));
  const MachineLook machine = look_at_machine(world, length);
  show_answer(
      *world.files, options.json, [&] { return machine_look_to_json(machine); },
      [&] { print_machine(world, length, machine); });
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Look at this machine: what can be measured here");
  auto options = std::make_shared<DoctorArguments>();
  command
      ->add_option("--look", options->look,
                   "Duration of a look at how fast and steady sensors are; 0s: none")
      ->capture_default_str();
  add_json_option(command, context, options->json);
  command->footer("Example:\n  isojoule doctor");
  command->callback([&context, options] { doctor(context.world, *options); });
}

}  // namespace isojoule::cli
