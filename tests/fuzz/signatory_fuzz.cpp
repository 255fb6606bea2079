// Any text as Signatory's configuration: what is taken over is a configuration that the daemon
// starts with, and in which a key signs only what was read for it.

#include <algorithm>
#include <filesystem>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/errors.hpp"
#include "tests/fuzz/folder.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tools/common/errors.hpp"
#include "tools/ledgerctl/foreign_signer.hpp"

namespace ledger_bridge::tools {
namespace {

namespace fs = std::filesystem;

struct Folder : FuzzFolder {
    Folder() : FuzzFolder("signatory") {
        fs::create_directories(marks);
        write_file(marks / "NetXdQprcVkpaWU.json", "{}");  // no watermarks
    }

    const fs::path marks = path / "watermark_v2";
};

daemon::Config started_with(ForeignSigner& signer, const fs::path& folder) {
    const auto file = folder / "taken.toml";
    if (!signer.clients.empty()) {
        signer.authorized_keys = folder / "clients";
        write_file(*signer.authorized_keys, clients_text(signer));
    }
    write_file(file, configuration_text(signer, {}));
    const auto start = daemon::read_start_up({"--config", file.string()}, "0", "/nowhere");
    require(start.has_value(), "the daemon starts with what is written");
    return start->config;
}

void check_policy_of(const ForeignPolicy& theirs, const daemon::Config& config) {
    const auto ours = config.policies.of_key.find(theirs.key);
    require(ours != config.policies.of_key.end() && !ours->second.empty(), "each key has a table");
    for (const auto& table : ours->second) {
        require(table.magic_bytes.has_value(), "a table says which kinds");
        require(table.magic_bytes->size() <= theirs.kinds.size(), "and not more of them");
        require(theirs.guards.empty() || table.magic_bytes->empty(), "none behind a guard");
        require(theirs.dal || !table.dal || !table.magic_bytes->contains(0x13), "nor DAL content");
        require(!theirs.clients || table.clients || table.magic_bytes->empty(), "nor for others");
    }
}

void check(ForeignSigner& signer, const fs::path& folder) {
    const auto config = started_with(signer, folder);
    for (const auto& policy : signer.policies) {
        check_policy_of(policy, config);
    }
    const auto& others = config.policies.of_others;
    const auto lets_nothing = [](const auto& table) {
        return table.magic_bytes && table.magic_bytes->empty();
    };
    require(
        signer.policies.empty() || (!others.empty() && std::ranges::all_of(others, lets_nothing)),
        "a key that is not named signs nothing");
    require(config.require_authentication == signer.authorized_keys.has_value(),
            "who had to show a key still has to");
}

}  // namespace
}  // namespace ledger_bridge::tools

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    static const tools::Folder folder;
    const auto file = folder.path / "signatory.yaml";
    write_file(file, std::string(data, data + size));
    require(!tools::read_signatory(file, folder.path / "nothing"), "watermarks are never left out");
    auto signer = tools::read_signatory(file, folder.marks);
    if (signer) {
        tools::check(*signer, folder.path);
        return 0;
    }
    require(signer.error().code == make_error_code(tools::Errc::bad_wallet),
            "every error is of the configuration");
    require(signer.error().detail.size() > 1, "and says what is wrong");
    return 0;
}
