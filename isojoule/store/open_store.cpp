#include "isojoule/store/open_store.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"

// A line for each: a folder of the scheme's name defines open_SCHEME_to_read and
// open_SCHEME_to_write in this namespace. Paths that name no scheme are the first's.
//
//       scheme  form of its URLs
#define ISOJOULE_STORES(STORE) STORE(sqlite, "sqlite:FILE")

namespace isojoule {

#define ISOJOULE_DECLARE(scheme, form)                                               \
  std::unique_ptr<StoreReader> open_##scheme##_to_read(const std::string& location); \
  std::unique_ptr<Store> open_##scheme##_to_write(const std::string& location);
ISOJOULE_STORES(ISOJOULE_DECLARE)
#undef ISOJOULE_DECLARE

namespace {

constexpr std::array kBackends{
#define ISOJOULE_ROW(scheme, form) \
  StoreBackend{#scheme, form, open_##scheme##_to_read, open_##scheme##_to_write},
    ISOJOULE_STORES(ISOJOULE_ROW)
#undef ISOJOULE_ROW
};

class EmptyStore final : public StoreReader {
 public:
  StoreFolders folders() const override { return {}; }
  void for_each_record(const std::function<void(Record)>&) const override {}
  void for_each_summary(const std::function<void(RecordSummary)>&) const override {}
  std::vector<MachineProfile> profiles() const override { return {}; }
  std::optional<MachineProfile> profile(const std::string&) const override { return {}; }
  std::vector<CampaignEntry> campaigns() const override { return {}; }

 private:
  std::optional<Record> find_record(const std::string&) const override { return {}; }
  std::optional<CampaignEntry> find_campaign(const std::string&) const override { return {}; }
  Ids ids_from(Kept, const std::string&, std::size_t) const override { return {}; }
  std::optional<std::string> latest_record() const override { return {}; }
  std::optional<std::string> latest_campaign() const override { return {}; }
  std::optional<std::string> campaign_named(const std::string&) const override { return {}; }
};

bool is_scheme(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-';
  });
}

const StoreBackend* find_backend(std::string_view scheme) {
  const auto* found = std::ranges::find(kBackends, scheme, &StoreBackend::scheme);
  return found == kBackends.end() ? nullptr : found;
}

struct Place {
  const StoreBackend& backend;
  std::string location;
};

Place place_of(const std::string& url) {
  const std::size_t colon = url.find(':');
  const std::string scheme = url.substr(0, colon);
  if (colon == std::string::npos || !is_scheme(scheme)) return {kBackends.front(), url};
  std::string location = url.substr(colon + 1);
  const bool has_host = location.starts_with("//");
  if (const StoreBackend* backend = find_backend(scheme)) {
    if (has_host != (backend->form.find("://") != std::string_view::npos))
      throw Error(ErrorCode::usage,
                  fmt::format("store '{}' must be written {}", url, backend->form));
    return {*backend, std::move(location)};
  }
  if (!has_host) return {kBackends.front(), url};  // a file with a colon in its name
  std::vector<std::string> known;
  for (const StoreBackend& backend : kBackends) known.emplace_back(backend.scheme);
  throw unknown_name("kind of store", scheme, known);
}

}  // namespace

std::span<const StoreBackend> store_backends() { return kBackends; }

std::unique_ptr<Store> open_store(const std::string& url) {
  const Place place = place_of(url);
  return place.backend.open_to_write(place.location);
}

std::unique_ptr<StoreReader> open_store_to_read(const std::string& url) {
  const Place place = place_of(url);
  return place.backend.open_to_read(place.location);
}

std::unique_ptr<StoreReader> empty_store() { return std::make_unique<EmptyStore>(); }

std::optional<std::filesystem::path> default_store_file(const Environment& environment) {
  const auto directory = [&environment](const char* variable) {
    // A relative path there must be ignored, says the XDG base directory specification.
    const std::filesystem::path path = environment.get(variable).value_or("");
    return path.is_absolute() ? path : std::filesystem::path();
  };
  const std::filesystem::path file = std::filesystem::path("isojoule") / "store.sqlite";
  if (const auto data = directory("XDG_DATA_HOME"); !data.empty()) return data / file;
  if (const auto home = directory("HOME"); !home.empty()) return home / ".local/share" / file;
  return std::nullopt;
}

}  // namespace isojoule
