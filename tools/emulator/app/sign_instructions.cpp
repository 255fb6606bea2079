// SIGN and SIGN_WITH_HASH: the packets, the checks in their order, the mark, the signature.
#include "tools/emulator/app/baking_app.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kLastPacket = 0x81;

MadeSignature make_signature(const KeyPair& key, ByteView message) {
    return {key.curve(), {message.begin(), message.end()}, key.sign(blake2b_256(message))};
}

Bytes signature_answer(const MadeSignature& made, bool with_hash) {
    ByteWriter data;
    if (with_hash) {
        data.bytes(blake2b_256(made.message));
    }
    return answer(Status::ok, data.bytes(made.signature).take());
}

}  // namespace

Outcome BakingApp::sign_packet(const Command& command) {
    if (!is_path_packet(command.p1)) {
        return message_packet(command);
    }
    packet_index_ = 0;
    ByteReader reader(command.data);
    const auto wrong = select(reader, command.curve);
    return wrong ? refuse(*wrong) : Outcome(answer(Status::ok));
}

// Only the first packet after a selection can be a message; a second one never continues it.
Outcome BakingApp::message_packet(const Command& command) {
    if (!selected_.path.usable()) {
        return refuse(Status::wrong_length_for_instruction);
    }
    if (packet_index_ != 0 || command.data.empty()) {
        return refuse(Status::parse_error);
    }
    packet_index_ = 1;
    if (command.data.front() == kOperationMagic) {
        return manager_operations(command);
    }
    const auto message = parse_baking_message(command.data);
    if (!message) {
        return refuse(Status::parse_error);
    }
    return command.p1 == kLastPacket ? baking_message(command, *message)
                                     : Outcome(answer(Status::ok));
}

Outcome BakingApp::baking_message(const Command& command, const BakingMessage& message) {
    if (ram_.key != selected_) {
        return refuse(Status::security);
    }
    auto& mark = ram_.mark(message.chain);
    if (!allows(mark, message)) {
        return refuse(Status::wrong_values);
    }
    const auto key = selected_key();
    if (!key) {
        return refuse(Status::crypto_failure);
    }
    move_mark(mark, after(mark, message));
    return signed_answer(*key, command);
}

void BakingApp::move_mark(Watermark& mark, const Watermark& to) {
    mark = to;
    if (ram_.hwm_enabled) {
        flash_.write_marks(ram_);
    }
}

Outcome BakingApp::signed_answer(const KeyPair& key, const Command& command) {
    auto made = make_signature(key, command.data);
    Outcome outcome(signature_answer(made, command.ins == Ins::sign_with_hash));
    outcome.made = std::move(made);
    packet_index_ = 0;
    return outcome;
}

Outcome BakingApp::manager_operations(const Command& command) {
    const auto signer = selected_key();
    if (!signer) {
        return refuse(Status::crypto_failure);
    }
    const auto operations = parse_operations(command.data.subspan(1), *signer);
    const auto last = command.p1 == kLastPacket;
    if (operations.reading == Operations::Reading::malformed ||
        (last && operations.reading == Operations::Reading::incomplete)) {
        return refuse(Status::parse_error);
    }
    if (!last) {
        return answer(Status::ok);
    }
    if (ram_.key != selected_ || (operations.delegates && !operations.delegates_to_signer)) {
        return refuse(Status::security);
    }
    return operations.delegates ? ask_delegation(command, operations, signer)
                                : sign_operations(command, *signer);
}

Outcome BakingApp::ask_delegation(const Command& command,
                                  const Operations& operations,
                                  const std::shared_ptr<const KeyPair>& signer) {
    // The command's bytes are the host's; the prompt outlives them.
    return Prompt{
        review({"Register | as delegate?",
                screen("Address", signer->address()),
                screen("Fee", fee_text(operations.fee))}),
        [this, command, message = Bytes(command.data.begin(), command.data.end()), signer] {
            auto kept = command;
            kept.data = message;
            return sign_operations(kept, *signer);
        }};
}

// The app writes the mark of an operation as if it were a block of chain 0 at (0, 0).
Outcome BakingApp::sign_operations(const Command& command, const KeyPair& signer) {
    auto& mark = ram_.mark(0);
    move_mark(mark, after_operation(mark));
    return signed_answer(signer, command);
}

}  // namespace ledger_bridge::emulator
