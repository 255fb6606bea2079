#include "daemon/floor/store_statements.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

#include "daemon/floor/store_rows.hpp"

namespace ledger_bridge::floor {

namespace {

constexpr std::string_view kCountWrite =
    "UPDATE pulse SET count = count + 1 WHERE id = 0 RETURNING count";
constexpr std::string_view kReadFact = "SELECT value FROM meta WHERE name = ?";
constexpr std::string_view kEndFact = "DELETE FROM meta WHERE name = ?";
constexpr std::string_view kWriteFact = "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)";

}  // namespace

Result<StoreStatements> prepare_statements(Database& database) {
    StoreStatements all;
    const std::initializer_list<std::pair<Statement*, std::string_view>> list{
        {&all.write_mark, kWriteMark},
        {&all.read_mark, kReadMark},
        {&all.read_marks, kReadMarks},
        {&all.write_device, kWriteDevice},
        {&all.read_devices, kReadDevices},
        {&all.write_adopted, kWriteAdopted},
        {&all.end_adopted, kEndAdopted},
        {&all.read_adopted, kReadAdopted},
        {&all.count_write, kCountWrite},
        {&all.read_fact, kReadFact},
        {&all.write_fact, kWriteFact},
        {&all.end_fact, kEndFact},
        {&all.write_audit, kWriteAudit},
        {&all.prune_audit, kPruneAudit}};
    for (const auto& [statement, sql] : list) {
        auto prepared = database.prepare(sql);
        if (!prepared) {
            return prepared.error();
        }
        *statement = *std::move(prepared);
    }
    auto seal = prepare_seal(database);
    if (!seal) {
        return seal.error();
    }
    all.seal = *std::move(seal);
    return all;
}

}  // namespace ledger_bridge::floor
