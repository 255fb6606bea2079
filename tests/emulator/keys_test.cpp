// Derivation and signatures against published vectors; the recordings cover the rest.
#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"
#include "tools/emulator/keys/base58.hpp"
#include "tools/emulator/keys/derivation.hpp"
#include "tools/emulator/keys/nonce.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint32_t h(std::uint32_t index) {
    return kHardened | index;
}

using Components = std::vector<std::uint32_t>;

SecretKey secret_of(std::string_view hex) {
    SecretKey secret{};
    const auto bytes = bytes_of(hex);
    std::copy(bytes.begin(), bytes.end(), secret.begin());
    return secret;
}

std::string ed25519(std::string_view seed, const Components& path) {
    return to_hex(slip10_ed25519(bytes_of(seed), path).value().secret);
}

std::string p256(std::string_view seed, const Components& path) {
    const auto key = as_bytes("Nist256p1 seed");
    return to_hex(slip10_ecdsa(p256_curve(), key, bytes_of(seed), path).secret);
}

std::string secp256k1(std::string_view seed, const Components& path) {
    const auto key = as_bytes("Bitcoin seed");
    return to_hex(slip10_ecdsa(secp256k1_curve(), key, bytes_of(seed), path).secret);
}

constexpr std::string_view kSeed1 = "000102030405060708090a0b0c0d0e0f";

}  // namespace

// SLIP-0010, test vector 1 for ed25519.
TEST(Slip10, DerivesEd25519) {
    EXPECT_EQ(ed25519(kSeed1, {}),
              "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7");
    EXPECT_EQ(ed25519(kSeed1, {h(0)}),
              "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3");
    EXPECT_EQ(ed25519(kSeed1, {h(0), h(1)}),
              "b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2");
}

TEST(Slip10, HasNoEd25519KeyBelowAComponentThatIsNotHardened) {
    EXPECT_FALSE(slip10_ed25519(bytes_of(kSeed1), Components{h(0), 1}));
    EXPECT_FALSE(slip10_ed25519(bytes_of(kSeed1), Components{0}));
}

// SLIP-0010, test vector 1 for nist256p1.
TEST(Slip10, DerivesP256) {
    EXPECT_EQ(p256(kSeed1, {}), "612091aaa12e22dd2abef664f8a01a82cae99ad7441b7ef8110424915c268bc2");
    EXPECT_EQ(p256(kSeed1, {h(0)}),
              "6939694369114c67917a182c59ddb8cafc3004e63ca5d3b84403ba8613debc0c");
    EXPECT_EQ(p256(kSeed1, {h(0), 1}),
              "284e9d38d07d21e4e281b645089a94f4cf5a5a81369acf151a1c3a57f18b2129");
}

// SLIP-0010, the vectors in which a hash is not below the order.
TEST(Slip10, RetriesWhenAHashIsNoP256Secret) {
    EXPECT_EQ(p256(kSeed1, {h(28578), 33941}),
              "092154eed4af83e078ff9b84322015aefe5769e31270f62c3f66c33888335f3a");
    EXPECT_EQ(p256("a7305bc8df8d0951f0cb224c0e95d7707cbdf2c6ce7e8d481fec69c7ff5e9446", {}),
              "3b8c18469a4634517d6d0b65448f8e6c62091b45540a1743c5846be55d47d88f");
}

// BIP-32, test vector 1.
TEST(Bip32, DerivesSecp256k1) {
    EXPECT_EQ(secp256k1(kSeed1, {}),
              "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35");
    EXPECT_EQ(secp256k1(kSeed1, {h(0)}),
              "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea");
    EXPECT_EQ(secp256k1(kSeed1, {h(0), 1}),
              "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368");
    EXPECT_EQ(secp256k1(kSeed1, {h(0), 1, h(2)}),
              "cbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff59fa424dca");
}

// RFC 6979, A.2.5, SHA-256, message "sample".
TEST(P256, TakesItsNoncesFromRfc6979) {
    const auto secret =
        secret_of("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    NonceSequence nonces(secret, sha256(as_bytes("sample")));
    EXPECT_EQ(to_hex(nonces.next()),
              "a6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60");
    const auto signature = to_hex(p256_curve().sign(secret, sha256(as_bytes("sample"))).der);
    EXPECT_NE(signature.find("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"),
              std::string::npos);
    // s of the RFC is above n / 2; this is n - s.
    EXPECT_NE(signature.find("0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"),
              std::string::npos);
}

TEST(Seed, IgnoresHowWordsAreSpaced) {
    const auto spaced = "  " + std::string(kDefaultMnemonic) + "\n";
    EXPECT_EQ(seed_from_mnemonic(spaced).value(), seed_from_mnemonic(kDefaultMnemonic).value());
}

TEST(Seed, RefusesWhatIsNoPhrase) {
    EXPECT_FALSE(seed_from_mnemonic(""));
    EXPECT_FALSE(seed_from_mnemonic("glory promote mansion"));
    EXPECT_FALSE(seed_from_mnemonic(std::string(kDefaultMnemonic) + " skin"));
    const std::string capital = "G" + std::string(kDefaultMnemonic).substr(1);
    EXPECT_FALSE(seed_from_mnemonic(capital));
}

// Addresses of the recordings' seed at 44h/1729h/0h/0h.
TEST(KeyPair, HasTheAddressesOfTheTrialSeed) {
    EXPECT_EQ(trial_key(Curve::ed25519)->address(), "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    EXPECT_EQ(trial_key(Curve::secp256k1)->address(),
              "tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe7"
              "7o");
    EXPECT_EQ(trial_key(Curve::p256)->address(), "tz3Y2TkhTYG6MfPsijGfHFqBYrLCfwYb6HRB");
    EXPECT_EQ(trial_key(Curve::bip32_ed25519)->address(), "tz1N4GQ8gYgMdq6gUsja783KJButHUHn5K7z");
}

TEST(KeyPair, CarriesTheParityOfRInTheFirstByteOfEcdsaSignatures) {
    for (const auto curve : {Curve::secp256k1, Curve::p256}) {
        int odd = 0;
        for (std::uint8_t i = 0; i < 40; ++i) {
            const auto signature = trial_key(curve)->sign(blake2b_256(Bytes{i}));
            EXPECT_EQ(signature.front() & 0xfeU, 0x30U);
            odd += signature.front() & 1;
        }
        EXPECT_GT(odd, 0);
        EXPECT_LT(odd, 40);
    }
}

TEST(KeyRing, GivesTheSameKeyAgainAndNoneForAnUnusablePath) {
    const auto path = default_path();
    EXPECT_EQ(trial_keys().find(Curve::p256, path), trial_keys().find(Curve::p256, path));
    EXPECT_FALSE(trial_keys().find(Curve::p256, Path{}));
    EXPECT_FALSE(trial_keys().find(Curve::p256, Path{11, {}}));
    EXPECT_FALSE(trial_keys().find(Curve::ed25519, Path{1, {44}}));
}

// Found by encoding by hand: leading zero bytes become 1s, whatever the checksum.
TEST(Base58, WritesChainIds) {
    EXPECT_EQ(base58check(bytes_of("5752007a06a770")), "NetXdQprcVkpaWU");
    EXPECT_EQ(base58check(bytes_of("575200af1864d9")), "NetXnHfVqm9iesp");
    EXPECT_EQ(base58check(bytes_of("0000")).substr(0, 2), "11");
}

}  // namespace ledger_bridge::emulator
