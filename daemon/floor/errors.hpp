// Everything that can be wrong with a message, a watermark or the state on disk.
#pragma once

#include "driver/base/errors.hpp"

namespace ledger_bridge::floor {

enum class Errc {
    bad_message = 1,      // not a block, preattestation or attestation; the field is named
    tz4_message,          // well known, but the form for tz4 keys, which no Ledger can sign
    level_out_of_range,   // 0x40000000 or more: the device would refuse it and the mark would stay
    below_watermark,      // level below a mark of the host
    not_above_watermark,  // same level, round not above a mark of the host
    different_data,       // same level and round as the host's mark, other bytes
    device_watermark,     // the device is known to refuse it
    level_jump,           // absurdly far above what was signed last
    commit_conflict,      // the store holds a mark that forbids this one
    store_unavailable,    // read-only, input/output error, busy, taken away
    store_full,           // no room on the disk, or in what its user may have of it
    store_damaged,        // the state file is not what this program wrote
    store_newer,          // written by a later release
    store_locked,         // another process uses the state directory
    bad_state_directory,  // cannot be created, written or is no directory
    no_state_directory,   // none exists and this program must not create one
    state_missing,        // a marker says that there was state, and there is none
    state_foreign,        // of another floor than the one last used here
    state_older,          // an older copy, or the log lost its end
    state_of_other_machine,
    marker_damaged,          // cannot be read as one
    marker_unavailable,      // cannot be read or written at all
    first_start_refused,     // --first-start although there is sound state
    nothing_to_adopt,        // --adopt-state although nothing speaks against the state
    bad_interchange,         // a file of watermarks that is not understood
    interchange_newer,       // ... because a later release wrote it
    file_unusable,           // a file of watermarks that cannot be read or written
    handed_over,             // another signer goes on from here
    nothing_since_handover,  // an import that would open what a handover closed, and knows no more
    audit_violated,          // the log shows what must never be
    bad_setup,               // a setup or reset that the floor forbids
};

const ErrorCategory& error_category();
error_code make_error_code(Errc code);

}  // namespace ledger_bridge::floor
