// Faults: which answers they mean, and what becomes of those.
#include "tools/emulator/rig/faults.hpp"

#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"
#include "tools/emulator/rig/apdu_host.hpp"

namespace ledger_bridge::emulator {

namespace {

using std::chrono::milliseconds;

Answer signature() {
    return {bytes_of("0102030405060708"
                     "9000"),
            "SIGN",
            MadeSignature{Curve::ed25519, {}, {}}};
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

TEST(Faults, LeaveOtherAnswersAlone) {
    Faults faults;
    const auto delivery = faults.apply(signature());
    EXPECT_EQ(delivery.end, Delivery::End::send);
    EXPECT_EQ(delivery.answer, signature().bytes);
    EXPECT_EQ(faults.apply(bare()).answer, bare().bytes);
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
    EXPECT_EQ(late.answer, signature().bytes);
}

TEST(Faults, CutLeavesItToTheWireWhatIsSent) {
    const auto cut = only({FaultKind::cut, 1, {}, ""}, signature());
    EXPECT_EQ(cut.end, Delivery::End::cut);
    EXPECT_EQ(cut.answer, signature().bytes);
}

TEST(Faults, CorruptChangesOneBit) {
    const auto wrong = only({FaultKind::corrupt, 1, {}, ""}, signature());
    EXPECT_EQ(to_hex(wrong.answer), "01020304150607089000");
    EXPECT_EQ(to_hex(only({FaultKind::corrupt, 1, {}, ""}, bare()).answer), "7a80");
}

TEST(Faults, BetweenReportsMeanTheirReportOfTheirInstruction) {
    Faults faults;
    faults.add({FaultKind::between_reports, 2, {}, "SIGN", 2});
    EXPECT_EQ(faults.apply(signature()).end, Delivery::End::send) << "no answer is meant";
    EXPECT_FALSE(faults.breaks_off("SIGN", 1));
    EXPECT_FALSE(faults.breaks_off("SETUP", 2));
    EXPECT_FALSE(faults.breaks_off("SIGN path", 2));
    EXPECT_TRUE(faults.breaks_off("SIGN", 2));
    EXPECT_TRUE(faults.breaks_off("SIGN_WITH_HASH", 2));
    EXPECT_FALSE(faults.breaks_off("SIGN", 2)) << "both counts are used up";
}

TEST(Faults, OfAnswersBreakNoCommandOff) {
    Faults faults;
    faults.add({FaultKind::disconnect, 1, {}, ""});
    EXPECT_FALSE(faults.breaks_off("SIGN", 1));
}

TEST(ApduFrame, IsTheLengthOfTheDataThenTheAnswer) {
    EXPECT_EQ(to_hex(to_frame(signature().bytes).bytes), "0000000801020304050607089000");
    EXPECT_EQ(to_hex(to_frame(bare().bytes).bytes), "000000006a80");
    EXPECT_FALSE(to_frame(bare().bytes).last);
}

TEST(ApduFrame, CutHasHalfOfTheDataInAWholeFrame) {
    const auto half = cut_frame(signature().bytes);
    EXPECT_EQ(to_hex(half.bytes), "00000004010203049000");
    EXPECT_FALSE(half.last);
}

TEST(ApduFrame, CutOfAnAnswerWithoutDataIsTornAndTheLast) {
    const auto torn = cut_frame(bare().bytes);
    EXPECT_EQ(to_hex(torn.bytes), "000000006a");
    EXPECT_TRUE(torn.last);
}

}  // namespace ledger_bridge::emulator
