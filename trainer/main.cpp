// isojoule-train: trains one reference workload.

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

int train_and_print(const trainer::Options& options) {
  const trainer::Settings& settings = options.settings;
  trainer::require_memory(settings, real_world());
  if (options.json) {
    trainer::print_json(
        settings, trainer::train(settings, {[](const auto&) {}, [](const auto&) {}}), std::cout);
    return 0;
  }
  trainer::TextOutput output(settings, std::cout);
  output.result(trainer::train(
      settings, {[&](const trainer::Start& start) { output.start(start); },
                 [&](const trainer::Progress& progress) { output.progress(progress); }}));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::optional<trainer::Options> options = trainer::parse_options(argc, argv);
    return options ? train_and_print(*options) : 0;
  } catch (const trainer::TooLarge& error) {
    return complain(error.what(), kDoesNotFit);
  } catch (const Error& error) {
    return complain(error.what(), kUsage);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailed);
  }
}
