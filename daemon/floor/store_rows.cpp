#include "daemon/floor/store_rows.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "apdu/curve.hpp"
#include "apdu/derivation_path.hpp"
#include "apdu/digest.hpp"
#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {

namespace {

using Microseconds = std::chrono::microseconds;

std::int64_t to_microseconds(WallTime time) {
    return std::chrono::floor<Microseconds>(time.time_since_epoch()).count();
}

// Nothing for a number that no WallTime has: the column is read before its checksum is known to
// fit.
std::optional<WallTime> from_microseconds(std::int64_t count) {
    if (count < to_microseconds(WallTime::min()) + 1 || count > to_microseconds(WallTime::max())) {
        return std::nullopt;
    }
    return WallTime(Microseconds(count));
}

std::optional<Kind> parse_kind(std::string_view text) {
    for (const auto kind : {Kind::block, Kind::preattestation, Kind::attestation}) {
        if (kind_name(kind) == text) {
            return kind;
        }
    }
    return std::nullopt;
}

constexpr std::array kScopeKinds{
    ChainScope::Kind::only, ChainScope::Kind::all_but, ChainScope::Kind::all};

std::string_view scope_name(ChainScope::Kind kind) {
    switch (kind) {
        case ChainScope::Kind::only:
            return "only";
        case ChainScope::Kind::all_but:
            return "all_but";
        case ChainScope::Kind::all:
            break;
    }
    return "all";
}

std::optional<ChainScope::Kind> parse_scope(std::string_view text) {
    const auto* const found =
        std::find_if(kScopeKinds.begin(), kScopeKinds.end(), [text](ChainScope::Kind kind) {
            return scope_name(kind) == text;
        });
    return found == kScopeKinds.end() ? std::nullopt : std::optional(*found);
}

// Column after column, each after its length, so that no two rows have the same bytes.
class Checksum {
public:
    Checksum& add(ByteView bytes) {
        writer_.u32(static_cast<std::uint32_t>(bytes.size())).bytes(bytes);
        return *this;
    }
    Checksum& add(std::string_view text) { return add(as_bytes(text)); }
    Checksum& add(std::int64_t number) { return add(std::to_string(number)); }
    [[nodiscard]] apdu::Digest value() const { return apdu::blake2b_256(writer_.view()); }

private:
    ByteWriter writer_;
};

ByteView view(const std::optional<apdu::Signature>& signature) {
    return signature ? ByteView(signature->raw) : ByteView();
}

apdu::Digest checksum(const StoredMark& stored) {
    const auto& [key, mark] = stored;
    return Checksum()
        .add(key.key.text())
        .add(key.chain.text())
        .add(kind_name(key.kind))
        .add(mark.position.level.value)
        .add(mark.position.round.value)
        .add(mark.digest)
        .add(view(mark.signature))
        .add(to_microseconds(mark.time))
        .value();
}

apdu::Digest checksum(const DeviceRecord& device) {
    return Checksum()
        .add(device.name)
        .add(curve_name(device.authorized.curve))
        .add(device.authorized.path.text())
        .add(device.public_key.text())
        .add(device.chain.text())
        .add(device.marks.main.level.value)
        .add(device.marks.main.round.value)
        .add(device.marks.test.level.value)
        .add(device.marks.test.round.value)
        .add(to_microseconds(device.seen))
        .value();
}

apdu::Digest checksum(const AdoptedLevel& adopted) {
    return Checksum()
        .add(adopted.device)
        .add(adopted.key.text())
        .add(scope_name(adopted.scope.kind))
        .add(adopted.scope.chain.text())
        .add(adopted.level.value)
        .add(adopted.origin)
        .add(to_microseconds(adopted.time))
        .value();
}

Error damaged(std::string_view table, const Query& query) {
    return fail(Errc::store_damaged,
                "the " + std::string(table) + " row of " + query.text(0) + " was altered");
}

std::uint32_t number(const Query& query, int column) {
    // The tables' own checks keep these columns within 32 bits.
    return static_cast<std::uint32_t>(query.integer(column));
}

// True when the column has exactly as many bytes as `target`.
template <std::size_t kSize>
bool read_array(const Query& query, int column, std::array<std::uint8_t, kSize>& target) {
    const auto bytes = query.blob(column);
    if (bytes.size() != kSize) {
        return false;
    }
    std::copy(bytes.begin(), bytes.end(), target.begin());
    return true;
}

std::optional<MarkKey> read_key(const Query& query) {
    const auto key = apdu::parse_key_hash(query.text(0));
    const auto chain = apdu::parse_chain_id(query.text(1));
    const auto kind = parse_kind(query.text(2));
    if (!key || !chain || !kind) {
        return std::nullopt;
    }
    return MarkKey{*key, *chain, *kind};
}

bool read_signature(const Query& query, int column, std::optional<apdu::Signature>& signature) {
    if (query.is_null(column)) {
        return true;
    }
    return read_array(query, column, signature.emplace().raw);
}

}  // namespace

void bind_key(Query& query, const MarkKey& key) {
    query.bind(1, key.key.text()).bind(2, key.chain.text()).bind(3, kind_name(key.kind));
}

