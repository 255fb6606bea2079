// The parts of Signatory's configuration, each read into what is taken over. What is wrong goes
// to the section's findings, what has no counterpart to signer.left.
// Source: Signatory's docs (start, ledger, watermarks, jwt_auth) and its pkg/config of v1.2.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/result.hpp"
#include "tools/ledgerctl/foreign_signer.hpp"
#include "tools/ledgerctl/yaml_section.hpp"

namespace ledger_bridge::tools::signatory {

// vaults: the keys of those with the driver ledger; the others are named.
void read_vaults(Section vaults, ForeignSigner& signer);

// server: its address and the clients' keys. Returns what else guards every key.
std::vector<std::string> read_server(Section server, ForeignSigner& signer);

// tezos: what may be signed with each key. `guards`: what guards all of them.
void read_policies(Section tezos, const std::vector<std::string>& guards, ForeignSigner& signer);

// authorized_keys of a section: a key, or lists of them within each other; none when it is absent.
// tz4 keys, which we do not verify, are named in signer.left.
std::optional<std::vector<apdu::PublicKey>> read_clients(Section& section, ForeignSigner& signer);

// Names in signer.left what stands in a section and was not asked for. Returns the places.
std::vector<std::string> name_unread(const Section& section, ForeignSigner& signer);

// The files of watermarks: in `given`, or where the configuration has them.
Result<void> read_marks(Section& root,
                        const std::optional<std::filesystem::path>& given,
                        ForeignSigner& signer);

}  // namespace ledger_bridge::tools::signatory
