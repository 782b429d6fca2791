#include "support/temp_directory.hpp"

#include <stdlib.h>

#include <fstream>
#include <stdexcept>

namespace isojoule {

TempDirectory::TempDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "isojoule-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace isojoule
