// Every instruction of the Baking app, as pure functions: a request's bytes, an answer's meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apdu/command.hpp"
#include "apdu/curve.hpp"
#include "apdu/derivation_path.hpp"
#include "apdu/digest.hpp"
#include "apdu/errors.hpp"
#include "apdu/keys.hpp"
#include "apdu/signature.hpp"
#include "apdu/types.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// The app refuses more data than this in one APDU, whatever the instruction.
inline constexpr std::size_t kMaxDataSize = 235;

// The app that is open: "Tezos Baking" "2.5.1", "Tezos Wallet (XTZ)", "BOLOS" (the dashboard).
struct AppInfo {
    std::string name;
    std::string version;
    bool operator==(const AppInfo&) const = default;
};

struct Version {
    std::uint8_t app_class = 0;  // 1 = Baking, 0 = Wallet
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
    std::uint8_t patch = 0;
    bool operator==(const Version&) const = default;

    // "2.5.1".
    [[nodiscard]] std::string text() const;
};

// The device's watermark as far as it can be seen; two flags of it cannot.
struct Mark {
    Level level;
    Round round;
    auto operator<=>(const Mark&) const = default;
};

struct DeviceMarks {
    Mark main;      // for `chain`; for every chain when that is unspecified
    Mark test;      // for all other chains together
    ChainId chain;  // as given to SETUP
    bool operator==(const DeviceMarks&) const = default;
};

struct AuthorizedKey {
    Curve curve = Curve::ed25519;
    DerivationPath path;
    bool operator==(const AuthorizedKey&) const = default;
};

struct SetupRequest {
    ChainId chain;
    Level main_level;
    Level test_level;
    Curve curve = Curve::ed25519;
    DerivationPath path;
};

// What SIGN_WITH_HASH gives: the digest is the device's word, not yet compared.
struct DeviceSignature {
    Signature signature;
    Digest digest{};
    bool operator==(const DeviceSignature&) const = default;
};

// Requests ------------------------------------------------------------------------------------
// Those that take a text or bytes of any length fail with message_too_long above kMaxDataSize.

Command get_app_info();                               // B0 01, any app
Command quit_app();                                   // B0 A7, back to the dashboard
Result<Command> open_app(std::string_view name);      // E0 D8, on the dashboard; prompts
Command version();                                    // 00
Command authorize_baking(const AuthorizedKey& key);   // 01; prompts
Command authorize_baking_again(Curve curve);          // 01 for the key already authorised; prompts
Command get_public_key(const AuthorizedKey& key);     // 02
Command prompt_public_key(const AuthorizedKey& key);  // 03; prompts
Command select_key(const AuthorizedKey& key);         // 0f P1=00: the path packet
Result<Command> sign_with_hash(ByteView message);     // 0f P1=81: the one message packet
Command reset(Level level);                           // 06; prompts
Command query_auth_key();                             // 07
Command query_main_hwm();                             // 08
Command git();                                        // 09
Command setup(const SetupRequest& request);           // 0a; prompts
Command query_all_hwm();                              // 0b
Command deauthorize();                                // 0c; does not prompt
Command query_auth_key_with_curve();                  // 0d
Result<Command> hmac(const AuthorizedKey& key, ByteView message);  // 0e

// Answers -------------------------------------------------------------------------------------
// Of data without the status word, which was 9000. Every byte must fit: all fail with
// malformed_answer for anything shorter, longer or otherwise different from the shape.

// 01, length (1) name, length (1) version, length (1) flags; the flags are not used
Result<AppInfo> decode_app_info(ByteView data);
// class (1) major (1) minor (1) patch (1)
Result<Version> decode_version(ByteView data);
// printable ASCII, NUL
Result<std::string> decode_git(ByteView data);
// length (1) key, as in keys.hpp; also bad_key
Result<PublicKey> decode_public_key(Curve curve, ByteView data);
// path; one byte 00 = no key
Result<std::optional<DerivationPath>> decode_auth_key(ByteView data);
// curve (1) path; 00 00 = no key (release 2.5.1); also bad_curve for a tz4 key
Result<std::optional<AuthorizedKey>> decode_auth_key_with_curve(ByteView data);
// level (4) round (4)
Result<Mark> decode_main_hwm(ByteView data);
// main level (4) main round (4) test level (4) test round (4) chain id (4)
Result<DeviceMarks> decode_all_hwm(ByteView data);
// digest (32) signature, as in signature.hpp; also bad_signature
Result<DeviceSignature> decode_signature_with_hash(Curve curve, ByteView data);
// 32 bytes
Result<Digest> decode_hmac(ByteView data);
// nothing
Result<void> decode_empty(ByteView data);

}  // namespace ledger_bridge::apdu
