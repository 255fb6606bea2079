#include "daemon/floor/interchange_values.hpp"

#include <algorithm>

namespace ledger_bridge::floor {

namespace {

Error bad(std::string_view value, const std::string& why) {
    return fail(Errc::bad_interchange, "\"" + std::string(value) + "\" " + why);
}

}  // namespace

Result<apdu::ChainId> read_chain(std::string_view text) {
    const auto chain = apdu::parse_chain_id(text);
    if (!chain || chain->unspecified() || chain->text() != text) {
        return bad(text, "is no chain id like NetXdQprcVkpaWU");
    }
    return chain;
}

Result<apdu::KeyHash> read_key(std::string_view text) {
    const auto key = apdu::parse_key_hash(text);
    if (!key) {
        return bad(text, "is no key: " + key.error().text());
    }
    return key;
}

Result<apdu::Digest> read_digest(std::string_view hex) {
    const auto bytes = from_hex(hex);
    apdu::Digest digest{};
    if (!bytes || bytes->size() != digest.size()) {
        return bad(hex, "is no digest of 64 hexadecimal digits");
    }
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    if (digest == kUnknownDigest) {
        return bad(hex, "is no digest; leave it out when it is not known");
    }
    return digest;
}

Result<Kind> read_any_kind(std::string_view text) {
    const auto plain = text == "endorsement"      ? kind_name(Kind::attestation)
                       : text == "preendorsement" ? kind_name(Kind::preattestation)
                                                  : text;
    for (const auto kind : {Kind::block, Kind::preattestation, Kind::attestation}) {
        if (kind_name(kind) == plain) {
            return kind;
        }
    }
    return bad(text, "is no kind: block, preattestation or attestation");
}

apdu::Level read_level(Members& members) {
    const auto level = members.number("level", 0, apdu::Level::kEnd.value - 1);
    return {static_cast<std::uint32_t>(level)};
}

apdu::Round read_round(Members& members) {
    return {static_cast<std::uint32_t>(members.number("round", 0, kHighestRound))};
}

}  // namespace ledger_bridge::floor
