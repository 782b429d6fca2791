#include "print_figure.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "isojoule/core/error.hpp"
#include "isojoule/run/child.hpp"

namespace isojoule::cli {
namespace {

/// A folder of our own, removed at the end.
class Workshop {
 public:
  Workshop() {
    std::string name = (std::filesystem::temp_directory_path() / "isojoule-figure-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw Error(ErrorCode::io, "cannot make a folder like " + name);
    place_ = name;
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    std::filesystem::remove_all(place_, ignored);
  }

  std::filesystem::path file(const char* name) const { return place_ / name; }

 private:
  std::filesystem::path place_;
};

void run_gnuplot(const World& world, const std::string& script) {
  const HeldSignals signals;
  Child child(signals, {"gnuplot", script}, {}, ChildOutput::nowhere, ChildLife::ours);
  try {
    child.go();
  } catch (const StartError&) {
    throw Error(
        ErrorCode::io,
        "figures for print are drawn by gnuplot, which is not there; install it (on Debian: "
        "sudo apt-get install gnuplot-nox)");
  }
  if (const ChildEnd end = child.wait(*world.clock); end.exit_code != 0)
    throw Error(ErrorCode::io, "gnuplot failed with code " + std::to_string(end.exit_code));
}

}  // namespace

std::string print_figure(const World& world, const Figure& figure, const PrintOptions& options) {
  const Workshop workshop;
  const std::filesystem::path picture = workshop.file("figure");
  const std::filesystem::path script = workshop.file("script");
  std::ofstream(script) << render_gnuplot(figure, options, picture.string());
  run_gnuplot(world, script.string());
  std::ifstream made(picture, std::ios::binary);
  std::ostringstream bytes;
  bytes << made.rdbuf();
  if (!made || bytes.str().empty()) throw Error(ErrorCode::io, "gnuplot made no picture");
  return bytes.str();
}

}  // namespace isojoule::cli
