#include "daemon/floor/foreign_marks.hpp"

#include <algorithm>

#include "apdu/base58.hpp"
#include "apdu/signature.hpp"
#include "daemon/floor/interchange_values.hpp"

namespace ledger_bridge::floor {

namespace {

using nlohmann::json;

constexpr std::string_view kOctezEnd = "_high_watermarks";
constexpr std::string_view kSignatoryEnd = ".json";

// Its marks stay with the signer that has it.
bool no_ledger_has(std::string_view key) {
    return key.starts_with("tz4");
}

// It keeps attestations with DAL content apart, so what it signed of a level may be in either.
Result<Kind> signatory_kind(std::string_view text) {
    constexpr std::string_view kDal = "_with_dal";
    const auto kind = read_any_kind(
        text.substr(0, text.ends_with(kDal) ? text.size() - kDal.size() : text.size()));
    return kind && *kind != Kind::attestation ? read_any_kind(text) : kind;
}

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

Result<apdu::Digest> payload_hash(std::string_view text) {
    const Bytes prefix{0x01, 0x6a, 0xf2};  // "vh"
    apdu::Digest digest{};
    const auto bytes = apdu::base58check_decode(text, prefix, digest.size());
    if (!bytes) {
        return bytes.error();
    }
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

SignedMark octez_mark(Members& members) {
    SignedMark mark;
    mark.position.level = read_level(members);
    if (members.optional("round") != nullptr) {  // legacy kinds have none
        mark.position.round = read_round(members);
    }
    mark.digest = members.take("hash", read_digest(members.text("hash")));
    if (members.optional("signature") != nullptr) {
        members.take("signature", apdu::parse_signature(members.text("signature")));
    }
    return mark;
}

SignedMark signatory_mark(Members& members, Kind kind) {
    SignedMark mark;
    mark.position.level = read_level(members);
    const auto* round = members.optional("round");
    if (round != nullptr && !round->is_null()) {
        mark.position.round = read_round(members);
    }
    if (members.optional("order") != nullptr) {
        members.number("order", 0, 2);
    }
    const auto* hash = members.optional("hash");
    if (hash != nullptr && !hash->is_null()) {
        mark.digest = members.take("hash", payload_hash(members.text("hash")));
    }
    if (kind == Kind::block) {  // its round is another one
        mark.position.round = {kHighestRound};
        mark.digest = kUnknownDigest;
    }
    return mark;
}

// Reads the mark at `where` and appends it; an error when it is not as it must be.
template <class Read>
Result<void> append(Interchange& content,
                    const MarkKey& key,
                    const json& object,
                    const std::string& where,
                    WallTime written,
                    Read read) {
    Members members(object, where);
    auto mark = read(members);
    members.end();
    if (members.error()) {
        return *members.error();
    }
    mark.time = written;
    content.marks.push_back({key, mark});
    return {};
}

Error at(const std::string& where, const Error& error) {
    return fail(Errc::bad_interchange, where + ": " + error.detail);
}

Error no_object(const std::string& where) {
    return fail(Errc::bad_interchange, where + " is no object");
}

Result<Interchange> parse_octez(Kind kind, const json& object, WallTime written) {
    Interchange content;
    for (const auto& [chain_text, keys] : object.items()) {
        const auto chain = read_chain(chain_text);
        if (!chain || !keys.is_object()) {
            return chain ? no_object(chain_text) : chain.error();
        }
        for (const auto& [key_text, mark] : keys.items()) {
            if (no_ledger_has(key_text)) {
                continue;
            }
            const auto key = read_key(key_text);
            if (!key) {
                return at(chain_text, key.error());
            }
            const auto where = chain_text + "." + key_text;
            const auto done =
                append(content, {*key, *chain, kind}, mark, where, written, octez_mark);
            if (!done) {
                return done.error();
            }
        }
    }
    return content;
}

// What is being read of a Signatory file, and into what.
struct SignatoryFile {
    apdu::ChainId chain;
    WallTime written;
    Interchange content;
};

Result<void> add_signatory_mark(SignatoryFile& file,
                                const std::string& key_text,
                                const std::string& kind_text,
                                const json& mark) {
    if (no_ledger_has(key_text)) {
        return {};
    }
    const auto key = read_key(key_text);
    const auto kind = signatory_kind(kind_text);
    if (!key || !kind) {
        return at(key ? key_text : kind_text, key ? kind.error() : key.error());
    }
    return append(file.content,
                  {*key, file.chain, *kind},
                  mark,
                  key_text + "." + kind_text,
                  file.written,
                  [&](Members& m) { return signatory_mark(m, *kind); });
}

// watermark_v1 had one mark a key, that of the last kind in the order of a round. How far the
// others came it does not say, so its position counts for all.
Result<void> add_common_mark(SignatoryFile& file, const std::string& key_text, const json& mark) {
    const auto key = read_key(key_text);
    if (!key) {
        return key.error();
    }
    const auto order = mark.value("order", json(0));
    for (const auto kind : {Kind::block, Kind::preattestation, Kind::attestation}) {
        const auto read = [&](Members& m) {
            auto one = signatory_mark(m, kind);
            one.digest = order == static_cast<int>(kind) ? one.digest : kUnknownDigest;
            return one;
        };
        const auto done =
            append(file.content, {*key, file.chain, kind}, mark, key_text, file.written, read);
        if (!done) {
            return done.error();
        }
    }
    return {};
}

// One member of the file: a key with its kinds, in watermark a kind with its keys, in watermark_v1
// a key with its one mark.
Result<void> add_signatory_member(SignatoryFile& file, const std::string& name, const json& value) {
    if (no_ledger_has(name)) {
        return {};
    }
    const bool is_kind = signatory_kind(name).has_value();
    const auto key = read_key(name);
    if (!value.is_object() || (!is_kind && !key)) {
        return is_kind || key ? no_object(name) : key.error();
    }
    if (!is_kind && value.contains("level")) {
        return add_common_mark(file, name, value);
    }
    for (const auto& [inner, mark] : value.items()) {
        const auto done =
            add_signatory_mark(file, is_kind ? inner : name, is_kind ? name : inner, mark);
        if (!done) {
            return done.error();
        }
    }
    return {};
}

Result<Interchange> parse_signatory(const apdu::ChainId& chain,
                                    const json& object,
                                    WallTime written) {
    SignatoryFile file{chain, written, {}};
    for (const auto& [name, value] : object.items()) {
        if (const auto done = add_signatory_member(file, name, value); !done) {
            return done.error();
        }
    }
    return file.content;
}

}  // namespace

Result<Interchange> parse_foreign_marks(std::string_view file_name,
                                        const json& object,
                                        WallTime written) {
    const auto name = base_name(file_name);
    if (name.ends_with(kOctezEnd)) {
        const auto kind = read_any_kind(name.substr(0, name.size() - kOctezEnd.size()));
        return kind ? parse_octez(*kind, object, written) : kind.error();
    }
    if (name.ends_with(kSignatoryEnd)) {
        const auto chain = read_chain(name.substr(0, name.size() - kSignatoryEnd.size()));
        if (chain) {
            return parse_signatory(*chain, object, written);
        }
    }
    return fail(Errc::bad_interchange,
                "it has no \"format\", and its name is neither <kind>_high_watermarks "
                "(octez-signer) nor <chain>.json (Signatory)");
}

}  // namespace ledger_bridge::floor
