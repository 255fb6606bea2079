#include "daemon/floor/watermark.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {
namespace {

constexpr std::uint32_t kLevels = 4;
constexpr std::uint32_t kRounds = 3;
constexpr std::uint32_t kDigests = 2;

apdu::Digest digest(std::uint32_t number) {
    apdu::Digest bytes{};
    bytes[31] = static_cast<std::uint8_t>(number);
    return bytes;
}

Position position(std::uint32_t level, std::uint32_t round) {
    return {{level}, {round}};
}

Payload payload(Kind kind, const Position& where, std::uint32_t digest_number) {
    return {kind, apdu::kMainnet, where.level, where.round, digest(digest_number)};
}

SignedMark mark(const Position& where, std::uint32_t digest_number, bool with_signature) {
    SignedMark made{where, digest(digest_number), std::nullopt, {}};
    if (with_signature) {
        made.signature = apdu::Signature{};
    }
    return made;
}

std::vector<Position> positions() {
    std::vector<Position> all;
    for (std::uint32_t level = 0; level < kLevels; ++level) {
        for (std::uint32_t round = 0; round < kRounds; ++round) {
            all.push_back(position(level, round));
        }
    }
    return all;
}

std::vector<Payload> payloads() {
    std::vector<Payload> all;
    for (const auto kind : {Kind::block, Kind::preattestation, Kind::attestation}) {
        for (const auto& where : positions()) {
            for (std::uint32_t number = 0; number < kDigests; ++number) {
                all.push_back(payload(kind, where, number));
            }
        }
    }
    return all;
}

std::vector<std::optional<SignedMark>> signed_marks() {
    std::vector<std::optional<SignedMark>> all{std::nullopt};
    for (const auto& where : positions()) {
        for (std::uint32_t number = 0; number < kDigests; ++number) {
            all.emplace_back(mark(where, number, false));
            all.emplace_back(mark(where, number, true));
        }
    }
    return all;
}

std::vector<KnownMarks> all_marks() {
    std::vector<std::optional<Position>> devices{std::nullopt};
    for (const auto& where : positions()) {
        devices.emplace_back(where);
    }
    std::vector<KnownMarks> all;
    for (const auto& signed_mark : signed_marks()) {
        for (std::uint32_t adopted = 0; adopted <= kLevels; ++adopted) {
            for (const auto& device : devices) {
                KnownMarks marks{.signed_mark = signed_mark, .device = device};
                if (adopted < kLevels) {
                    marks.adopted = apdu::Level{adopted};
                }
                all.push_back(marks);
            }
        }
    }
    return all;
}

// The rule said once more, in numbers instead of in cases: a place on the line of all rounds of all
// levels, and the last place on it that each source of refusals closes.
struct Statement {
    static constexpr std::int64_t kNothing = -1;

    static std::int64_t place(std::uint32_t level, std::uint32_t round) {
        return std::int64_t{level} * 100 + round;
    }
    static std::int64_t place(const Position& where) {
        return place(where.level.value, where.round.value);
    }

    Statement(const Payload& message, const KnownMarks& marks) {
        const auto here = place(message.level.value, message.round.value);
        const auto& mine = marks.signed_mark;
        same = mine && place(mine->position) == here && mine->digest == message.digest;
        stored = same && mine->signature.has_value();
        const auto mine_closed = mine && !same ? place(mine->position) : kNothing;
        const auto adopted_closed = marks.adopted ? place(marks.adopted->value, 99) : kNothing;
        auto device_closed = marks.device ? place(*marks.device) : kNothing;
        if (message.kind != Kind::block) {
            device_closed -= 1;  // at its very mark the device may still sign a vote
        }
        by_mine = here <= mine_closed;
        different = here == mine_closed;
        by_adopted = here <= adopted_closed;
        by_device = here <= device_closed;
        low = by_mine      ? message.level < mine->position.level
              : by_adopted ? message.level < *marks.adopted
                           : marks.device && message.level < marks.device->level;
    }

    [[nodiscard]] bool refused() const { return !stored && (by_mine || by_adopted || by_device); }
    [[nodiscard]] Errc code() const {
        if (by_mine && different) {
            return Errc::different_data;
        }
        if (!by_mine && !by_adopted) {
            return Errc::device_watermark;
        }
        return low ? Errc::below_watermark : Errc::not_above_watermark;
    }
    [[nodiscard]] Verdict verdict() const {
        return stored ? Verdict::repeat : same ? Verdict::ask_again : Verdict::sign;
    }

