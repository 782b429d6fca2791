#include <signal.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <prometheus/exposer.h>

#include "isojoule/app/live_sensors.hpp"
#include "isojoule/core/error.hpp"

#include "context.hpp"
#include "prometheus_metrics.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

struct ServeArguments {
  std::string address = "127.0.0.1:9464";
  std::string period = "100ms";
  std::vector<std::string> sensors;
};

struct Address {
  std::string host;
  int port;  ///< 0: any that is free
};

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || port < 0 ||
      port > 65535)
    return std::nullopt;
  return port;
}

/// "HOST:PORT", ":PORT" or "PORT". Who wants others to see this machine has to name the address.
Address parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string host =
      colon == std::string::npos || colon == 0 ? kLoopback : text.substr(0, colon);
  const auto port =
      parse_port(std::string_view(text).substr(colon == std::string::npos ? 0 : colon + 1));
  const bool plain = host.find_first_not_of("0123456789abcdefABCDEF.:[]") == std::string::npos;
  const bool bracketed = host.find(':') == std::string::npos || host.front() == '[';
  if (!port || !plain || !bracketed)
    throw Error(ErrorCode::usage, "'" + text +
                                      "' is no address to listen on: give PORT, or IP:PORT as in "
                                      "0.0.0.0:9464 or [::1]:9464");
  return {host, *port};
}

/// Signals that end the service, taken by wait(). Threads that are started while it lives have them
/// blocked too.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&ends_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends_, number);
    pthread_sigmask(SIG_BLOCK, &ends_, nullptr);
    signal(SIGPIPE, SIG_IGN);  // a client that goes away
  }
  void wait() const {
    int number = 0;
    sigwait(&ends_, &number);
  }

 private:
  sigset_t ends_{};
};

std::unique_ptr<prometheus::Exposer> listen(const Address& address) {
  const std::string where = fmt::format("{}:{}", address.host, address.port);
  try {
    return std::make_unique<prometheus::Exposer>(where);
  } catch (const std::exception&) {
    throw Error(ErrorCode::io, "cannot listen on " + where +
                                   ": another program does, or it is no address of this machine; "
                                   "give another by --prometheus");
  }
}

void serve(const World& world, const ServeArguments& options) {
  const Duration period = parse_duration("--period", options.period);
  check_sampling_period("--period", period);
  const Address address = parse_address(options.address);
  std::vector<std::unique_ptr<Sensor>> opened = sensors_to_view(world, options.sensors);
  const EndSignals signals;
  const std::unique_ptr<prometheus::Exposer> exposer = listen(address);
  const auto sensors =
      std::make_shared<LiveSensors>(world, std::move(opened), period, ISOJOULE_VERSION);
  const auto metrics = std::make_shared<PrometheusMetrics>(sensors, ISOJOULE_VERSION);
  exposer->RegisterCollectable(metrics);
  print_text(
      fmt::format("http://{}:{}/metrics\n", address.host, exposer->GetListeningPorts().at(0)));
  flush_text();
  signals.wait();
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("serve", "Offer what the sensors report to a monitor (Prometheus)");
  auto options = std::make_shared<ServeArguments>();
  command
      ->add_option("--prometheus", options->address,
                   "Listen here: IP:PORT, or PORT for this machine alone; 0: a free one")
      ->capture_default_str();
  command->add_option("--period", options->period, "Time between two readings")
      ->capture_default_str();
  command->add_option("--sensors", options->sensors, kSensorsHelp)->delimiter('+');
  command->footer(
      "Prints the address once it can be asked, and runs until Ctrl-C or SIGTERM. The metrics\n"
      "are described in docs/formats/metrics.md.\n\n"
      "Example:\n"
      "  isojoule serve --prometheus 0.0.0.0:9464");
  command->callback([&context, options] { serve(context.world, *options); });
}

}  // namespace isojoule::cli
