// --db.
#pragma once

#include <string>

#include "context.hpp"

namespace isojoule::cli {

/// Adds --db, whose help names what the store's backends accept. `db` must outlive the command.
CLI::Option* add_store_option(CLI::App* command, std::string& db);

}  // namespace isojoule::cli
