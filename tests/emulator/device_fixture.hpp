// The pure device with the shorthand that all tests of the emulator share: commands and messages
// in, answers as text out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "driver/base/bytes.hpp"
#include "tools/emulator/app/device.hpp"
#include "tools/emulator/keys/key_ring.hpp"

namespace ledger_bridge::emulator {

inline constexpr std::uint32_t kMainnet = 0x7a06a770;
inline constexpr std::uint32_t kGhostnet = 0xaf1864d9;

inline constexpr std::string_view kPath = "048000002c800006c18000000080000000";       // .../0h/0h
inline constexpr std::string_view kOtherPath = "048000002c800006c18000000080000001";  // .../0h/1h

// The keys of the recordings' seed, shared by all tests of a program.
KeyRing& trial_keys();
Path default_path();
std::shared_ptr<const KeyPair> trial_key(Curve curve);

Bytes bytes_of(std::string_view hex);

Bytes command(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, ByteView data = {});
Bytes command(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, std::string_view hex);

Bytes block(std::uint32_t chain, std::uint32_t level, std::uint32_t round);
Bytes preattestation(std::uint32_t chain, std::uint32_t level, std::uint32_t round);
Bytes attestation(std::uint32_t chain, std::uint32_t level, std::uint32_t round);

// Manager operations as a wallet forges them, with the source and key of `key`.
Bytes reveal(const KeyPair& key, std::uint8_t fee = 100);
Bytes delegation(const KeyPair& source, const KeyHash& delegate, std::uint8_t fee = 100);
Bytes withdrawal(const KeyPair& source);
// Magic byte and branch before the operations.
Bytes group(ByteView operations);

class TestDevice {
public:
    explicit TestDevice(Confirm confirm = Confirm::accept, Release release = Release::v2_5_1)
        : device(trial_keys(), {release, confirm, {}}) {}

    // The answer as hex with the status word set off: "0102 9000", "6a80"; "silence" without one.
    std::string send(const Bytes& bytes);
    // Only the status word, or "silence".
    std::string status(const Bytes& bytes);

    // SETUP for the default path; the status word.
    std::string setup(std::uint32_t chain,
                      std::uint32_t main,
                      std::uint32_t test = 0,
                      std::string_view path = kPath,
                      std::uint8_t curve = 0);
    std::string select(std::string_view path = kPath, std::uint8_t curve = 0);
    // P1=81, the message packet alone.
    std::string sign(const Bytes& message);
    // Main level and round, test level and round: "101 2 0 0".
    std::string marks();

    Device device;
};

}  // namespace ledger_bridge::emulator
