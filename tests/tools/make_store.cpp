// make_store DIR [ADDRESS CHAIN LEVEL]...: a state directory as a daemon leaves it, with an
// attestation signed at each given level, whatever a device has said of that level since.
#include <iostream>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/floor/state_directory.hpp"
#include "tests/floor/store_writes.hpp"

using namespace ledger_bridge;

namespace {

Result<void> add(floor::WatermarkStore& store, char** words) {
    const auto key = apdu::parse_key_hash(words[0]);
    const auto chain = apdu::parse_chain_id(words[1]);
    const auto level = apdu::parse_level(words[2]);
    if (!key || !chain) {
        return key ? chain.error() : key.error();
    }
    if (!level) {
        return level.error();
    }
    const floor::SignedMark mark{{*level, {}}, {}, std::nullopt, {}};
    return floor::test::write_marks(store, {{{*key, *chain, floor::Kind::attestation}, mark}});
}

Result<void> make(int count, char** words) {
    const auto directory = floor::StateDirectory::create(words[1]);
    if (!directory) {
        return directory.error();
    }
    const auto store = floor::open_sqlite_store(directory->path());
    if (!store) {
        return store.error();
    }
    for (int at = 2; at + 2 < count; at += 3) {
        const auto added = add(**store, words + at);
        if (!added) {
            return added.error();
        }
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const auto made = argc < 2 ? fail(floor::Errc::no_state_directory) : make(argc, argv);
    if (!made) {
        std::cerr << made.error().text() << '\n';
        return 1;
    }
    return 0;
}
