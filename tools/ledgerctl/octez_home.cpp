#include "tools/ledgerctl/octez_home.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "apdu/animal_names.hpp"
#include "daemon/floor/errors.hpp"
#include "tools/common/errors.hpp"
#include "tools/ledgerctl/foreign_files.hpp"
#include "tools/ledgerctl/octez_lists.hpp"

namespace ledger_bridge::tools {

namespace {

namespace fs = std::filesystem;

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
    return value == nullptr ? "" : value;
}

Error unknown(const std::string& why) {
    return fail(Errc::unknown_alias, why);
}

// What is wrong with the files is no fault of what was typed, but has the same cures.
Error unknown(const Error& error) {
    const bool of_files = error.code == make_error_code(Errc::bad_wallet) ||
                          error.code == make_error_code(floor::Errc::file_unusable);
    return of_files ? unknown(error.detail) : error;
}

// Not its value: that may be a secret.
std::string elsewhere(const ForeignKey& key, const fs::path& file) {
    return fmt::format("'{}' in {} is {}:, not on a Ledger", key.name, file.string(), key.scheme);
}

}  // namespace

std::string octez_user() {
    const auto user = from_environment("USER");
    return user.empty() ? "user" : user;
}

fs::path octez_base_dir(const std::optional<std::string>& given) {
    if (given) {
        return *given;
    }
    const auto home = from_environment("HOME");
    return home.empty() ? fs::path{} : fs::path(home) / ".tezos-signer";
}

Result<apdu::LedgerUri> octez_alias(const fs::path& base, const std::string& alias) {
    const auto file = base / "secret_keys";
    if (base.empty() || absent(file)) {
        return unknown(fmt::format("'{}': there is no {}", alias, file.string()));
    }
    const auto list = read_octez_list(file);
    if (!list) {
        return unknown(list.error());
    }
    const auto found = list->find(alias);
    if (found == list->end()) {
        return unknown(fmt::format("'{}' is not in {}", alias, file.string()));
    }
    auto key = read_octez_key(file, alias, found->second);
    if (!key || !key->uri) {
        return key ? unknown(elsewhere(*key, file)) : unknown(key.error());
    }
    key->uri->name = apdu::name_in_words(key->uri->name);
    return *key->uri;
}

}  // namespace ledger_bridge::tools
