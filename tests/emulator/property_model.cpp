#include "tests/emulator/property_model.hpp"

namespace ledger_bridge::model {

std::uint16_t App::error(std::uint16_t status) {
    mid_message_ = false;
    return status;
}

void App::keep(bool always) {
    if (always || ram_.enabled) {
        flash_ = ram_;
    }
}

std::uint16_t App::consensus(const Step& step) {
    if (selected_ != ram_.key) {
        return error(0x6982);
    }
    auto& mark = ram_.of(step.chain);
    const std::pair wanted(step.level, step.round);
    const auto blocked_by = [&](Step::Kind kind) { return mark.votes.contains(kind); };
    const auto vote_is_free =
        step.kind != Step::Kind::block && !blocked_by(Step::Kind::attestation) &&
        (step.kind == Step::Kind::attestation || !blocked_by(Step::Kind::preattestation));
    const auto allowed = wanted > mark.at || (wanted == mark.at && vote_is_free);
    if (!allowed || step.level >= 0x40000000) {
        return error(0x6a80);
    }
    if (wanted > mark.at) {
        mark = {wanted, {}};
    }
    if (step.kind != Step::Kind::block) {
        mark.votes.insert(step.kind);
    }
    keep(false);
    signed_ = true;
    return 0x9000;
}

std::uint16_t App::manager(const Step& step) {
    if (step.key != selected_) {
        return error(0x9405);
    }
    if (!step.last) {
        mid_message_ = true;
        return 0x9000;
    }
    if (selected_ != ram_.key) {
        return error(0x6982);
    }
    if (step.what == Step::Do::delegate && !step.accepted) {
        mid_message_ = true;
        return 0x6985;
    }
    ram_.of(0).at.second = 0;
    keep(false);
    signed_ = true;
    return 0x9000;
}

std::uint16_t App::message(const Step& step) {
    if (selected_ < 0) {
        return error(0x917e);
    }
    if (mid_message_) {
        return error(0x9405);
    }
    if (step.what != Step::Do::message) {
        return manager(step);
    }
    mid_message_ = !step.last;
    return step.last ? consensus(step) : 0x9000;
}

std::uint16_t App::setup(const Step& step) {
    selected_ = step.key;
    mid_message_ = (step.chain & 0xff) != 0;
    if (!step.accepted) {
        return 0x6985;
    }
    const Mark main{{step.level, 0}, {}};
    const Mark test{{step.test_level, 0}, {}};
    ram_ = {step.chain, main, test, step.key, ram_.enabled};
    keep(true);
    return 0x9000;
}

std::uint16_t App::reset(const Step& step) {
    if (step.level >= 0x40000000) {
        return error(0x6a80);
    }
    mid_message_ = (step.level & 0xff) != 0;
    if (!step.accepted) {
        return 0x6985;
    }
    for (auto* const mark : {&ram_.main, &ram_.test}) {
        mark->at = {step.level, 0};
        mark->votes.erase(Step::Kind::attestation);
    }
    keep(true);
    return 0x9000;
}

std::uint16_t App::authorize(const Step& step) {
    selected_ = step.key;
    if (!step.accepted) {
        return 0x6985;
    }
    ram_.key = step.key;
    keep(false);
    return 0x9000;
}

void App::restart() {
    ram_ = flash_;
    selected_ = -1;
    mid_message_ = false;
}

std::uint16_t App::expect(const Step& step) {
    signed_ = false;
    switch (step.what) {
        case Step::Do::select:
            selected_ = step.key;
            mid_message_ = false;
            return 0x9000;
        case Step::Do::get_key:
            selected_ = step.key;
            return 0x9000;
        case Step::Do::message:
        case Step::Do::reveal:
        case Step::Do::delegate:
            return message(step);
        case Step::Do::setup:
            return setup(step);
        case Step::Do::reset:
            return reset(step);
        case Step::Do::authorize:
            return authorize(step);
        case Step::Do::deauthorize:
            ram_.key = -1;
            keep(false);
            return 0x9000;
        case Step::Do::hmac:
            mid_message_ = step.hmac_byte != 0;
            return 0x9000;
        case Step::Do::garbage:
            return error(0x6d00);
        case Step::Do::locked_message:
            return 0x5515;
        case Step::Do::quit_and_open:
            flash_ = ram_;
            restart();
            return 0x9000;
        case Step::Do::power_cut:
            restart();
            return 0;
        case Step::Do::setting:
            if (ram_.enabled != step.enabled) {
                ram_.enabled = step.enabled;
                flash_ = ram_;
            }
            return 0;
    }
    return 0;
}

}  // namespace ledger_bridge::model
