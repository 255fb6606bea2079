#include "tools/emulator/app/baking_app.hpp"

#include <array>

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kClass = 0x80;
constexpr std::size_t kMaxData = 235;
constexpr std::uint8_t kBakingClass = 0x01;

struct ReleaseFacts {
    std::string_view text;
    std::array<std::uint8_t, 3> version;
    std::string_view git;
};

constexpr std::array<ReleaseFacts, 2> kFacts{{
    {"2.5.0", {2, 5, 0}, "v2.5.0-0-g48bbc81a"},
    {"2.5.1", {2, 5, 1}, "v2.5.1-0-g50ec8cfc"},
}};

const ReleaseFacts& facts(Release release) {
    return kFacts.at(static_cast<std::size_t>(release));
}

void write_path(ByteWriter& writer, const Path& path) {
    writer.u8(path.count);
    for (const auto component : path.used()) {
        writer.u32(component);
    }
}

// P1 and P2 first, then data where none is expected.
std::optional<Status> check_parameters(const Instruction& instruction, const Apdu& apdu) {
    const auto is_sign = instruction.parameters == Parameters::sign;
    const auto p1_fits = is_sign ? (apdu.p1 & 0x7eU) == 0 : apdu.p1 == 0;
    const auto wants_curve =
        instruction.parameters == Parameters::curve || (is_sign && is_path_packet(apdu.p1));
    const auto p2_fits =
        wants_curve ? curve_from_wire(apdu.p2).has_value() : is_sign || apdu.p2 == 0;
    if (!p1_fits || !p2_fits) {
        return Status::wrong_parameter;
    }
    if (instruction.parameters == Parameters::none && !apdu.data.empty()) {
        return Status::wrong_values;
    }
    return std::nullopt;
}

}  // namespace

std::string_view release_text(Release release) {
    return facts(release).text;
}

std::optional<Release> release_from_text(std::string_view text) {
    for (const auto release : {Release::v2_5_0, Release::v2_5_1}) {
        if (release_text(release) == text) {
            return release;
        }
    }
    return std::nullopt;
}

BakingApp::BakingApp(Release release, KeyRing& keys, Flash& flash)
    : release_(release), keys_(keys), flash_(flash), ram_(flash.data()) {}

void BakingApp::quit() {
    if (ram_ != flash_.data()) {
        flash_.write(ram_);
    }
}

void BakingApp::set_hwm_enabled(bool enabled) {
    if (ram_.hwm_enabled != enabled) {
        ram_.hwm_enabled = enabled;
        flash_.write(ram_);
    }
}

Outcome BakingApp::refuse(Status status) {
    packet_index_ = 0;
    return answer(status);
}

Outcome BakingApp::handle(ByteView bytes) {
    const auto apdu = parse_apdu(bytes);
    if (!apdu) {
        return refuse(Status::wrong_length);
    }
    if (apdu->data.size() > kMaxData) {
        return refuse(Status::wrong_length_for_instruction);
    }
    if (apdu->cla != kClass) {
        return refuse(Status::unknown_class);
    }
    const auto* const instruction = find_instruction(apdu->ins);
    if (instruction == nullptr) {
        return refuse(Status::unknown_instruction);
    }
    const auto wrong = check_parameters(*instruction, *apdu);
    if (wrong) {
        return refuse(*wrong);
    }
    const auto curve = curve_from_wire(apdu->p2).value_or(Curve::ed25519);
    return dispatch({instruction->ins, apdu->p1, curve, apdu->data});
}

Outcome BakingApp::dispatch(const Command& command) {
    switch (command.ins) {
        case Ins::version:
            return version();
        case Ins::authorize_baking:
            return authorize(command);
        case Ins::get_public_key:
        case Ins::prompt_public_key:
            return public_key(command);
        case Ins::sign:
        case Ins::sign_with_hash:
            return sign_packet(command);
        case Ins::reset:
            return reset(command);
        case Ins::query_auth_key:
            return query_auth_key();
        case Ins::query_main_hwm:
            return query_main_hwm();
        case Ins::git:
            return git();
        case Ins::setup:
            return setup(command);
        case Ins::query_all_hwm:
            return query_all_hwm();
        case Ins::deauthorize:
            return deauthorize();
        case Ins::query_auth_key_with_curve:
            return query_auth_key_with_curve();
        case Ins::hmac:
            return hmac(command);
    }
    return refuse(Status::unknown_instruction);
}

Outcome BakingApp::version() const {
    return answer(Status::ok, ByteWriter().u8(kBakingClass).bytes(facts(release_).version).take());
}

Outcome BakingApp::git() const {
    return answer(Status::ok, ByteWriter().bytes(as_bytes(facts(release_).git)).u8(0).take());
}

Outcome BakingApp::query_auth_key() const {
    ByteWriter data;
    write_path(data, ram_.key.value_or(KeyId{}).path);
    return answer(Status::ok, data.view());
}

Outcome BakingApp::query_auth_key_with_curve() {
    if (!ram_.key && release_ == Release::v2_5_0) {
        return refuse(Status::reference_not_found);
    }
    const auto key = ram_.key.value_or(KeyId{});
    ByteWriter data;
    write_path(data.u8(static_cast<std::uint8_t>(key.curve)), key.path);
    return answer(Status::ok, data.view());
}

Outcome BakingApp::query_main_hwm() const {
    return answer(Status::ok, ByteWriter().u32(ram_.main.level).u32(ram_.main.round).take());
}

Outcome BakingApp::query_all_hwm() const {
    ByteWriter data;
    for (const auto& mark : {ram_.main, ram_.test}) {
        data.u32(mark.level).u32(mark.round);
    }
    return answer(Status::ok, data.u32(ram_.chain).take());
}

Outcome BakingApp::deauthorize() {
    ram_.key.reset();
    if (ram_.hwm_enabled) {
        flash_.write_key(ram_);
    }
    return answer(Status::ok);
}

}  // namespace ledger_bridge::emulator
