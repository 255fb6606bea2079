// What can go wrong in the daemon itself, above the device, the app's language and the floor.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

enum class Errc {
    // A request that is answered with a refusal.
    unknown_key = 1,
    no_device_yet,
    magic_byte,
    kind_refused,
    reveal_unsafe,
    chain_refused,
    tz4_refused,
    page_refused,
    known_keys_off,
    possession_off,
    nonces_off,
    policy_client,
    policy_kind,
    policy_chain,
    authentication_missing,
    authentication_invalid,
    // A request that is not understood.
    bad_body,
    bad_request,
    no_such_path,
    method_refused,
    method_unknown,
    body_too_large,
    header_too_large,
    request_timeout,
    too_many_connections,
    // The state of the device's session.
    device_absent,
    opening,
    identifying,
    wrong_app,
    locked,
    unauthorised,
    prompting,
    session_lost,
    app_crashed,
    foreign_reports,
    // The signing path.
    queue_full,
    client_queue_full,
    deadline_passed,
    store_not_ready,
    signature_lost,
    wrong_signature,
    stopping,
    // Starting up.
    bad_option,
    restart_needed,
    bad_authorized_keys,
    tls_file,
    tls_key_open,
    tls_key_encrypted,
    tls_pair,
    listen_failed,
    handed_socket,
    // A bug.
    internal,
};

error_code make_error_code(Errc code);

// Every code above, in order, with its sentence and cure.
std::span<const ErrorRow> error_rows();

// The refusals whose first words scripts match; the words are those of octez-signer.

// `key_hash` as it stood in the request: "no keys for the source contract tz1…".
Error unknown_key_error(std::string_view key_hash);
// "magic byte 0x04 not allowed".
Error magic_byte_error(std::uint8_t magic_byte);

}  // namespace ledger_bridge::daemon
