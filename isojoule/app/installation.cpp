#include "isojoule/app/installation.hpp"

#include <array>
#include <cstdio>
#include <string_view>

#include "isojoule/core/error.hpp"
#include "isojoule/store/open_store.hpp"

namespace isojoule {
namespace {

std::filesystem::path program_directory() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : program.parent_path();
}

}  // namespace

std::string store_url(const World& world, const std::string& db_option) {
  if (!db_option.empty()) return db_option;
  if (const auto file = default_store_file(*world.environment)) return file->string();
  throw Error(
      ErrorCode::io,
      "there is no place for the store: neither XDG_DATA_HOME nor HOME is set to an absolute "
      "path; name a file with --db");
}

std::vector<MachineProfile> bundled_profiles() {
  return read_profiles(program_directory().parent_path() / "share" / "isojoule" / "profiles");
}

std::filesystem::path trainer_program() {
  const auto beside = program_directory() / "isojoule-train";
  std::error_code ignored;
  return std::filesystem::exists(beside, ignored) ? beside : "isojoule-train";
}

std::optional<std::string> trainer_torch_version() {
  // The program's own folder or a name on PATH: nothing of the user's gets into the shell's words
  // but a path, which is quoted.
  std::string quoted = "'";
  for (const char c : trainer_program().string()) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  // NOLINTNEXTLINE(cert-env33-c): the shell is given one quoted path and an option of ours.
  FILE* output = popen((quoted + "' --version 2>/dev/null").c_str(), "r");
  if (output == nullptr) return std::nullopt;
  std::array<char, 256> line{};
  const bool read = std::fgets(line.data(), static_cast<int>(line.size()), output) != nullptr;
  if (pclose(output) != 0 || !read) return std::nullopt;
  const std::string text = line.data();
  constexpr std::string_view kMark = "LibTorch ";
  const std::size_t at = text.find(kMark);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + kMark.size();
  return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

ProfileShelf shelf_of(const StoreReader& store) { return {store, bundled_profiles()}; }

}  // namespace isojoule
