#include "output.hpp"

#include <fstream>
#include <iostream>

#include "isojoule/core/error.hpp"
#include "isojoule/report/text.hpp"

namespace isojoule::cli {

void print(const Table& table) { std::cout << render_text(table) << std::flush; }

void print(const Json& json) { std::cout << json.dump(2) << std::endl; }

void write_json(const Json& json, const std::string& file) {
  if (file == "-") {
    print(json);
    return;
  }
  std::ofstream stream(file);
  stream << json.dump(2) << "\n";
  if (!stream.flush()) throw Error(ErrorCode::io, "cannot write " + file);
}

}  // namespace isojoule::cli