void bind_mark(Query& query, const StoredMark& stored) {
    const auto& mark = stored.mark;
    bind_key(query, stored.key);
    query.bind(4, std::int64_t{mark.position.level.value})
        .bind(5, std::int64_t{mark.position.round.value})
        .bind(6, ByteView(mark.digest))
        .bind(8, to_microseconds(mark.time))
        .bind(9, ByteView(checksum(stored)));
    if (mark.signature) {
        query.bind(7, view(mark.signature));
    } else {
        query.bind_null(7);
    }
}

void bind_device(Query& query, const DeviceRecord& device) {
    query.bind(1, device.name)
        .bind(2, curve_name(device.authorized.curve))
        .bind(3, device.authorized.path.text())
        .bind(4, device.public_key.text())
        .bind(5, device.chain.text())
        .bind(6, std::int64_t{device.marks.main.level.value})
        .bind(7, std::int64_t{device.marks.main.round.value})
        .bind(8, std::int64_t{device.marks.test.level.value})
        .bind(9, std::int64_t{device.marks.test.round.value})
        .bind(10, to_microseconds(device.seen))
        .bind(11, ByteView(checksum(device)));
}

void bind_adopted_key(Query& query, const AdoptedLevel& adopted) {
    query.bind(1, adopted.device)
        .bind(2, adopted.key.text())
        .bind(3, scope_name(adopted.scope.kind))
        .bind(4, adopted.scope.chain.text());
}

void bind_adopted(Query& query, const AdoptedLevel& adopted) {
    bind_adopted_key(query, adopted);
    query.bind(5, std::int64_t{adopted.level.value})
        .bind(6, adopted.origin)
        .bind(7, to_microseconds(adopted.time))
        .bind(8, ByteView(checksum(adopted)));
}

void bind_audit(Query& query, const AuditRow& row) {
    query.bind(1, to_microseconds(row.time))
        .bind(2, row.key.key.text())
        .bind(3, row.key.chain.text())
        .bind(4, kind_name(row.key.kind))
        .bind(5, std::int64_t{row.position.level.value})
        .bind(6, std::int64_t{row.position.round.value})
        .bind(7, ByteView(row.digest))
        .bind(8, row.verdict)
        .bind(9, row.reason)
        .bind(10, row.device);
}

Result<StoredMark> read_mark(const Query& query) {
    const auto key = read_key(query);
    const auto time = from_microseconds(query.integer(7));
    if (!key || !time) {
        return damaged("mark", query);
    }
    StoredMark stored{*key, {}};
    auto& mark = stored.mark;
    mark.position = {{number(query, 3)}, {number(query, 4)}};
    mark.time = *time;
    apdu::Digest written{};
    if (!read_array(query, 5, mark.digest) || !read_signature(query, 6, mark.signature) ||
        !read_array(query, 8, written) || written != checksum(stored)) {
        return damaged("mark", query);
    }
    return stored;
}

Result<DeviceRecord> read_device(const Query& query) {
    const auto curve = apdu::parse_curve(query.text(1));
    const auto path = apdu::DerivationPath::parse(query.text(2));
    const auto key = apdu::parse_public_key(query.text(3));
    const auto chain = apdu::parse_chain_id(query.text(4));
    const auto seen = from_microseconds(query.integer(9));
    if (!curve || !path || !key || !chain || !seen) {
        return damaged("device", query);
    }
    const apdu::DeviceMarks marks{
        {{number(query, 5)}, {number(query, 6)}}, {{number(query, 7)}, {number(query, 8)}}, *chain};
    DeviceRecord device{
        query.text(0), apdu::AuthorizedKey{*curve, *path}, *key, *chain, marks, *seen};
    apdu::Digest written{};
    if (!read_array(query, 10, written) || written != checksum(device)) {
        return damaged("device", query);
    }
    return device;
}

Result<AdoptedLevel> read_adopted(const Query& query) {
    const auto key = apdu::parse_key_hash(query.text(1));
    const auto kind = parse_scope(query.text(2));
    const auto chain = apdu::parse_chain_id(query.text(3));
    const auto time = from_microseconds(query.integer(6));
    if (!key || !kind || !chain || !time) {
        return damaged("adopted", query);
    }
    AdoptedLevel adopted{
        query.text(0), *key, {*kind, *chain}, {number(query, 4)}, query.text(5), *time};
    apdu::Digest written{};
    if (!read_array(query, 7, written) || written != checksum(adopted)) {
        return damaged("adopted", query);
    }
    return adopted;
}

Result<AuditRow> read_audit(const Query& query) {
    const auto key = apdu::parse_key_hash(query.text(1));
    const auto chain = apdu::parse_chain_id(query.text(2));
    const auto kind = parse_kind(query.text(3));
    const auto time = from_microseconds(query.integer(0));
    AuditRow row;
    if (!key || !chain || !kind || !time || !read_array(query, 6, row.digest)) {
        return fail(Errc::store_damaged, "a row of the audit log was altered");
    }
    row.time = *time;
    row.key = {*key, *chain, *kind};
    row.position = {{number(query, 4)}, {number(query, 5)}};
    row.verdict = query.text(7);
    row.reason = query.text(8);
    row.device = query.text(9);
    return row;
}

}  // namespace ledger_bridge::floor
