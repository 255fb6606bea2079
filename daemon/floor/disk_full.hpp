// Whether something failed for want of space. Internal to this folder.
#pragma once

#include <cerrno>

#include "daemon/floor/errors.hpp"
#include "driver/base/errors.hpp"

namespace ledger_bridge::floor {

// Of an errno.
inline bool means_full(int number) {
    return number == ENOSPC || number == EDQUOT;
}

inline bool is_full(const Error& error) {
    return error.code == make_error_code(Errc::store_full);
}

}  // namespace ledger_bridge::floor
