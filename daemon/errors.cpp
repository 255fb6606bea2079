#include "daemon/errors.hpp"

#include <array>

#include <fmt/format.h>

namespace ledger_bridge::daemon {

namespace {

constexpr ErrorRow row(Errc code,
                       std::string_view id,
                       std::string_view sentence,
                       std::string_view advice) {
    return {static_cast<int>(code), id, sentence, advice};
}

constexpr std::array kRows{
    row(Errc::unknown_key,
        "unknown_key",
        "this key is not served here",
        "use the address that 'ledgerctl status' shows, or authorise the key with setup-ledger"),
    row(Errc::no_device_yet,
        "no_device_yet",
        "no Ledger has been identified since the start",
        "plug it in, unlock it and open the Tezos Baking app"),
    row(Errc::magic_byte,
        "magic_byte",
        "this kind of message is not signed here",
        "add its magic byte to magic-bytes if it is meant to be"),
    row(Errc::kind_refused,
        "kind_refused",
        "of manager operations at most a reveal of the key, alone, is signed over the network",
        "register as a delegate with 'ledgerctl delegate' on the signer's machine; send other "
        "operations with a key that is not on this Ledger, or from a wallet"),
    row(Errc::reveal_unsafe,
        "reveal_unsafe",
        "a Ledger that is set up for any chain forgets the round of its watermark when it signs a "
        "reveal or a delegation",
        "set it up for one chain with setup-ledger, then ask again"),
    row(Errc::chain_refused,
        "chain_refused",
        "this chain is not served",
        "name it with the option chain if it is meant to be"),
    row(Errc::tz4_refused,
        "tz4_refused",
        "tz4 keys cannot sign with the Baking app",
        "bake with a tz1, tz2 or tz3 key"),
    row(Errc::page_refused,
        "page_refused",
        "a page in a web browser asks for a signature, and none is given to pages",
        "find out which page asks, and close it; a program of yours sends neither Origin nor "
        "Sec-Fetch-Site"),
    // Octez's words: the next two sentences are matched by scripts.
    row(Errc::known_keys_off,
        "known_keys_off",
        "List known keys request not allowed",
        "start with allow-list-known-keys if it is meant to be"),
    row(Errc::possession_off,
        "possession_off",
        "Request to prove possession is not allowed",
        "nothing can be done here: the Baking app has no proof of possession"),
    row(Errc::nonces_off,
        "nonces_off",
        "deterministic nonces are not given",
        "let the baker use random nonces, as it does by default, or start with "
        "deterministic-nonces"),
    row(Errc::policy_client,
        "policy_client",
        "no policy of this key is for this client",
        "name the client in a policy table of the key if it is meant to ask"),
    row(Errc::policy_kind,
        "policy_kind",
        "no policy of this key gives this client this kind of message",
        "name the kind in a policy table for this key and client if it is meant to be signed"),
    row(Errc::policy_chain,
        "policy_chain",
        "no policy of this key gives this client this kind of message on this chain",
        "name the chain in a policy table for this key and client if it is meant to be served"),
    // Octez's words, which scripts match.
    row(Errc::authentication_missing,
        "authentication_missing",
        "missing authentication signature field",
        "give the client a key whose public key is in the authorized-keys file"),
    row(Errc::authentication_invalid,
        "authentication_invalid",
        "invalid authentication signature",
        "put the client's public key into the authorized-keys file, or use the key that is there"),
    row(Errc::bad_body,
        "bad_body",
        "the body is not a JSON string of hexadecimal digits",
        "send the bytes to sign as \"127a06…\" with the quotes"),
    row(Errc::bad_request,
        "bad_request",
        "the request is not understood",
        "compare its address and headers with the HTTP API in the README"),
    row(Errc::no_such_path,
        "no_such_path",
        "there is nothing at this path",
        "compare it with the HTTP API in the README"),
    row(Errc::method_refused,
        "method_refused",
        "this path does not take this method",
        "use a method that the Allow header names"),
    row(Errc::method_unknown,
        "method_unknown",
        "this method is not implemented",
        "use GET or POST"),
    row(Errc::body_too_large,
        "body_too_large",
        "the body is larger than body-limit",
        "send only the bytes to sign; a block header has 234"),
    row(Errc::header_too_large,
        "header_too_large",
        "the header is larger than header-limit",
        "send fewer or shorter header lines, or raise header-limit"),
    row(Errc::request_timeout,
        "request_timeout",
        "the request did not arrive in time",
        "look at the network between the baker and this machine"),
    row(Errc::too_many_connections,
        "too_many_connections",
        "too many connections are open",
        "close some, or raise connection-limit, or client-connection-limit when they are of one "
        "client"),
    row(Errc::device_absent,
        "device_absent",
        "no Ledger is connected",
        "plug it in, unlock it and open the Tezos Baking app"),
    row(Errc::opening, "opening", "the Ledger is being opened", "ask again in a moment"),
    row(Errc::identifying,
        "identifying",
        "the Ledger has not said yet which key it holds",
        "ask again in a moment; if it lasts, answer the question on the device's screen"),
    row(Errc::wrong_app,
        "wrong_app",
        "the Ledger does not have the Tezos Baking app open",
        "open the Tezos Baking app on the device"),
    row(Errc::locked, "locked", "the Ledger is locked", "enter the PIN on the device"),
    row(Errc::unauthorised,
        "unauthorised",
        "no key is authorised for baking on the Ledger",
        "run setup-ledger"),
    row(Errc::prompting,
        "prompting",
        "a question is open on the Ledger's screen",
        "answer it on the device"),
    row(Errc::session_lost,
        "session_lost",
        "the connection to the Ledger was lost",
        "check its cable; the daemon reconnects by itself"),
    row(Errc::app_crashed,
        "app_crashed",
        "the app on the Ledger does not work",
        "unplug the Ledger, plug it in and open the Tezos Baking app again"),
    row(Errc::foreign_reports,
        "foreign_reports",
        "another program uses the Ledger at the same time, which makes signatures late",
        "close it (Ledger Live, a wallet in a browser), or keep it off with usb-backend libusb"),
    row(Errc::queue_full,
        "queue_full",
        "too many requests are waiting for the Ledger",
        "find out who asks so often, or raise queue-limit"),
    row(Errc::client_queue_full,
        "client_queue_full",
        "too many requests of this client are waiting for the Ledger",
        "find out why it asks so often, or raise client-queue-limit when many bakers come through "
        "it"),
    row(Errc::deadline_passed,
        "deadline_passed",
        "there was no signature within sign-deadline",
        "look at 'ledgerctl status'; the same bytes asked again get a signature that came late"),
    row(Errc::store_not_ready,
        "store_not_ready",
        "the watermark store cannot be written",
        "look at the disk of the state directory"),
    row(Errc::signature_lost,
        "signature_lost",
        "the Ledger refuses this message, which was sent to it before: it may have signed it, but "
        "the "
        "signature was lost on the way",
        "nothing to do: this one signature cannot be made again, the next will be"),
    row(Errc::wrong_signature,
        "wrong_signature",
        "the Ledger's signature does not fit its public key; it was destroyed",
        "reconnect the device; if it happens again, report it"),
    row(Errc::stopping, "stopping", "the daemon is stopping", "ask again when it has started"),
    row(Errc::bad_option, "bad_option", "wrong option", "see ledger-bridged --help"),
    row(Errc::restart_needed,
        "restart_needed",
        "options that are read at the start alone were changed",
        "restart to take everything as it is now, or change them back and reload"),
    row(Errc::bad_authorized_keys,
        "bad_authorized_keys",
        "the file of authorized keys cannot be used",
        "write one public key a line into it (edpk…, sppk…, p2pk…), or copy octez-signer's"),
    row(Errc::tls_file,
        "tls_file",
        "a file of tls-certificate, tls-key or tls-client-ca cannot be used",
        "check its path, that the daemon's user may read it, and that it is PEM"),
    row(Errc::tls_key_open,
        "tls_key_open",
        "the TLS key is open to every user of this machine",
        "give it to the daemon's user or group, and take the others' rights: chmod o= FILE"),
    row(Errc::tls_key_encrypted,
        "tls_key_encrypted",
        "the TLS key is encrypted, and nobody is there to type its passphrase",
        "write it without one: openssl pkey -in OLD -out NEW"),
    row(Errc::tls_pair,
        "tls_pair",
        "the TLS key does not belong to the certificate",
        "give the two of one pair; after a renewal both are new, or neither"),
    row(Errc::listen_failed,
        "listen_failed",
        "cannot listen",
        "stop the program that has this port or path, or choose another"),
    row(Errc::handed_socket,
        "handed_socket",
        "a socket that the service manager handed over cannot be used",
        "name it http, https, tcp or unix with FileDescriptorName=, unix once, and let it listen "
        "with ListenStream= at an address, or for unix at a path"),
    row(Errc::internal,
        "internal",
        "an error in this program",
        "please report it with the log of this moment"),
};

const ErrorCategory& category() {
    static const ErrorCategory instance{"daemon", kRows};
    return instance;
}

}  // namespace

error_code make_error_code(Errc code) {
    return {static_cast<int>(code), category()};
}

std::span<const ErrorRow> error_rows() {
    return kRows;
}

Error unknown_key_error(std::string_view key_hash) {
    return fail(Errc::unknown_key, fmt::format("no keys for the source contract {}", key_hash));
}

Error magic_byte_error(std::uint8_t magic_byte) {
    return fail(Errc::magic_byte, fmt::format("magic byte 0x{:02x} not allowed", magic_byte));
}

}  // namespace ledger_bridge::daemon
