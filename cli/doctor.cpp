#include "isojoule/app/doctor.hpp"

#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/report/host_tables.hpp"

#include "context.hpp"
#include "output.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct DoctorArguments {
  std::string look = "3s";
  bool json = false;
};

void doctor(const World& world, const DoctorArguments& options) {
  const Duration length = parse_duration("--look", options.look);
  if (!(length <= minute)) throw Error(ErrorCode::usage, "--look must be from 0 to 60s");
  if (options.json) return print(machine_look_to_json(look_at_machine(world, length)));
  // What is known at once is shown at once.
  const MachineLook machine = look_at_machine(world, Duration{});
  print(host_table("This machine", machine.host));
  print_text("\n");
  print(findings_table(machine.findings));
  print_text("\n");
  print(expectation_table(machine.channels));
  if (length == Duration{} || machine.channels.empty()) return;
  const Table table = look_table(look_at_channels(world, length));
  print_text("\n");
  print(table);
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Look at this machine: what can be measured here");
  auto options = std::make_shared<DoctorArguments>();
  command
      ->add_option("--look", options->look,
                   "Look for this long at how fast and steady the sensors are; 0s: not")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->footer("Example:\n  isojoule doctor");
  command->callback([&context, options] { doctor(context.world, *options); });
}

}  // namespace isojoule::cli
