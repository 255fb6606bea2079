#include "daemon/floor/errors.hpp"

#include <array>

namespace ledger_bridge::floor {

namespace {

constexpr ErrorRow row(Errc code,
                       std::string_view id,
                       std::string_view sentence,
                       std::string_view advice) {
    return {static_cast<int>(code), id, sentence, advice};
}

constexpr std::array kRows{
    row(Errc::bad_message,
        "bad_message",
        "the bytes to sign are no block, preattestation or attestation",
        "check that the client is a baker of a protocol this release knows"),
    row(Errc::tz4_message,
        "tz4_message",
        "this is the form of a vote by a tz4 key, which a Ledger cannot sign",
        "bake with a tz1, tz2 or tz3 consensus key"),
    row(Errc::level_out_of_range,
        "level_out_of_range",
        "the level is beyond what the device accepts",
        "check the client: no chain is at this level"),
    row(Errc::below_watermark,
        "below_watermark",
        "signing this could be a double signature: its level is below the watermark",
        "nothing to do if the baker was catching up; otherwise look for a second baker"),
    row(Errc::not_above_watermark,
        "not_above_watermark",
        "signing this could be a double signature: it is not above the watermark",
        "nothing to do if the baker was catching up; otherwise look for a second baker"),
    row(Errc::different_data,
        "different_data",
        "this would be a double signature",
        "look for a second baker that uses this key"),
    row(Errc::device_watermark,
        "device_watermark",
        "the device's own watermark refuses this",
        "wait until the chain is above the mark, or lower it with reset-hwm if it is wrong"),
    row(Errc::level_jump,
        "level_jump",
        "the level is implausibly high, and would lock the device",
        "check the baker's node and the clock here; if the level is right, start the daemon once "
        "with a higher max-level-jump, or without node where it goes by that"),
    row(Errc::commit_conflict,
        "commit_conflict",
        "the store already holds a mark that forbids this one",
        "look for a second signer that uses this store"),
    row(Errc::store_unavailable,
        "store_unavailable",
        "the watermarks cannot be saved, so nothing is signed",
        "free space on the state directory's disk and check that it is writable; signing resumes "
        "by itself"),
    row(Errc::store_full,
        "store_full",
        "the disk is full, so the watermarks cannot be saved and nothing is signed",
        "free space on the disk of what is named; signing resumes by itself"),
    row(Errc::store_damaged,
        "store_damaged",
        "the saved watermarks cannot be trusted, so nothing is signed",
        "put an undamaged state directory back; or stop the bakers, run ledgerctl import "
        "--replace-damaged with the latest export, or start the daemon once with --first-start, "
        "which both keep the damaged file aside, and raise the device's mark above the last level "
        "that was signed (reset-hwm --level N)"),
    row(Errc::store_newer,
        "store_newer",
        "the saved watermarks were written by a later release",
        "run that release, or a newer one"),
    row(Errc::store_locked,
        "store_locked",
        "the state directory is in use by another process",
        "stop that process, or give this one another --state-dir and another key"),
    row(Errc::bad_state_directory,
        "bad_state_directory",
        "the state directory cannot be used",
        "correct its path, owner or permissions, or give another one with --state-dir"),
    row(Errc::no_state_directory,
        "no_state_directory",
        "there is no state directory",
        "start the daemon once, or give its directory with --state-dir"),
    row(Errc::state_missing,
        "state_missing",
        "the watermarks of an earlier start are gone, so nothing is signed",
        "put the state directory back (is its disk mounted?); or stop the bakers, run ledgerctl "
        "import with the latest export, or start the daemon once with --first-start, and raise the "
        "device's mark above the last level that was signed (reset-hwm --level N)"),
    row(Errc::state_foreign,
        "state_foreign",
        "the watermarks are not the ones that were last used here, so nothing is signed",
        "put the right state directory back; or, if this one knows everything that was signed, "
        "start the daemon once with --adopt-state"),
    row(Errc::state_older,
        "state_older",
        "the watermarks are older than when they were last used, so nothing is signed",
        "put the latest state directory back; or stop the bakers, start the daemon once with "
        "--adopt-state, and raise the device's mark above the last level that was signed "
        "(reset-hwm --level N)"),
    row(Errc::state_of_other_machine,
        "state_of_other_machine",
        "the watermarks were copied from another machine, which may still sign with its own",
        "sign on that machine; or, if it will never sign again, start the daemon once with "
        "--adopt-state"),
    row(Errc::marker_damaged,
        "marker_damaged",
        "the marker of the last start is damaged, so the watermarks cannot be trusted",
        "make sure that the state directory is the latest one, then start the daemon once with "
        "--adopt-state"),
    row(Errc::marker_unavailable,
        "marker_unavailable",
        "the marker beside the state directory, by which lost state is noticed, cannot be used",
        "create the directory that is named and give it to the user of the daemon"),
    row(Errc::first_start_refused,
        "first_start_refused",
        "--first-start is only for when the watermarks are gone or damaged",
        "start without it"),
    row(Errc::nothing_to_adopt,
        "nothing_to_adopt",
        "--adopt-state is only for state that was refused",
        "start without it"),
    row(Errc::bad_interchange,
        "bad_interchange",
        "the file of watermarks is not understood, so nothing was changed",
        "correct what is named, or export it anew"),
    row(Errc::interchange_newer,
        "interchange_newer",
        "the file of watermarks was written by a later release, so nothing was changed",
        "use that release, or a newer one"),
    row(Errc::file_unusable,
        "file_unusable",
        "the file of watermarks cannot be read or written, so nothing was changed",
        "check its path and permissions, and that the disk has room"),
    row(Errc::handed_over,
        "handed_over",
        "the watermarks were handed over to another signer, so nothing is signed here",
        "sign there; or, when that one has stopped for good, run ledgerctl import here with its "
        "export"),
    row(Errc::nothing_since_handover,
        "nothing_since_handover",
        "this says nothing of what the other signer did since the handover, so nothing was changed",
        "import the export of that signer, made after it stopped for good; or, if it never signed, "
        "run ledgerctl import --take-back with the file of the handover"),
    row(Errc::audit_violated,
        "audit_violated",
        "the log shows signatures that must not be, or was altered",
        "stop the bakers, keep the state directory, and find out from the rows that are shown"),
    row(Errc::bad_setup,
        "bad_setup",
        "the device must not be set up like this",
        "choose a level above everything that was signed"),
};

}  // namespace

const ErrorCategory& error_category() {
    static const ErrorCategory category("floor", kRows);
    return category;
}

error_code make_error_code(Errc code) {
    return {static_cast<int>(code), error_category()};
}

}  // namespace ledger_bridge::floor
