#include "daemon/floor/watermark.hpp"

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/refusal_text.hpp"

namespace ledger_bridge::floor {

namespace {

bool is_signed_message(const Payload& payload, const KnownMarks& marks) {
    return marks.signed_mark && marks.signed_mark->position == position_of(payload) &&
           marks.signed_mark->digest == payload.digest;
}

Errc octez_code(const Payload& payload, apdu::Level mark) {
    return payload.level < mark ? Errc::below_watermark : Errc::not_above_watermark;
}

// Of what we signed: another message must be above it.
Result<void> check_host(const Payload& payload, const KnownMarks& marks) {
    if (!marks.signed_mark || is_signed_message(payload, marks)) {
        return {};
    }
    const auto& mark = marks.signed_mark->position;
    if (position_of(payload) > mark) {
        return {};
    }
    const auto code =
        position_of(payload) == mark ? Errc::different_data : octez_code(payload, mark.level);
    return fail(code, refusal_text(payload, Refuser::signed_mark, marks));
}

Result<void> check_adopted(const Payload& payload, const KnownMarks& marks) {
    if (!marks.adopted || payload.level > *marks.adopted) {
        return {};
    }
    return fail(octez_code(payload, *marks.adopted),
                refusal_text(payload, Refuser::adopted_level, marks));
}

// What the device is certain to refuse: below its mark, and a block at it. At its mark it may still
// sign a vote, depending on flags that cannot be read.
Result<void> check_device(const Payload& payload, const KnownMarks& marks) {
    if (!marks.device || position_of(payload) > *marks.device) {
        return {};
    }
    if (position_of(payload) == *marks.device && payload.kind != Kind::block) {
        return {};
    }
    auto refused = fail(Errc::device_watermark, refusal_text(payload, Refuser::device, marks));
    if (is_signed_message(payload, marks)) {
        refused.detail +=
            "; this very message was sent to the device before, and its signature, if there was "
            "one, is lost";
    }
    return refused;
}

}  // namespace

bool same_message(const SignedMark& left, const SignedMark& right) {
    return left.position == right.position && left.digest == right.digest;
}

Position position_of(const Payload& payload) {
    return {payload.level, payload.round};
}

std::string position_text(const Position& position) {
    return fmt::format("({},{})", position.level.value, position.round.value);
}

Result<Verdict> decide(const Payload& payload, const KnownMarks& marks) {
    const bool again = is_signed_message(payload, marks);
    if (again && marks.signed_mark->signature) {
        return Verdict::repeat;
    }
    for (const auto check : {check_host, check_adopted, check_device}) {
        if (const auto passed = check(payload, marks); !passed) {
            return passed.error();
        }
    }
    return again ? Verdict::ask_again : Verdict::sign;
}

}  // namespace ledger_bridge::floor
