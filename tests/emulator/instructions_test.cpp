// Every other instruction: shapes, status words, the two releases.
#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kKnown[] = {0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

bool known(unsigned ins) {
    return std::find(std::begin(kKnown), std::end(kKnown), ins) != std::end(kKnown);
}

}  // namespace

TEST(Instructions, UnknownNumberIs6d00AndUnknownClassIs6e00) {
    TestDevice device;
    for (unsigned ins = 0; ins < 256; ++ins) {
        const auto number = static_cast<std::uint8_t>(ins);
        EXPECT_EQ(device.status(command(number, 0, 0)) == "6d00", !known(ins)) << ins;
        auto other_class = command(number, 0, 1);
        other_class[0] = 0x81;
        EXPECT_EQ(device.status(other_class), "6e00");
    }
}

TEST(Instructions, LengthIsCheckedFirstThenTheLimitThenTheClass) {
    TestDevice device;
    EXPECT_EQ(device.status(Bytes{}), "6c00");
    EXPECT_EQ(device.status(bytes_of("8000")), "6c00");
    EXPECT_EQ(device.status(bytes_of("80000000")), "9000") << "no Lc";
    EXPECT_EQ(device.status(bytes_of("0000000005")), "6c00");
    EXPECT_EQ(device.status(bytes_of("800000000100ff")), "6c00");
    auto long_command = command(0x00, 0, 0, Bytes(236));
    long_command[0] = 0x00;
    EXPECT_EQ(device.status(long_command), "917e");
    EXPECT_EQ(device.status(command(0x00, 0, 0, Bytes(235))), "6a80");
    Bytes extended = bytes_of("80048100000101");
    extended.resize(7 + 0x101);
    EXPECT_EQ(device.status(extended), "6c00") << "extended length is unknown";
}

TEST(Instructions, ParametersAreCheckedBeforeTheData) {
    TestDevice device;
    for (const auto ins : Bytes{0x00, 0x06, 0x07, 0x08, 0x09, 0x0b, 0x0c, 0x0d}) {
        EXPECT_EQ(device.status(command(ins, 1, 0, "00")), "6b00");
        EXPECT_EQ(device.status(command(ins, 0, 1, "00")), "6b00");
    }
    for (const auto ins : Bytes{0x00, 0x07, 0x08, 0x09, 0x0b, 0x0c, 0x0d}) {
        EXPECT_EQ(device.status(command(ins, 0, 0, "00")), "6a80");
    }
    for (const auto ins : Bytes{0x01, 0x02, 0x03, 0x0a, 0x0e}) {
        EXPECT_EQ(device.status(command(ins, 1, 0, kPath)), "6b00");
        EXPECT_EQ(device.status(command(ins, 0, 5, kPath)), "6b00");
        EXPECT_EQ(device.status(command(ins, 0, 4, kPath)), "6b00") << "no BLS";
    }
}

TEST(Instructions, TellTheirRelease) {
    TestDevice old(Confirm::accept, Release::v2_5_0);
    TestDevice current(Confirm::accept, Release::v2_5_1);
    EXPECT_EQ(old.send(command(0x00, 0, 0)), "01020500 9000");
    EXPECT_EQ(current.send(command(0x00, 0, 0)), "01020501 9000");
    EXPECT_EQ(old.send(command(0x09, 0, 0)), to_hex(as_bytes("v2.5.0-0-g48bbc81a")) + "00 9000");
    EXPECT_EQ(current.send(command(0x09, 0, 0)),
              to_hex(as_bytes("v2.5.1-0-g50ec8cfc")) + "00 9000");
    EXPECT_EQ(old.send(command(0x0d, 0, 0)), "6a88");
    EXPECT_EQ(current.send(command(0x0d, 0, 0)), "0000 9000");
}

TEST(Instructions, PathsHaveOneToTenComponents) {
    TestDevice device;
    for (std::uint8_t count = 0; count < 14; ++count) {
        ByteWriter path;
        path.u8(count);
        for (std::uint8_t i = 0; i < count; ++i) {
            path.u32(kHardened | i);
        }
        const auto* const expected = count >= 1 && count <= 10 ? "9000" : "6a80";
        EXPECT_EQ(device.status(command(0x02, 0, 0, ByteView(path.view()))), expected);
        EXPECT_EQ(device.status(command(0x0e, 0, 0, ByteView(path.view()))), expected);
    }
}

TEST(Instructions, OnlyEd25519NeedsHardenedComponents) {
    TestDevice device;
    for (std::uint8_t curve = 0; curve < 4; ++curve) {
        const auto* const expected = curve == 0 ? "9001" : "9000";
        for (const auto ins : Bytes{0x01, 0x02, 0x03, 0x0e}) {
            EXPECT_EQ(device.status(command(ins, 0, curve, "028000002c00000001")), expected);
        }
        EXPECT_EQ(device.setup(kMainnet, 1, 0, "028000002c00000001", curve), expected);
    }
}

TEST(Instructions, TrailingBytesAfterAPathAre6c00) {
    TestDevice device;
    const auto path = std::string(kPath) + "00";
    for (const auto ins : Bytes{0x01, 0x02, 0x03, 0x04}) {
        EXPECT_EQ(device.status(command(ins, 0, 0, path)), "6c00");
    }
    EXPECT_EQ(device.setup(kMainnet, 1, 0, path), "6c00");
}

