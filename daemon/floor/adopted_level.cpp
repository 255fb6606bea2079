#include "daemon/floor/adopted_level.hpp"

namespace ledger_bridge::floor {

bool ChainScope::covers(const apdu::ChainId& one) const {
    switch (kind) {
        case Kind::only:
            return one == chain;
        case Kind::all_but:
            return one != chain;
        case Kind::all:
            break;
    }
    return true;
}

bool ChainScope::includes(const ChainScope& other) const {
    return kind == Kind::all || *this == other ||
           (kind == Kind::all_but && other.kind == Kind::only && other.chain != chain);
}

bool ChainScope::meets(const ChainScope& other) const {
    const bool both_leave_one_out = kind == Kind::all_but && other.kind == Kind::all_but;
    return both_leave_one_out || includes(other) || other.includes(*this);
}

std::string ChainScope::text() const {
    switch (kind) {
        case Kind::only:
            return apdu::chain_display_name(chain) + " alone";
        case Kind::all_but:
            return "every chain but " + apdu::chain_display_name(chain);
        case Kind::all:
            break;
    }
    return "every chain";
}

ChainScope main_scope(const apdu::ChainId& chain) {
    return chain.unspecified() ? ChainScope{} : ChainScope{ChainScope::Kind::only, chain};
}

std::optional<ChainScope> test_scope(const apdu::ChainId& chain) {
    return chain.unspecified() ? std::nullopt
                               : std::optional(ChainScope{ChainScope::Kind::all_but, chain});
}

const apdu::Mark& covering_mark(const apdu::DeviceMarks& marks, const apdu::ChainId& chain) {
    return main_scope(marks.chain).covers(chain) ? marks.main : marks.test;
}

bool AdoptedLevel::operator==(const AdoptedLevel& other) const {
    const auto stored = [](const AdoptedLevel& row) {
        return std::tie(row.device, row.key, row.scope, row.level, row.origin, row.time);
    };
    return stored(*this) == stored(other);
}

AdoptedKey key_of(const AdoptedLevel& level) {
    return {level.device, level.key, level.scope};
}

}  // namespace ledger_bridge::floor
