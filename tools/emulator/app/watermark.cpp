#include "tools/emulator/app/watermark.hpp"

#include <algorithm>

namespace ledger_bridge::emulator {

namespace {

Watermark write(const Watermark& mark, std::uint32_t level, std::uint32_t round) {
    auto written = mark;
    if (level > mark.level || round > mark.round) {
        written.attested = false;
        written.preattested = false;
    }
    written.level = std::max(level, mark.level);
    written.round = round;
    return written;
}

}  // namespace

bool allows(const Watermark& mark, const BakingMessage& message) {
    if (message.level >= kLevelEnd) {
        return false;
    }
    if (message.level != mark.level) {
        return message.level > mark.level;
    }
    if (message.round != mark.round) {
        return message.round > mark.round;
    }
    switch (message.kind) {
        case Kind::attestation:
            return !mark.attested;
        case Kind::preattestation:
            return !mark.attested && !mark.preattested;
        case Kind::block:
            break;
    }
    return false;
}

Watermark after(const Watermark& mark, const BakingMessage& message) {
    auto written = write(mark, message.level, message.round);
    written.attested = written.attested || message.kind == Kind::attestation;
    written.preattested = written.preattested || message.kind == Kind::preattestation;
    return written;
}

Watermark after_operation(const Watermark& mark) {
    return write(mark, 0, 0);
}

Watermark after_reset(const Watermark& mark, std::uint32_t level) {
    return {level, 0, false, mark.preattested};
}

}  // namespace ledger_bridge::emulator
