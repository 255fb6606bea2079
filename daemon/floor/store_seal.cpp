#include "daemon/floor/store_seal.hpp"

#include <algorithm>
#include <utility>

#include "apdu/digest.hpp"
#include "daemon/floor/errors.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::floor {

namespace {

Result<apdu::Digest> seal_of_rows(const Statement& read_checksums) {
    Query query(read_checksums);
    Bytes all;
    for (;;) {
        const auto row = query.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return apdu::blake2b_256(all);
        }
        const auto checksum = query.blob(0);
        all.insert(all.end(), checksum.begin(), checksum.end());
    }
}

Result<Bytes> stored_seal(const Statement& read_seal) {
    Query query(read_seal);
    const auto row = query.step();
    if (!row) {
        return row.error();
    }
    return *row ? query.blob(0) : Bytes();
}

}  // namespace

Result<SealStatements> prepare_seal(Database& database) {
    auto checksums = database.prepare(kReadChecksums);
    auto read = database.prepare(kReadSeal);
    auto write = database.prepare(kWriteSeal);
    for (const auto* prepared : {&checksums, &read, &write}) {
        if (!*prepared) {
            return prepared->error();
        }
    }
    return SealStatements{*std::move(checksums), *std::move(read), *std::move(write)};
}

Result<void> check_seal(const SealStatements& statements) {
    const auto found = seal_of_rows(statements.read_checksums);
    if (!found) {
        return found.error();
    }
    const auto stored = stored_seal(statements.read_seal);
    if (!stored) {
        return stored.error();
    }
    if (!std::equal(stored->begin(), stored->end(), found->begin(), found->end())) {
        return fail(Errc::store_damaged,
                    "rows are missing from the state, or others are in it than were written");
    }
    return {};
}

Result<void> write_seal(const SealStatements& statements) {
    const auto seal = seal_of_rows(statements.read_checksums);
    return seal ? Query(statements.write_seal).bind(1, ByteView(*seal)).run() : seal.error();
}

}  // namespace ledger_bridge::floor
