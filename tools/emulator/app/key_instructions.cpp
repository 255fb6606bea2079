// The instructions of the Baking app that take a path, and RESET.
#include <array>

#include <fmt/format.h>

#include "tools/emulator/app/baking_app.hpp"

namespace ledger_bridge::emulator {

namespace {

// What HMAC signs to get its key from.
constexpr Digest kHmacDigest{0x6c, 0x4e, 0x7e, 0x70, 0x6c, 0x54, 0xd3, 0x67, 0xc8, 0x7a, 0x8d,
                             0x89, 0xc1, 0x6a, 0xdf, 0xe0, 0x6c, 0xb5, 0x68, 0x0c, 0xb7, 0xd1,
                             0x8e, 0x62, 0x5a, 0x90, 0x47, 0x5e, 0xc0, 0xdb, 0xdb, 0x9f};

Bytes key_answer(const KeyPair& key) {
    const auto size = static_cast<std::uint8_t>(key.wire().size());
    return answer(Status::ok, ByteWriter().u8(size).bytes(key.wire()).take());
}

}  // namespace

std::optional<Status> BakingApp::read_path(ByteReader& reader, Path& path) {
    path.count = reader.u8();
    if (!path.usable()) {
        return Status::wrong_values;
    }
    for (std::size_t i = 0; i < path.count; ++i) {
        const auto component = reader.u32();
        if (!reader.ok()) {
            return Status::wrong_values;
        }
        path.components.at(i) = component;
    }
    return std::nullopt;
}

std::optional<Status> BakingApp::select(ByteReader& reader, Curve curve) {
    const auto malformed = read_path(reader, selected_.path);
    if (malformed) {
        return malformed;
    }
    if (!reader.complete()) {
        return Status::wrong_length;
    }
    selected_.curve = curve;
    return std::nullopt;
}

Outcome BakingApp::public_key(const Command& command) {
    ByteReader reader(command.data);
    const auto wrong = select(reader, command.curve);
    if (wrong) {
        return refuse(*wrong);
    }
    const auto key = selected_key();
    if (!key) {
        return refuse(Status::crypto_failure);
    }
    if (command.ins == Ins::get_public_key) {
        return key_answer(*key);
    }
    return Prompt{review({"Provide | Public Key", screen("Public Key Hash", key->address())}),
                  [key] { return key_answer(*key); }};
}

// Without a path: the key that is authorised already, whatever P2 says.
Outcome BakingApp::authorize(const Command& command) {
    if (command.data.empty()) {
        selected_ = ram_.key.value_or(KeyId{});
    } else {
        ByteReader reader(command.data);
        const auto wrong = select(reader, command.curve);
        if (wrong) {
            return refuse(*wrong);
        }
    }
    const auto key = selected_key();
    if (!key) {
        return refuse(Status::crypto_failure);
    }
    return Prompt{
        review({"Authorize Baking | With Public Key?", screen("Public Key Hash", key->address())}),
        [this, key] {
            apply_authorize();
            return key_answer(*key);
        }};
}

void BakingApp::apply_authorize() {
    ram_.key = selected_;
    if (ram_.hwm_enabled) {
        flash_.write_key(ram_);
    }
}

// chain id(4) main level(4) test level(4) path. No level is out of range here.
Outcome BakingApp::setup(const Command& command) {
    ByteReader reader(command.data);
    auto wanted = ram_;
    wanted.chain = reader.u32();
    wanted.main = {reader.u32(), 0, false, false};
    wanted.test = {reader.u32(), 0, false, false};
    if (!reader.ok()) {
        return refuse(Status::wrong_values);
    }
    const auto wrong = select(reader, command.curve);
    if (wrong) {
        return refuse(*wrong);
    }
    const auto key = selected_key();
    if (!key) {
        return refuse(Status::crypto_failure);
    }
    wanted.key = selected_;
    packet_index_ = static_cast<std::uint8_t>(wanted.chain);
    return Prompt{review({"Setup | Baking?",
                          screen("Address", key->address()),
                          screen("Chain", chain_text(wanted.chain)),
                          fmt::format("Main Chain HWM | {}", wanted.main.level),
                          fmt::format("Test Chain HWM | {}", wanted.test.level)}),
                  [this, wanted, key] {
                      ram_ = wanted;
                      flash_.write(ram_);
                      return key_answer(*key);
                  }};
}

Outcome BakingApp::reset(const Command& command) {
    ByteReader reader(command.data);
    const auto level = reader.u32();
    if (!reader.ok()) {
        return refuse(Status::wrong_values);
    }
    if (!reader.complete()) {
        return refuse(Status::wrong_length);
    }
    if (level >= kLevelEnd) {
        return refuse(Status::wrong_values);
    }
    packet_index_ = static_cast<std::uint8_t>(level);
    return Prompt{review({fmt::format("Reset HWM | {}", level)}), [this, level] {
                      ram_.main = after_reset(ram_.main, level);
                      ram_.test = after_reset(ram_.test, level);
                      flash_.write(ram_);
                      return answer(Status::ok);
                  }};
}

// path message. Selects nothing.
Outcome BakingApp::hmac(const Command& command) {
    ByteReader reader(command.data);
    Path path;
    const auto wrong = read_path(reader, path);
    if (wrong) {
        return refuse(*wrong);
    }
    const auto key = keys_.find(command.curve, path);
    if (!key) {
        return refuse(Status::crypto_failure);
    }
    const auto signature = key->sign(kHmacDigest);
    packet_index_ = signature.front();
    return answer(Status::ok, hmac_sha256(sha512(signature), reader.rest()));
}

}  // namespace ledger_bridge::emulator
