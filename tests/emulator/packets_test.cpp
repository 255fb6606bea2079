// The packet state machine of SIGN: one test for each rule of it.
#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint32_t kEndsInZero = 0x11223300;

// Set up at level 100 with the default key, its packets forgotten.
class Packets : public ::testing::Test {
protected:
    Packets() {
        device.setup(kMainnet, 100);
        device.select();
    }

    std::string next() { return device.sign(attestation(kMainnet, ++level_, 0)); }
    std::string again() { return device.sign(attestation(kMainnet, level_, 0)); }

    TestDevice device;

private:
    std::uint32_t level_ = 100;
};

// The lowest account whose HMAC signature on ed25519 begins with a zero byte, or with another.
std::string hmac_path(bool zero) {
    static constexpr Digest digest{0x6c, 0x4e, 0x7e, 0x70, 0x6c, 0x54, 0xd3, 0x67, 0xc8, 0x7a, 0x8d,
                                   0x89, 0xc1, 0x6a, 0xdf, 0xe0, 0x6c, 0xb5, 0x68, 0x0c, 0xb7, 0xd1,
                                   0x8e, 0x62, 0x5a, 0x90, 0x47, 0x5e, 0xc0, 0xdb, 0xdb, 0x9f};
    for (std::uint32_t account = 0;; ++account) {
        const Path path{1, {kHardened | account}};
        const auto signature = trial_keys().find(Curve::ed25519, path)->sign(digest);
        if ((signature.front() == 0) == zero) {
            return to_hex(ByteWriter().u8(1).u32(kHardened | account).take());
        }
    }
}

}  // namespace

TEST_F(Packets, PathIsTakenEvenOfAnUnauthorisedKey) {
    EXPECT_EQ(device.select(kOtherPath, 2), "9000");
    EXPECT_EQ(device.select("010000002c", 0), "9000") << "not even derivable";
}

TEST_F(Packets, PathMayComeWithTheLastMarker) {
    EXPECT_EQ(device.status(command(0x04, 0x80, 0, kPath)), "9000");
    EXPECT_EQ(next(), "9000");
}

TEST_F(Packets, PathIsForgottenWithTheApp) {
    device.device.power_cycle(AppId::baking);
    EXPECT_EQ(next(), "917e");
}

TEST_F(Packets, MessageIgnoresP2) {
    EXPECT_EQ(device.status(command(0x04, 0x81, 0xff, attestation(kMainnet, 101, 0))), "9000");
}

TEST_F(Packets, MessageMayBe235BytesLong) {
    auto message = attestation(kMainnet, 101, 0);
    message.resize(236);
    EXPECT_EQ(device.sign(message), "917e");
    message.resize(235);
    EXPECT_EQ(device.sign(message), "9000");
}

TEST_F(Packets, SelectionLastsThroughSignaturesRefusalsAndQueries) {
    EXPECT_EQ(next(), "9000");
    EXPECT_EQ(again(), "6a80");
    EXPECT_EQ(device.sign({0x99}), "9405");
    device.marks();
    device.send(command(0x00, 0, 0));
    EXPECT_EQ(next(), "9000");
}

TEST_F(Packets, AnyCommandWithAPathSelects) {
    for (const auto ins : Bytes{0x01, 0x02, 0x03}) {
        device.select();
        device.send(command(ins, 0, 1, kPath));
        device.send(command(0x01, 0, 0, kPath));  // AUTHORIZE: the default key again
        EXPECT_EQ(next(), "9000");
        device.send(command(ins == 0x01 ? 0x02 : ins, 0, 1, kPath));
        EXPECT_EQ(next(), "6982");
    }
    device.setup(kEndsInZero, 200, 200, kOtherPath, 3);
    EXPECT_EQ(device.sign(attestation(kEndsInZero, 201, 0)), "9000");
}

TEST_F(Packets, RejectedPromptsSelectToo) {
    TestDevice rejecting(Confirm::reject);
    EXPECT_EQ(rejecting.sign(attestation(kMainnet, 1, 0)), "917e");
    EXPECT_EQ(rejecting.status(command(0x03, 0, 0, kPath)), "6985");
    EXPECT_EQ(rejecting.sign(attestation(kMainnet, 1, 0)), "6982");
}

TEST_F(Packets, UnauthorisedKeyIs6982BeforeTheMarkAndAfterTheParser) {
    device.select(kOtherPath);
    EXPECT_EQ(device.sign(attestation(kMainnet, 1, 0)), "6982");
    EXPECT_EQ(device.sign({0x13}), "9405");
    device.select(kPath, 3);
    EXPECT_EQ(next(), "6982");
}

