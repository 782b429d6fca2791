// isojoule-train: trains one reference workload.

#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "isojoule/core/error.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/workload/workload.hpp"

#include "trainer/memory.hpp"
#include "trainer/options.hpp"
#include "trainer/output.hpp"
#include "trainer/show_features.hpp"
#include "trainer/stepper.hpp"
#include "trainer/train.hpp"

namespace {

using namespace isojoule;

constexpr int kFailed = 1;
constexpr int kUsage = 2;

/// One line; LibTorch's messages go on with a stack trace, which is of no use to who trains.
int complain(std::string_view message, int exit_code) {
  std::cerr << "isojoule-train: " << message.substr(0, message.find('\n')) << '\n';
  return exit_code;
}

void run(const trainer::Options& options) {
  const trainer::Settings& settings = options.settings;
  trainer::require_memory(settings, real_world());
  if (options.json) {
    const trainer::Listener nobody{[](const auto&) {}, [](const auto&) {}};
    trainer::print_json(settings, trainer::train(settings, nobody, std::cerr), std::cout);
    return;
  }
  trainer::TextOutput output(settings, std::cout);
  const trainer::Listener listener{
      [&](const trainer::Start& start) { output.start(start); },
      [&](const trainer::Progress& progress) { output.progress(progress); }};
  output.result(trainer::train(settings, listener, std::cerr));
}

void run(const trainer::FeaturesOptions& options) { trainer::show_features(options, std::cout); }

void run(const trainer::MadeDatasetOptions& options) {
  trainer::make_dataset(options);
  std::cout << options.folder.string() << ": " << options.clips << " clips to train on, "
            << trainer::held_out_clips(options.clips) << " held out\n";
}

int exit_code_of(const Error& error) { return error.code() == ErrorCode::io ? kFailed : kUsage; }

/// Without the libraries' own farewell: OpenBLAS waits for its threads, and these for memory.
[[noreturn]] void leave_without_memory(std::string_view message) {
  complain(message, kDoesNotFit);
  std::cout.flush();
  std::_Exit(kDoesNotFit);
}

/// What LibTorch and the standard library throw where memory ends is told by its words alone.
int complain_of_failure(std::string_view message) {
  if (!trainer::says_out_of_memory(message)) return complain(message, kFailed);
  leave_without_memory(
      "memory has run out; take a smaller workload or batch, or a machine with more");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::optional<trainer::Command> command =
        trainer::parse_options(argc, argv, *real_world().environment, trainer::torch_version());
    if (command) std::visit([](const auto& options) { run(options); }, *command);
    return 0;
  } catch (const trainer::TooLarge& error) {
    leave_without_memory(error.what());
  } catch (const Error& error) {
    return complain(error.what(), exit_code_of(error));
  } catch (const std::exception& error) {
    return complain_of_failure(error.what());
  }
}