    bool same = false;
    bool stored = false;
    bool by_mine = false;
    bool different = false;
    bool by_adopted = false;
    bool by_device = false;
    bool low = false;
};

std::string show(const Payload& message, const KnownMarks& marks) {
    const auto text = [](const auto& where) { return where ? position_text(*where) : "none"; };
    std::optional<Position> mine;
    if (marks.signed_mark) {
        mine = marks.signed_mark->position;
    }
    return std::string(kind_name(message.kind)) + " " +
           position_text({message.level, message.round}) + " signed " + text(mine) + " device " +
           text(marks.device) + " adopted " +
           (marks.adopted ? std::to_string(marks.adopted->value) : "none");
}

TEST(Watermark, DecidesAsTheIndependentStatementOverTheWholeGrid) {
    const auto all = payloads();
    std::size_t cases = 0;
    for (const auto& marks : all_marks()) {
        for (const auto& message : all) {
            const Statement expected(message, marks);
            const auto verdict = decide(message, marks);
            ++cases;
            ASSERT_EQ(verdict.has_error(), expected.refused()) << show(message, marks);
            if (verdict) {
                ASSERT_EQ(*verdict, expected.verdict()) << show(message, marks);
            } else {
                ASSERT_EQ(verdict.error().code, make_error_code(expected.code()))
                    << show(message, marks) << ": " << verdict.error().detail;
            }
        }
    }
    EXPECT_EQ(cases, std::size_t{72} * 49 * 5 * 13);
}

// The property all is about: play any requests, remember what was signed, never sign two messages.
TEST(Watermark, NeverAllowsTwoMessagesAtOnePosition) {
    for (const auto& first : payloads()) {
        for (const auto& second : payloads()) {
            if (first.kind != second.kind || first.level != second.level ||
                first.round != second.round || first.digest == second.digest) {
                continue;
            }
            for (const bool with_signature : {false, true}) {
                KnownMarks marks;
                marks.signed_mark = SignedMark{{first.level, first.round}, first.digest, {}, {}};
                if (with_signature) {
                    marks.signed_mark->signature = apdu::Signature{};
                }
                EXPECT_FALSE(decide(second, marks));
            }
        }
    }
}

std::string refusal(const Payload& message, const KnownMarks& marks) {
    const auto verdict = decide(message, marks);
    return verdict ? "allowed" : verdict.error().detail;
}

TEST(Watermark, SpeaksTheWordsOfOctezFirstThenNamesTheMarkThatRefused) {
    const KnownMarks marks{.signed_mark = mark(position(10, 2), 0, true)};
    EXPECT_EQ(refusal(payload(Kind::preattestation, position(9, 5), 1), marks),
              "preattestation level 9 below high watermark 10; refused by the host's signed mark; "
              "host's mark (10,2), device's mark none");
    EXPECT_EQ(refusal(payload(Kind::attestation, position(10, 1), 1), marks),
              "attestation level 10 and round 1 not above high watermark (10,2); refused by the "
              "host's signed mark; host's mark (10,2), device's mark none");
    EXPECT_EQ(refusal(payload(Kind::block, position(10, 2), 1), marks),
              "block level 10 and round 2 already signed with different data; refused by the "
              "host's signed mark; host's mark (10,2), device's mark none");
}

TEST(Watermark, NamesTheDeviceAsTheReasonWithBothMarks) {
    const KnownMarks marks{.signed_mark = mark(position(8, 0), 0, true), .device = position(10, 1)};
    const auto below = decide(payload(Kind::attestation, position(9, 0), 1), marks);
    ASSERT_FALSE(below);
    EXPECT_EQ(below.error().code, make_error_code(Errc::device_watermark));
    EXPECT_EQ(below.error().detail,
              "attestation level 9 below high watermark 10; refused by the device's mark; host's "
              "mark (8,0), device's mark (10,1)");
    EXPECT_EQ(refusal(payload(Kind::block, position(10, 1), 1), marks),
              "block level 10 and round 1 not above high watermark (10,1); refused by the device's "
              "mark; host's mark (8,0), device's mark (10,1)");
}

// The host's own mark is asked first: it is the reason also where the others would refuse as well.
TEST(Watermark, NamesTheFirstMarkThatRefuses) {
    KnownMarks marks{.signed_mark = mark(position(8, 0), 0, true), .device = position(10, 1)};
    EXPECT_EQ(refusal(payload(Kind::attestation, position(7, 0), 1), marks),
              "attestation level 7 below high watermark 8; refused by the host's signed mark; "
              "host's mark (8,0), device's mark (10,1)");
    marks.adopted = apdu::Level{10};
    EXPECT_EQ(refusal(payload(Kind::attestation, position(10, 1), 1), marks),
              "attestation level 10 and round 1 not above high watermark (10,1); refused by the "
              "host's adopted level; host's mark (8,0), levels up to 10 taken as used from the "
              "device, device's mark (10,1)");
}

TEST(Watermark, AsksTheDeviceAboutAVoteAtItsVeryMark) {
    const KnownMarks marks{.device = position(10, 1)};
    EXPECT_TRUE(decide(payload(Kind::attestation, position(10, 1), 1), marks));
    EXPECT_TRUE(decide(payload(Kind::preattestation, position(10, 1), 1), marks));
    EXPECT_FALSE(decide(payload(Kind::attestation, position(10, 0), 1), marks));
}

TEST(Watermark, TakesAnAdoptedLevelAsFullyUsedAndNamesItsOrigin) {
    const KnownMarks marks{.adopted = apdu::Level{10}, .adopted_from = "an import"};
    EXPECT_EQ(
        refusal(payload(Kind::block, position(10, 0x7fffffff), 1), marks),
        "block level 10 and round 2147483647 not above high watermark (10,2147483647); refused "
        "by the host's adopted level; host's mark none, levels up to 10 taken as used from an "
        "import, device's mark none");
    EXPECT_EQ(refusal(payload(Kind::block, position(9, 0), 1), marks),
              "block level 9 below high watermark 10; refused by the host's adopted level; host's "
              "mark none, levels up to 10 taken as used from an import, device's mark none");
    EXPECT_TRUE(decide(payload(Kind::block, position(11, 0), 1), marks));
}

TEST(Watermark, SaysThatASignatureWasLostWhenTheDeviceWillNotRepeatIt) {
    const auto message = payload(Kind::block, position(10, 0), 1);
    const KnownMarks marks{.signed_mark = mark(position(10, 0), 1, false),
                           .device = position(10, 0)};
    EXPECT_EQ(refusal(message, marks),
              "block level 10 and round 0 not above high watermark (10,0); refused by the device's "
              "mark; host's mark (10,0), device's mark (10,0); this very message was sent to the "
              "device before, and its signature, if there was one, is lost");
}

}  // namespace
}  // namespace ledger_bridge::floor