TEST(Setup, MovesBothMarksInAnyDirectionAndClearsTheirFlags) {
    TestDevice device;
    EXPECT_EQ(device.setup(kMainnet, 500, 50), "9000");
    device.select();
    EXPECT_EQ(device.sign(preattestation(kMainnet, 500, 0)), "9000");
    EXPECT_EQ(device.sign(attestation(kMainnet, 500, 0)), "9000");
    EXPECT_EQ(device.setup(kMainnet, 500, 60), "9000");
    EXPECT_EQ(device.marks(), "500 0 60 0");
    device.select();
    EXPECT_EQ(device.sign(preattestation(kMainnet, 500, 0)), "9000");
    EXPECT_EQ(device.sign(attestation(kMainnet, 500, 0)), "9000");
    EXPECT_EQ(device.setup(kMainnet, 0xffffffff, 0xffffffff), "9000");
    EXPECT_EQ(device.marks(), "4294967295 0 4294967295 0");
}

TEST(Setup, NeedsItsTwelveBytesBeforeThePath) {
    TestDevice device;
    for (std::size_t size = 0; size < 29; ++size) {
        const auto data = ByteWriter().u32(1).u32(2).u32(3).bytes(bytes_of(kPath)).take();
        EXPECT_EQ(device.status(command(0x0a, 0, 0, ByteView(data).first(size))), "6a80") << size;
    }
}

TEST(Reset, MovesMainAndTestBelowTheLastLevel) {
    TestDevice device;
    device.setup(kMainnet, 100, 7);
    device.select();
    device.sign(attestation(kMainnet, 101, 3));
    EXPECT_EQ(device.status(command(0x06, 0, 0, "00000032")), "9000");
    EXPECT_EQ(device.marks(), "50 0 50 0");
    EXPECT_EQ(device.status(command(0x06, 0, 0, "3fffffff")), "9000");
    EXPECT_EQ(device.status(command(0x06, 0, 0, "40000000")), "6a80");
    EXPECT_EQ(device.status(command(0x06, 0, 0, "000000")), "6a80");
    EXPECT_EQ(device.status(command(0x06, 0, 0, "0000000000")), "6c00");
    EXPECT_EQ(device.status(command(0x06, 0, 0)), "6a80");
}

TEST(Reset, ForgetsAttestationsButNotPreattestations) {
    TestDevice device;
    device.setup(kMainnet, 100);
    device.select();
    EXPECT_EQ(device.sign(preattestation(kMainnet, 100, 0)), "9000");
    EXPECT_EQ(device.sign(attestation(kMainnet, 100, 0)), "9000");
    device.status(command(0x06, 0, 0, "00000064"));
    device.select();
    EXPECT_EQ(device.sign(preattestation(kMainnet, 100, 0)), "6a80");
    EXPECT_EQ(device.sign(attestation(kMainnet, 100, 0)), "9000");
}

TEST(Authorize, KeepsTheMarks) {
    TestDevice device;
    device.setup(kMainnet, 100, 7);
    device.send(command(0x01, 0, 1, kOtherPath));
    EXPECT_EQ(device.marks(), "100 0 7 0");
    EXPECT_EQ(device.send(command(0x0d, 0, 0)), "01" + std::string(kOtherPath) + " 9000");
    EXPECT_EQ(device.send(command(0x07, 0, 0)), std::string(kOtherPath) + " 9000");
}

TEST(Authorize, WithoutAPathTakesTheAuthorisedKeyAndIgnoresTheCurve) {
    TestDevice device;
    device.send(command(0x01, 0, 1, kOtherPath));
    device.select();
    EXPECT_EQ(device.status(command(0x01, 0, 2)), "9000");
    EXPECT_EQ(device.send(command(0x0d, 0, 0)), "01" + std::string(kOtherPath) + " 9000");
    EXPECT_EQ(device.sign(attestation(kMainnet, 1, 0)), "9000") << "and selects it";
}

TEST(Authorize, WithoutAPathAndWithoutAKeyIs9001) {
    TestDevice device;
    device.select();
    EXPECT_EQ(device.status(command(0x01, 0, 0)), "9001");
    EXPECT_EQ(device.sign(attestation(kMainnet, 1, 0)), "917e") << "the empty key was selected";
}

TEST(Authorize, AfterAFreshDeviceEveryChainIsMain) {
    TestDevice device;
    device.send(command(0x01, 0, 0, kPath));
    EXPECT_EQ(device.sign(attestation(kMainnet, 1, 0)), "9000");
    EXPECT_EQ(device.sign(attestation(kGhostnet, 1, 0)), "6a80");
}

TEST(Deauthorize, AsksNobodyAndKeepsTheMarks) {
    TestDevice device(Confirm::ask);
    device.setup(kMainnet, 100);
    static_cast<void>(device.device.accept());
    EXPECT_EQ(device.status(command(0x0c, 0, 0)), "9000");
    EXPECT_EQ(device.send(command(0x07, 0, 0)), "00 9000");
    EXPECT_EQ(device.marks(), "100 0 0 0");
    device.select();
    EXPECT_EQ(device.sign(attestation(kMainnet, 101, 0)), "6982");
}

TEST(PromptPublicKey, AuthorisesNothing) {
    TestDevice device;
    EXPECT_EQ(device.send(command(0x03, 0, 3, kPath)), device.send(command(0x02, 0, 3, kPath)));
    EXPECT_EQ(device.send(command(0x07, 0, 0)), "00 9000");
}

TEST(Hmac, DependsOnKeyAndMessageOnly) {
    TestDevice device;
    const auto data = std::string(kPath) + "68656c6c6f";
    const auto first = device.send(command(0x0e, 0, 0, data));
    EXPECT_EQ(first, "5bb2cf7f90e3714d9f955bab18100830a264964172e55b455ceba5492509ed50 9000");
    EXPECT_EQ(device.send(command(0x0e, 0, 0, data)), first);
    EXPECT_NE(device.send(command(0x0e, 0, 1, data)), first);
    EXPECT_NE(device.send(command(0x0e, 0, 0, data + "00")), first);
}

}  // namespace ledger_bridge::emulator