TEST_F(Packets, SetupLeavesTheLastByteOfItsChainInThePacketIndex) {
    device.setup(kMainnet, 200);
    EXPECT_EQ(device.sign(attestation(kMainnet, 201, 0)), "9405");
    EXPECT_EQ(device.sign(attestation(kMainnet, 201, 0)), "9000");
    device.setup(kEndsInZero, 200);
    EXPECT_EQ(device.sign(attestation(kEndsInZero, 201, 0)), "9000");
    device.setup(0, 200);
    EXPECT_EQ(device.sign(attestation(kMainnet, 201, 0)), "9000");
    device.setup(0x000000ff, 200);
    EXPECT_EQ(device.sign(attestation(0xff, 201, 0)), "9405");
}

TEST_F(Packets, ResetLeavesTheLastByteOfItsLevelInThePacketIndex) {
    EXPECT_EQ(device.status(command(0x06, 0, 0, "000000c8")), "9000");
    EXPECT_EQ(device.sign(attestation(kMainnet, 0x201, 0)), "9405");
    EXPECT_EQ(device.sign(attestation(kMainnet, 0x201, 0)), "9000");
    EXPECT_EQ(device.status(command(0x06, 0, 0, "00000100")), "9000");
    EXPECT_EQ(device.sign(attestation(kMainnet, 0x201, 0)), "9000");
}

TEST_F(Packets, HmacLeavesTheFirstByteOfItsSignatureInThePacketIndex) {
    EXPECT_EQ(device.status(command(0x0e, 0, 0, hmac_path(false))), "9000");
    EXPECT_EQ(next(), "9405");
    EXPECT_EQ(again(), "9000");
    EXPECT_EQ(device.status(command(0x0e, 0, 0, hmac_path(true))), "9000");
    EXPECT_EQ(next(), "9000");
    EXPECT_EQ(device.status(command(0x0e, 0, 1, kPath)), "9000");
    EXPECT_EQ(next(), "9405") << "DER begins with 30 or 31";
}

TEST_F(Packets, HmacSelectsNothing) {
    EXPECT_EQ(device.status(command(0x0e, 0, 0, hmac_path(true))), "9000");
    EXPECT_EQ(next(), "9000");
}

TEST_F(Packets, EveryErrorAnswerForgetsThePackets) {
    const auto whole = attestation(kMainnet, 500, 0);
    const auto begin = command(0x04, 0x01, 0, ByteView(whole));
    const Bytes errors[] = {bytes_of("8000"),
                            bytes_of("0000000000"),
                            bytes_of("8077000000"),
                            command(0x00, 1, 0),
                            command(0x00, 0, 0, "00"),
                            command(0x02, 0, 0, "00"),
                            command(0x06, 0, 0, "40000000"),
                            command(0x00, 0, 0, Bytes(236))};
    for (const auto& error : errors) {
        device.select();
        EXPECT_EQ(device.status(begin), "9000");
        EXPECT_NE(device.status(error), "9000");
        device.send(command(0x02, 0, 0, kPath));
        EXPECT_EQ(next(), "9000") << to_hex(error);
    }
}

TEST_F(Packets, LockAndRejectionForgetNothing) {
    const auto begin = command(0x04, 0x01, 0, attestation(kMainnet, 500, 0));
    EXPECT_EQ(device.status(begin), "9000");
    device.device.lock();
    EXPECT_EQ(next(), "5515");
    device.device.unlock();
    EXPECT_EQ(again(), "9405") << "still the second packet";
    EXPECT_EQ(again(), "9000") << "still the same selection";

    TestDevice rejecting(Confirm::reject);
    rejecting.select();
    EXPECT_EQ(rejecting.status(begin), "9000");
    EXPECT_EQ(rejecting.status(command(0x03, 0, 0, kPath)), "6985");
    EXPECT_EQ(rejecting.sign(attestation(kMainnet, 500, 0)), "9405");
    EXPECT_EQ(rejecting.sign(attestation(kMainnet, 500, 0)), "6982");
}

TEST_F(Packets, MalformedCountLeavesNoSelection) {
    for (const auto* const path : {"00", "", "0b8000002c", "ff"}) {
        device.select();
        EXPECT_EQ(device.status(command(0x04, 0, 0, path)), "6a80") << path;
        EXPECT_EQ(next(), "917e") << path;
    }
    device.select();
    EXPECT_EQ(device.status(command(0x02, 0, 0, "00")), "6a80");
    EXPECT_EQ(next(), "917e") << "GET_PUBLIC_KEY too";
}

