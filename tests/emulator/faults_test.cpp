// Faults: which answers they mean, and what becomes of those.
#include "tools/emulator/rig/faults.hpp"

#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

namespace {

using std::chrono::milliseconds;

Answer signature() {
    return {bytes_of("0102030405060708"
                     "9000"),
            "SIGN",
            Curve::ed25519};
}

Answer bare() {
    return {bytes_of("6a80"), "SIGN", std::nullopt};
}

Delivery only(const Fault& fault, const Answer& answer) {
    Faults faults;
    faults.add(fault);
    return faults.apply(answer);
}

bool hits(std::string instruction, std::string command) {
    const auto delivery = only({FaultKind::drop, 1, {}, std::move(instruction)},
                               {bytes_of("9000"), std::move(command), std::nullopt});
    return delivery.end == Delivery::End::nothing;
}

}  // namespace

TEST(Faults, AnswersWithoutOneAreFramed) {
    Faults faults;
    const auto delivery = faults.apply(signature());
    EXPECT_EQ(delivery.end, Delivery::End::send);
    EXPECT_EQ(to_hex(delivery.frame), "0000000801020304050607089000");
    EXPECT_EQ(to_hex(faults.apply(bare()).frame), "000000006a80");
}

TEST(Faults, MeanAnyAnswerOrThoseOfOneInstruction) {
    EXPECT_TRUE(hits("", "VERSION"));
    EXPECT_TRUE(hits("", ""));
    EXPECT_TRUE(hits("SETUP", "SETUP"));
    EXPECT_FALSE(hits("SETUP", "SIGN"));
}

TEST(Faults, OfSignMeanBothSigningInstructionsButNoPathPacket) {
    EXPECT_TRUE(hits("SIGN", "SIGN"));
    EXPECT_TRUE(hits("SIGN", "SIGN_WITH_HASH"));
    EXPECT_FALSE(hits("SIGN_WITH_HASH", "SIGN"));
    EXPECT_FALSE(hits("SIGN", "SIGN path"));
}

TEST(Faults, AreUsedUpInTheirOrder) {
    Faults faults;
    faults.add({FaultKind::drop, 2, {}, "SIGN"});
    faults.add({FaultKind::disconnect, 1, {}, ""});
    EXPECT_EQ(faults.apply(signature()).end, Delivery::End::nothing);
    EXPECT_EQ(faults.apply({bytes_of("9000"), "GIT", {}}).end, Delivery::End::close);
    EXPECT_EQ(faults.apply(signature()).end, Delivery::End::nothing);
    EXPECT_EQ(faults.apply(signature()).end, Delivery::End::send);
}

TEST(Faults, DelayKeepsTheAnswerWhole) {
    const auto late = only({FaultKind::delay, 1, milliseconds(250), ""}, signature());
    EXPECT_EQ(late.delay, milliseconds(250));
    EXPECT_EQ(late.frame, to_frame(signature().bytes));
}

TEST(Faults, CutHalvesTheDataInAWholeFrame) {
    const auto half = only({FaultKind::cut, 1, {}, ""}, signature());
    EXPECT_EQ(half.end, Delivery::End::send);
    EXPECT_EQ(to_hex(half.frame), "00000004010203049000");
}

TEST(Faults, CutTearsAnAnswerWithoutData) {
    const auto torn = only({FaultKind::cut, 1, {}, ""}, bare());
    EXPECT_EQ(torn.end, Delivery::End::send_then_close);
    EXPECT_EQ(to_hex(torn.frame), "000000006a");
}

TEST(Faults, CorruptChangesOneBit) {
    const auto wrong = only({FaultKind::corrupt, 1, {}, ""}, signature());
    EXPECT_EQ(to_hex(wrong.frame), "0000000801020304150607089000");
    EXPECT_EQ(to_hex(only({FaultKind::corrupt, 1, {}, ""}, bare()).frame), "000000007a80");
}

}  // namespace ledger_bridge::emulator
