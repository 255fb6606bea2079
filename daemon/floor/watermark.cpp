#include "daemon/floor/watermark.hpp"

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {

namespace {

// The highest round there is: an adopted level is used up to and including it.
constexpr apdu::Round kLastRound{0x7fffffff};

Position position_of(const Payload& payload) {
    return {payload.level, payload.round};
}

bool is_signed_message(const Payload& payload, const KnownMarks& marks) {
    return marks.signed_mark && marks.signed_mark->position == position_of(payload) &&
           marks.signed_mark->digest == payload.digest;
}

// The words of Octez, which scripts and its own tests look for.
std::string octez_text(const Payload& payload, const Position& mark) {
    const auto kind = kind_name(payload.kind);
    if (payload.level < mark.level) {
        return fmt::format(
            "{} level {} below high watermark {}", kind, payload.level.value, mark.level.value);
    }
    return fmt::format("{} level {} and round {} not above high watermark {}",
                       kind,
                       payload.level.value,
                       payload.round.value,
                       position_text(mark));
}

std::string different_data_text(const Payload& payload) {
    return fmt::format("{} level {} and round {} already signed with different data",
                       kind_name(payload.kind),
                       payload.level.value,
                       payload.round.value);
}

std::string marks_text(const KnownMarks& marks) {
    const auto text = [](const auto& mark) { return mark ? position_text(*mark) : "none"; };
    std::optional<Position> host;
    if (marks.signed_mark) {
        host = marks.signed_mark->position;
    }
    auto list = fmt::format("host's mark {}, device's mark {}", text(host), text(marks.device));
    if (marks.adopted) {
        list += fmt::format(
            ", levels up to {} taken as used from {}", marks.adopted->value, marks.adopted_from);
    }
    return list;
}

Error refusal(Errc code, const std::string& octez, const KnownMarks& marks) {
    return fail(code, octez + "; " + marks_text(marks));
}

Errc octez_code(const Payload& payload, const Position& mark) {
    return payload.level < mark.level ? Errc::below_watermark : Errc::not_above_watermark;
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
    if (position_of(payload) == mark) {
        return refusal(Errc::different_data, different_data_text(payload), marks);
    }
    return refusal(octez_code(payload, mark), octez_text(payload, mark), marks);
}

Result<void> check_adopted(const Payload& payload, const KnownMarks& marks) {
    if (!marks.adopted || payload.level > *marks.adopted) {
        return {};
    }
    const Position last{*marks.adopted, kLastRound};
    // The device's own mark is the better known one where it says the same.
    const bool device_says_so = marks.device && marks.device->level == *marks.adopted &&
                                position_of(payload) <= *marks.device;
    const auto mark = device_says_so ? *marks.device : last;
    return refusal(octez_code(payload, mark), octez_text(payload, mark), marks);
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
    auto refused = refusal(Errc::device_watermark, octez_text(payload, *marks.device), marks);
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
