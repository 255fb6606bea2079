// Every statement that the store runs, prepared once. Internal to this folder.
#pragma once

#include "daemon/floor/sqlite.hpp"
#include "daemon/floor/store_seal.hpp"

namespace ledger_bridge::floor {

struct StoreStatements {
    Statement write_mark;
    Statement read_mark;
    Statement read_marks;
    Statement write_device;
    Statement read_devices;
    Statement write_adopted;
    Statement end_adopted;
    Statement read_adopted;
    Statement count_write;
    Statement read_fact;
    Statement write_fact;
    Statement end_fact;
    Statement write_audit;
    Statement prune_audit;
    SealStatements seal;
};

// Errors: those of Database::prepare().
Result<StoreStatements> prepare_statements(Database& database);

}  // namespace ledger_bridge::floor
