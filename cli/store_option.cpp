#include "store_option.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/store/open_store.hpp"

namespace isojoule::cli {

CLI::Option* add_store_option(CLI::App* command, std::string& db) {
  std::vector<std::string_view> forms{"FILE"};
  for (const StoreBackend& backend : store_backends()) forms.push_back(backend.form);
  return command->add_option(
      "--db", db, fmt::format("The store: {} (default: your own)", fmt::join(forms, ", ")));
}

}  // namespace isojoule::cli
