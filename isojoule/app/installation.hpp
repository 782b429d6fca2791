// Where this installation and this user keep things.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/app/trainings.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/store.hpp"

namespace isojoule {

/// The store that --db names, or the default one, for open_store. Throws Error(io) where there is
/// no place for it.
std::string store_url(const World& world, const std::string& db_option);

/// The bundled profiles: ../share/isojoule/profiles beside the program.
std::vector<MachineProfile> bundled_profiles();

/// isojoule-train: beside this program, else on PATH.
std::filesystem::path trainer_program();

/// The version of LibTorch that isojoule-train was built with, as it reports; empty where it
/// cannot be run.
std::optional<std::string> trainer_torch_version();

/// The profiles of a store and the bundled ones. `store` must outlive it.
ProfileShelf shelf_of(const StoreReader& store);

}  // namespace isojoule
