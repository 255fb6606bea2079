// Manager operations: the reader alone, then what the app does with them.
#include "tools/emulator/app/operations.hpp"

#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

namespace {

using Reading = Operations::Reading;

const KeyPair& key(Curve curve = Curve::ed25519) {
    return *trial_key(curve);
}

Operations read(ByteView operations, const KeyPair& signer = key()) {
    return parse_operations(ByteView(group(operations)).subspan(1), signer);
}

Bytes both(ByteView first, ByteView second) {
    return ByteWriter().bytes(first).bytes(second).take();
}

// A reveal whose four numbers are given as they are on the wire.
Bytes reveal_with_numbers(ByteView numbers) {
    const auto whole = reveal(key());
    const auto source = ByteView(whole).first(22);
    const auto revealed = ByteView(whole).last(33);
    return ByteWriter().bytes(source).bytes(numbers).bytes(revealed).take();
}

}  // namespace

TEST(Operations, AreCompleteAfterARevealOrADelegationOfAnyCurve) {
    for (const auto curve : {Curve::ed25519, Curve::secp256k1, Curve::p256, Curve::bip32_ed25519}) {
        const auto& signer = key(curve);
        EXPECT_EQ(read(reveal(signer), signer).reading, Reading::complete);
        const auto delegates = read(delegation(signer, signer.hash()), signer);
        EXPECT_EQ(delegates.reading, Reading::complete);
        EXPECT_TRUE(delegates.delegates_to_signer);
    }
}

TEST(Operations, MayBeManyRevealsAndOneDelegationInAnyOrder) {
    const auto one = reveal(key());
    const auto delegates = delegation(key(), key().hash());
    EXPECT_EQ(read(both(one, one)).reading, Reading::complete);
    EXPECT_EQ(read(both(one, delegates)).reading, Reading::complete);
    EXPECT_EQ(read(both(delegates, one)).reading, Reading::complete);
    EXPECT_EQ(read(both(delegates, delegates)).reading, Reading::malformed);
}

TEST(Operations, AddUpTheirFees) {
    const auto operations = both(reveal(key(), 7), delegation(key(), key().hash(), 5));
    EXPECT_EQ(read(operations).fee, 12U);
}

TEST(Operations, EndOnlyBetweenTwoOperations) {
    const auto whole = group(both(reveal(key()), delegation(key(), key().hash())));
    const auto reveal_end = 33 + reveal(key()).size();
    for (std::size_t size = 1; size <= whole.size(); ++size) {
        const auto reading =
            parse_operations(ByteView(whole).first(size).subspan(1), key()).reading;
        const auto complete = size == reveal_end || size == whole.size();
        EXPECT_EQ(reading, complete ? Reading::complete : Reading::incomplete) << size;
    }
    EXPECT_EQ(read(both(reveal(key()), Bytes{0x00, 0x00})).reading, Reading::malformed);
}

TEST(Operations, MustAllComeFromTheSigner) {
    const auto& other = key(Curve::p256);
    EXPECT_EQ(read(reveal(other)).reading, Reading::malformed);
    EXPECT_EQ(read(delegation(other, key().hash())).reading, Reading::malformed);
    auto other_key = reveal(key());
    other_key.back() ^= 1U;
    EXPECT_EQ(read(other_key).reading, Reading::malformed);
}

TEST(Operations, OfAnyOtherKindAreMalformed) {
    for (unsigned tag = 0; tag < 256; ++tag) {
        auto operation = reveal(key());
        operation[0] = static_cast<std::uint8_t>(tag);
        // A reveal read as a delegation has the kind of key for "no delegate", and trailing bytes.
        EXPECT_EQ(read(operation).reading, tag == 0x6b ? Reading::complete : Reading::malformed);
    }
}

