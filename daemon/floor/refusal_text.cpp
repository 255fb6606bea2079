#include "daemon/floor/refusal_text.hpp"

#include <string_view>

#include <fmt/format.h>

namespace ledger_bridge::floor {

namespace {

// The highest round there is: an adopted level is used up to and including it.
constexpr apdu::Round kLastRound{0x7fffffff};

std::string_view name(Refuser refuser) {
    switch (refuser) {
        case Refuser::signed_mark:
            return "the host's signed mark";
        case Refuser::adopted_level:
            return "the host's adopted level";
        case Refuser::device:
            break;
    }
    return "the device's mark";
}

Position last_adopted(const Payload& payload, const KnownMarks& marks) {
    // The device's own mark is the better known one where it says the same.
    const bool device_says_so = marks.device && marks.device->level == *marks.adopted &&
                                position_of(payload) <= *marks.device;
    return device_says_so ? *marks.device : Position{*marks.adopted, kLastRound};
}

Position mark_of(const Payload& payload, Refuser refuser, const KnownMarks& marks) {
    switch (refuser) {
        case Refuser::signed_mark:
            return marks.signed_mark->position;
        case Refuser::adopted_level:
            return last_adopted(payload, marks);
        case Refuser::device:
            break;
    }
    return *marks.device;
}

std::string octez_text(const Payload& payload, Refuser refuser, const Position& mark) {
    if (payload.level < mark.level) {
        return fmt::format("{} level {} below high watermark {}",
                           kind_name(payload.kind),
                           payload.level.value,
                           mark.level.value);
    }
    const auto place = fmt::format("{} level {} and round {}",
                                   kind_name(payload.kind),
                                   payload.level.value,
                                   payload.round.value);
    // Of the other marks nobody knows what was signed there.
    return refuser == Refuser::signed_mark && position_of(payload) == mark
               ? place + " already signed with different data"
               : fmt::format("{} not above high watermark {}", place, position_text(mark));
}

std::string text_or_none(const std::optional<Position>& mark) {
    return mark ? position_text(*mark) : "none";
}

}  // namespace

std::string refused_by_text(const Payload& payload, Refuser refuser, const KnownMarks& marks) {
    return fmt::format("{}; refused by {}",
                       octez_text(payload, refuser, mark_of(payload, refuser, marks)),
                       name(refuser));
}

std::string host_mark_text(const KnownMarks& marks) {
    std::optional<Position> host;
    if (marks.signed_mark) {
        host = marks.signed_mark->position;
    }
    const auto text = "host's mark " + text_or_none(host);
    return marks.adopted ? fmt::format("{}, levels up to {} taken as used from {}",
                                       text,
                                       marks.adopted->value,
                                       marks.adopted_from)
                         : text;
}

std::string device_mark_text(const std::optional<Position>& mark) {
    return "device's mark " + text_or_none(mark);
}

std::string marks_text(const KnownMarks& marks) {
    return host_mark_text(marks) + ", " + device_mark_text(marks.device);
}

std::string refusal_text(const Payload& payload, Refuser refuser, const KnownMarks& marks) {
    return refused_by_text(payload, refuser, marks) + "; " + marks_text(marks);
}

}  // namespace ledger_bridge::floor