TEST_F(Packets, ShortPathTakesOverTheComponentsThatCame) {
    device.select(kOtherPath);
    EXPECT_EQ(device.select("048000002c800006c180000000"), "6a80");
    EXPECT_EQ(next(), "6982") << "the last component is still the other key's";
    device.select(kPath);
    EXPECT_EQ(device.select("048000002c800006c180000000"), "6a80");
    EXPECT_EQ(again(), "9000") << "the last component is still this key's";
    EXPECT_EQ(device.select("048000002d"), "6a80");
    EXPECT_EQ(next(), "6982") << "the first component is not";
}

TEST_F(Packets, TrailingByteChangesThePathAndNotTheCurve) {
    device.select(kOtherPath, 0);
    EXPECT_EQ(device.select(std::string(kPath) + "00", 1), "6c00");
    EXPECT_EQ(next(), "9000");
}

TEST_F(Packets, WrongCurveOfAPathPacketChangesNothing) {
    EXPECT_EQ(device.select(kOtherPath, 4), "6b00");
    EXPECT_EQ(next(), "9000");
}

TEST_F(Packets, TwoPacketsNeverMakeAMessage) {
    const auto message = attestation(kMainnet, 101, 0);
    EXPECT_EQ(device.status(command(0x04, 0x01, 0, ByteView(message))), "9000");
    EXPECT_EQ(device.marks(), "100 0 0 0");
    EXPECT_EQ(device.sign(message), "9405");
    EXPECT_EQ(device.sign(message), "9000");
    EXPECT_EQ(device.status(command(0x04, 0x01, 0, ByteView(message).first(40))), "9405");
}

TEST_F(Packets, OnlyTheMessagePacketDecidesWhetherTheHashComesBack) {
    device.status(command(0x04, 0, 0, kPath));
    const auto message = attestation(kMainnet, 101, 0);
    const auto with_hash = device.send(command(0x0f, 0x81, 0, ByteView(message)));
    EXPECT_EQ(with_hash.substr(0, 64), to_hex(blake2b_256(message)));
    EXPECT_EQ(with_hash.size(), 64U + 128U + 5U);
    device.status(command(0x0f, 0, 0, kPath));
    EXPECT_EQ(device.send(command(0x04, 0x81, 0, attestation(kMainnet, 102, 0))).size(), 128U + 5U);
}

TEST_F(Packets, OnlyFourValuesOfP1AreKnown) {
    for (unsigned p1 = 0; p1 < 256; ++p1) {
        const auto answer = device.status(command(0x04, static_cast<std::uint8_t>(p1), 0, "00"));
        const auto known = p1 == 0x00 || p1 == 0x01 || p1 == 0x80 || p1 == 0x81;
        EXPECT_EQ(answer == "6b00", !known) << p1;
    }
}

TEST_F(Packets, RefusalsLeaveTheMarkAlone) {
    EXPECT_EQ(next(), "9000");
    device.select(kOtherPath);
    device.sign(attestation(kMainnet, 500, 0));
    device.device.power_cycle(AppId::baking);
    device.sign(attestation(kMainnet, 500, 0));
    EXPECT_EQ(device.marks(), "101 0 0 0");
}

TEST_F(Packets, TestChainsShareOneMark) {
    EXPECT_EQ(device.sign(attestation(kGhostnet, 5, 0)), "9000");
    EXPECT_EQ(device.sign(attestation(0x01020304, 5, 0)), "6a80");
    EXPECT_EQ(device.sign(attestation(0, 6, 0)), "9000") << "chain 0 is a test chain as well";
    EXPECT_EQ(device.marks(), "100 0 6 0");
}

TEST_F(Packets, EveryChainIsMainWhenSetupHadChainZero) {
    device.setup(0, 100);
    EXPECT_EQ(device.sign(attestation(kGhostnet, 101, 0)), "9000");
    EXPECT_EQ(device.sign(attestation(kMainnet, 101, 0)), "6a80");
    EXPECT_EQ(device.marks(), "101 0 0 0");
}

TEST_F(Packets, NothingIsSignedAfterSetupToTheHighestLevel) {
    device.setup(kMainnet, 0xffffffff);
    device.select();
    EXPECT_EQ(device.sign(attestation(kMainnet, 0x3fffffff, 0xffffffff)), "6a80");
    EXPECT_EQ(device.sign(attestation(kMainnet, 0xffffffff, 1)), "6a80");
}

}  // namespace ledger_bridge::emulator
