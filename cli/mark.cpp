#include "isojoule/core/mark.hpp"

#include <map>
#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/mark/mark_sender.hpp"

#include "context.hpp"

namespace isojoule::cli {
namespace {

std::map<std::string, std::string> parse_attributes(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> attributes;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      throw Error(ErrorCode::usage, "attribute '" + text + "' must be KEY=VALUE");
    attributes[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return attributes;
}

/// A wrong name is the caller's mistake, whether somebody measures or not.
template <class Send>
void send_checked(Send send) {
  try {
    MarkSender sender = MarkSender::from_environment();
    send(sender);
  } catch (const Error& error) {
    throw Error(ErrorCode::usage, error.what());
  }
}

}  // namespace

void add_mark(CLI::App& app, Context&) {
  CLI::App* command =
      app.add_subcommand("mark", "From within a measured command: start, pause or end a window");
  command->require_subcommand(1);
  auto name = std::make_shared<std::string>();
  auto attributes = std::make_shared<std::vector<std::string>>();

  CLI::App* begin = command->add_subcommand("begin", "The window starts now");
  begin->add_option("name", *name, "Of the window")->required();
  begin->callback([name] { send_checked([&](MarkSender& sender) { sender.begin(*name); }); });

  CLI::App* pause =
      command->add_subcommand("pause", "What follows is not part of the window (validation)");
  pause->add_option("name", *name, "Of the window")->required();
  pause->callback([name] { send_checked([&](MarkSender& sender) { sender.pause(*name); }); });

  CLI::App* resume = command->add_subcommand("resume", "The window resumes");
  resume->add_option("name", *name, "Of the window")->required();
  resume->callback([name] { send_checked([&](MarkSender& sender) { sender.resume(*name); }); });

  CLI::App* end = command->add_subcommand("end", "The window ends now");
  end->add_option("name", *name, "Of the window")->required();
  end->add_option("attributes", *attributes, "KEY=VALUE, such as steps=100 batch=8");
  end->callback([name, attributes] {
    send_checked([&](MarkSender& sender) { sender.end(*name, parse_attributes(*attributes)); });
  });
  begin->footer("Example:\n  isojoule mark begin steps");
  pause->footer("Example:\n  isojoule mark pause steps");
  resume->footer("Example:\n  isojoule mark resume steps");
  end->footer("Example:\n  isojoule mark end steps steps=100 batch=8 precision=float32");
  command->footer(
      "Does nothing where nobody measures, so a script may always call it. The window 'steps' "
      "with\n"
      "steps=N gives joules per step; 'block' windows inside it give their spread. The energy and\n"
      "time of a window are those between its pauses.\n\n"
      "Example, in a script run by isojoule measure:\n"
      "  isojoule mark begin steps\n"
      "  python3 train.py --steps 100\n"
      "  isojoule mark end steps steps=100 batch=8 precision=float32");
}

}  // namespace isojoule::cli