TEST(Operations, ReadNumbersBelowTwoToThe64) {
    const auto ones = Bytes{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const auto rest = Bytes{1, 1, 1};
    const auto largest = ByteWriter().bytes(ones).u8(0x01).bytes(rest).take();
    EXPECT_EQ(read(reveal_with_numbers(largest)).fee, 0xffffffffffffffffU);
    const auto too_large = ByteWriter().bytes(ones).u8(0x02).bytes(rest).take();
    EXPECT_EQ(read(reveal_with_numbers(too_large)).reading, Reading::malformed);
    const auto too_long = ByteWriter().bytes(ones).u8(0x81).u8(0x01).bytes(rest).take();
    EXPECT_EQ(read(reveal_with_numbers(too_long)).reading, Reading::malformed);
    const auto padded = ByteWriter().u8(0x85).u8(0x00).bytes(rest).take();
    EXPECT_EQ(read(reveal_with_numbers(padded)).fee, 5U);
}

TEST(Operations, KnowThreeKindsOfDelegate) {
    for (unsigned kind = 0; kind < 256; ++kind) {
        auto operation = delegation(key(), key().hash());
        operation[operation.size() - 21] = static_cast<std::uint8_t>(kind);
        const auto reading = read(operation);
        EXPECT_EQ(reading.reading, kind <= 2 ? Reading::complete : Reading::malformed);
        EXPECT_EQ(reading.delegates_to_signer, kind == 0);
    }
}

TEST(ManagerOperations, RevealOfTheAuthorisedKeyIsSignedWithoutAPrompt) {
    TestDevice device(Confirm::ask);
    device.setup(kMainnet, 100);
    static_cast<void>(device.device.accept());
    device.select();
    EXPECT_EQ(device.sign(group(reveal(key()))), "9000");
}

TEST(ManagerOperations, SelfDelegationAsksWithAddressAndFee) {
    TestDevice device(Confirm::ask);
    device.setup(kMainnet, 100);
    static_cast<void>(device.device.accept());
    device.select();
    EXPECT_EQ(device.sign(group(both(reveal(key(), 50), delegation(key(), key().hash(), 50)))),
              "silence");
    EXPECT_EQ(device.device.prompt()->prompt.screens,
              (Screens{"Review | Request",
                       "Register | as delegate?",
                       "Address | tz1RVYaHiobUKXMfJ | 47F7Rjxx5tu3LC35WS | A",
                       "Fee | 0.0001 XTZ",
                       "Reject",
                       "Accept"}));
    EXPECT_EQ(device.device.accept()->bytes.size(), 66U);
}

TEST(ManagerOperations, DelegationToAnotherAndWithdrawalAre6982) {
    TestDevice device;
    device.setup(kMainnet, 100);
    device.select();
    EXPECT_EQ(device.sign(group(delegation(key(), key(Curve::p256).hash()))), "6982");
    device.select();
    EXPECT_EQ(device.sign(group(withdrawal(key()))), "6982");
}

TEST(ManagerOperations, OfASelectedButUnauthorisedKeyAre6982) {
    TestDevice device;
    device.setup(kMainnet, 100);
    const auto& other = key(Curve::p256);
    device.select(kPath, 2);
    EXPECT_EQ(device.sign(group(reveal(other))), "6982");
    device.select(kPath, 2);
    EXPECT_EQ(device.sign(group(delegation(other, other.hash()))), "6982");
}

TEST(ManagerOperations, AnythingElseIs9405) {
    TestDevice device;
    device.setup(kMainnet, 100);
    for (const auto& message :
         {group({}), Bytes{0x03}, group(reveal(key(Curve::p256))), group(Bytes{0x6c, 0x00})}) {
        device.select();
        EXPECT_EQ(device.sign(message), "9405");
    }
}

TEST(ManagerOperations, BeginInAPacketThatIsNotTheLastWith9000) {
    TestDevice device;
    device.setup(kMainnet, 100);
    device.select();
    EXPECT_EQ(device.status(command(0x04, 0x01, 0, ByteView(group({})))), "9000");
    device.select();
    EXPECT_EQ(device.status(command(0x04, 0x01, 0, ByteView(group(Bytes{0x6c, 0x00})))), "9405");
}

TEST(ManagerOperations, NeedAKeyThatCanBeDerived) {
    TestDevice device;
    device.select("018000002c");
    device.select("010000002c");
    EXPECT_EQ(device.sign(group(reveal(key()))), "9001");
}

// The bug of both releases.
TEST(ManagerOperations, ZeroTheRoundOfTheTestMark) {
    TestDevice device;
    device.setup(kMainnet, 100, 100);
    device.select();
    EXPECT_EQ(device.sign(attestation(kMainnet, 101, 3)), "9000");
    EXPECT_EQ(device.sign(attestation(kGhostnet, 101, 3)), "9000");
    EXPECT_EQ(device.sign(attestation(kGhostnet, 101, 2)), "6a80");
    EXPECT_EQ(device.sign(group(reveal(key()))), "9000");
    EXPECT_EQ(device.marks(), "101 3 101 0");
    EXPECT_EQ(device.sign(attestation(kGhostnet, 101, 0)), "6a80") << "the flag stays";
    EXPECT_EQ(device.sign(attestation(kGhostnet, 101, 2)), "9000");
}

TEST(ManagerOperations, ZeroTheRoundOfTheMainMarkWhenEveryChainIsMain) {
    TestDevice device;
    device.setup(0, 100, 100);
    device.select();
    EXPECT_EQ(device.sign(attestation(kGhostnet, 101, 3)), "9000");
    EXPECT_EQ(device.sign(group(delegation(key(), key().hash()))), "9000");
    EXPECT_EQ(device.marks(), "101 0 100 0");
    EXPECT_EQ(device.sign(attestation(kMainnet, 101, 2)), "9000");
}

}  // namespace ledger_bridge::emulator
